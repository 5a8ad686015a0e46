"""What the Workers runtime does with an upload: its Python, its standard library, its import order."""
