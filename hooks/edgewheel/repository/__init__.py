"""The Worker's repository: the only reader of the project's disk."""
