"""Inspections, what they found, what was decided, and what of it is published."""
