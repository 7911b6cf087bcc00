"""ML2: train mode and eval mode."""
