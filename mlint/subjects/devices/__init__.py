"""What the rules about devices look at."""
