"""Contaminated ground and closed dumps stage by stage, soil points, the checklist of craft villages."""
