"""What is wrong with a built wheel (EW6xx)."""
