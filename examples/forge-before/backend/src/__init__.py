"""forge: renders blueprints into artifacts, one job at a time."""
