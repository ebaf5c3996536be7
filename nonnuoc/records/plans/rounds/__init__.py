"""Rounds of reporting: opened, filled in, returned, approved."""
