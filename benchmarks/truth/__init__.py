"""What mlint finds and what it wrongly reports on real code: `python -m benchmarks.truth --help`."""
