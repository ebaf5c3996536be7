"""Targets: their values, measured or declared, and the way there."""
