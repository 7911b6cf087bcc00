"""What is true of the code that is read: values, states, names. Knows no rule."""
