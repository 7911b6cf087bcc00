"""Where tensors are: how they were made, where they go, and what they meet there."""
