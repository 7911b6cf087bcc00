"""What library calls do: the tables of the library, and the small language that these are written in."""
