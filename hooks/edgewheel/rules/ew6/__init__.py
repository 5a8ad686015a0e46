"""A built wheel."""
