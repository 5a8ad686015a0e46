"""Asking for what jobs have made."""
