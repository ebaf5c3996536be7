"""Facilities with one identity over all programmes, the zones they stand in, and their outfalls and stacks."""
