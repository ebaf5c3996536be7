"""Rounds of reporting, and the form of a unit."""
