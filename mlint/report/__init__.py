"""What the user reads: one module per output format, each with `write(run, out)`."""
