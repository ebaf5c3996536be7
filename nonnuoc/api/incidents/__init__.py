"""Incidents as open data: what happened, since when, how grave, over which level of which document."""
