"""Where entities are kept, as the domain sees it."""
