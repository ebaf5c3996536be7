"""The map for those who work here."""
