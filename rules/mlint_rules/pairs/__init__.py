"""ML1: copy and paste between things that come in twos."""
