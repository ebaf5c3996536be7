"""One map for everything that has a place: what both faces show of it, on the page, as data and in print."""
