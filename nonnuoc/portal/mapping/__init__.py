"""The map of everything that is public."""
