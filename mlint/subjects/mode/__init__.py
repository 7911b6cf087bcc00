"""What the rules about train and eval mode look at."""
