"""A log."""
