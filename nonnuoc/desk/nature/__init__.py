"""Occurrences of species: reporting and validating."""
