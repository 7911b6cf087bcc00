"""What loops do to variables: totals, counters and positions, carried on or overwritten."""
