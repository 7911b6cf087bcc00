"""What the rules about modules look at."""
