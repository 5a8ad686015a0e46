"""Random Workers that real runtimes judge."""
