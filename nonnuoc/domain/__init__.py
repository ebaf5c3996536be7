"""What follows: indices, averages, quality control, limits. Pure functions on numbers and arrays."""
