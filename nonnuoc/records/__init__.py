"""What we keep: every table, one package per subject."""
