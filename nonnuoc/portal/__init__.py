"""The pages of the public."""
