"""Packages and imports."""
