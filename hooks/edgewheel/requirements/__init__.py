"""Requirements: single ones, files of them, what pyproject.toml declares, locks, markers."""
