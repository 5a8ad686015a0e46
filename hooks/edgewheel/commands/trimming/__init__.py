"""The parts of `edgewheel trim`."""
