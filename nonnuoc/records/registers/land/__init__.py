"""Craft villages, contaminated ground and closed dumps."""
