"""Code as rows of names: how it is laid out, what stands where, and what its text tells without a parser."""
