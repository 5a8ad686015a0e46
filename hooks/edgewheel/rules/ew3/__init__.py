"""The wrangler config."""
