"""Thin wrappers of the Worker's bindings, which are JavaScript objects."""
