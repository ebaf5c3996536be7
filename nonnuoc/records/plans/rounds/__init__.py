"""Rounds of reporting: opened, filled in, decided, reminded of. Each unit has one form a round."""
