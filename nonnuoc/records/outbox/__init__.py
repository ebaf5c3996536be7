"""Messages to people and their machines: who wants what where, what waits to be sent, and what became of each."""
