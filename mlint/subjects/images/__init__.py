"""What the rules about pictures look at."""
