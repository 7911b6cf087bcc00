"""ML4: how an `nn.Module` is built, and what its forward returns."""
