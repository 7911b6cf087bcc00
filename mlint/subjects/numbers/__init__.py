"""What the rules about numbers look at."""
