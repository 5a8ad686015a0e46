"""The Worker as its repository holds it: the only reader of the project's disk."""
