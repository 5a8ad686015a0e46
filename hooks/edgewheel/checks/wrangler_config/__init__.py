"""Hook `worker-wrangler-config`: what wrangler ignores, refuses or reads otherwise (EW002, EW3xx)."""
