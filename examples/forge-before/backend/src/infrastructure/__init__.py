"""The ports, made of what Cloudflare offers."""
