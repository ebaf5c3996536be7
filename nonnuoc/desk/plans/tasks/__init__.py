"""Tasks of a plan: how they stand, and all that can be done with them."""
