"""The client for researchers: series of a province as tables."""
