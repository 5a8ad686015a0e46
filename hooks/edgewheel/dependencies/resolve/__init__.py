"""Asks uv and the package indexes what pywrangler would install: the only place that needs a network."""
