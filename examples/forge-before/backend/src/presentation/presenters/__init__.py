"""Entities as the outside world sees them."""
