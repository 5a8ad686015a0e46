"""Asks uv and the package indexes what pywrangler would install: the one place of the checks that needs a network."""
