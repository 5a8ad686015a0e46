"""What is vendored, and wheels for it."""
