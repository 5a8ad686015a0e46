"""Texts with positions: TOML, JSON with comments, and edits that keep comments and formatting."""
