"""Contaminated ground and closed dumps, stage by stage."""
