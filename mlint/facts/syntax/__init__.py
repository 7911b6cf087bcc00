"""What the text and the tree of a function or class tell by themselves, before anything is lowered or evaluated."""
