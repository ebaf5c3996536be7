"""Rules of alarm: what they say, what they would have raised, how good they are."""
