"""What the rest of a project does with a function or a class: who calls it, trains it, or switches its mode."""
