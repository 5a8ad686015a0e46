"""What a blueprint, a job and an artifact are, and what may happen to them."""
