"""Facts about things that come in twos: siblings, roles, and names that are exchanged."""
