"""How people come in: what they prove themselves with, where they are signed in, and how guessing is slowed down."""
