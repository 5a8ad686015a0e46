"""What comes in, checked and typed."""
