"""The abstract domain: what can be known of one value or of the state at a place, and the arithmetic on that."""
