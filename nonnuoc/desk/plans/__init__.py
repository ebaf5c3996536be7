"""Plans on the desk."""
