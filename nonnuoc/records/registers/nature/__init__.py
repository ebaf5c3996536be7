"""Protected areas, species, occurrences, forests, and who may use genetic resources."""
