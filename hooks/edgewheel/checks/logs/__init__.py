"""What a deploy or run log says went wrong (EW7xx)."""
