"""What `edgewheel init` changes: one module a file that it wires. Pure: text in, text and notes out."""
