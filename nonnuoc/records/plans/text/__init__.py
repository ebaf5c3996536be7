"""The text of a plan: editions, sentences, what each says, what is left open."""
