"""CQL2 (OGC 21-065r2), text and JSON: two readers of one tree, and what judges features by it.

pygeofilter reads CQL2 too, but gives AND and OR the same rank (`a OR b AND c` becomes `(a OR b) AND c`), and knows
neither NOT before brackets of more than one term, doubled quotes, BBOX, open intervals nor the place of a fault.
"""
