"""Structured logs: one JSON object a line, as `wrangler tail` likes them."""
