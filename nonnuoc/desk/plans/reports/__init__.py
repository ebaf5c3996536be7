"""The report of a round."""
