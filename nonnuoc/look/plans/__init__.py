"""How pages show plans: the words and shapes of how a task stands, and its time."""
