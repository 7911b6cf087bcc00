"""ML5: where tensors live."""
