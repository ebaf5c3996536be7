"""One search over everything that has a name: places, stations and the entries of every register."""
