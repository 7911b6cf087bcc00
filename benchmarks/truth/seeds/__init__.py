"""The ways to break a place that is right, one module for each kind of mistake."""
