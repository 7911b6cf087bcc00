"""What mlint reports of itself and its comments: the rules ML000 to ML002, which belong to no pack."""
