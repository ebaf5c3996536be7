"""One search over places, stations and registers."""
