"""The one way in for readings."""
