"""The database's shape."""
