"""Text and tables with their line numbers: TOML, JSON with comments, requirements files."""
