"""What happens in the process that runs the user's code. Nothing outside this package imports torch."""
