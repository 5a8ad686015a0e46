"""Real runtimes: Pyodide and workerd from npm, and what runs inside them."""
