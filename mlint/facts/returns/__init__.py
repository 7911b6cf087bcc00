"""What functions return, on which path and how many values, and how that is taken apart elsewhere."""
