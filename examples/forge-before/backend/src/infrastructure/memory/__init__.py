"""Ports for a run without bindings: tests and `wrangler dev` on a fresh clone."""
