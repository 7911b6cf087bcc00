"""What the words of names say: roles, pairs, orders."""
