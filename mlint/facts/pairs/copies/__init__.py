"""Siblings: what was copied and renamed, and the finders of what was left as it was (ML101)."""
