"""What one role is said and another is used for, by label, argument or place (ML102)."""
