"""The duty desk: incidents, and the people who work on them."""
