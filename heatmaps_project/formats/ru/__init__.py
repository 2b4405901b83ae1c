"""In Russian."""
