"""What the rules about pairs look at."""
