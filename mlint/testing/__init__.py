"""What a rule pack needs to test its pages with pytest: `addopts = "-p mlint.testing.plugin"`."""
