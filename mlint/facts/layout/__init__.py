"""Along which side of an image a number counts, and where it is used for the other one."""
