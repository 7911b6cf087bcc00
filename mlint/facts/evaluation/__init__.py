"""The interpreter: what each value of a function is, called functions and the attributes of classes included."""
