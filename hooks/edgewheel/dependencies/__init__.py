"""Every package that reaches the Worker, and what asking the package indexes gives."""
