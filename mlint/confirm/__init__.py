"""The dynamic mode: runs the code that a finding is about, in another process, and says whether the finding is real."""
