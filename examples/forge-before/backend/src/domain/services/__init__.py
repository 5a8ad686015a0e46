"""Rules that belong to no single entity."""
