"""Which vendored files a Worker can do without, and how that is proved and written."""
