"""Occurrences of species as a Darwin Core archive."""
