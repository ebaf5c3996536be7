"""Tasks: who does what by when, and how it stands."""
