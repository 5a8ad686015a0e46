"""What is required at run time."""
