"""ML7: pictures, their sides and their places."""
