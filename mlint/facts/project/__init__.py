"""The files around a file: what was read of them, what names mean in them, and what answers rest on."""
