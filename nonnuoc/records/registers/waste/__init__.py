"""Waste: where it is collected, treated and buried, how much, and the way of what is hazardous."""
