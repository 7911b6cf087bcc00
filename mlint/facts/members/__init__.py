"""What objects hold: the modules, parameters and tensors that are kept in attributes and containers."""
