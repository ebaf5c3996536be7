"""A plan at a glance: the province on one page, units, timeline, matrix, calendar."""
