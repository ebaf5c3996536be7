"""A plan at a glance: what its pages, its calendar and the search show of all of it at once. Nothing here writes.

One module a view; each reads whole sets, in a number of queries that does not grow with plans, tasks or units.
"""
