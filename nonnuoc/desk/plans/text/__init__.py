"""The text of a plan, its questions, and how one is brought in."""
