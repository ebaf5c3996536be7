"""One search over everything that somebody may read."""
