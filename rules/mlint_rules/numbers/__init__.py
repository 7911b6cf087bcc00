"""ML3: values, their ranges and their types."""
