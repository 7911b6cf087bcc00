"""Functions as instructions: the intermediate representation, its control flow, and what is read and written where."""
