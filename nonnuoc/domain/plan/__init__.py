"""Reasoning about plans: their sentences, their time, how a task stands, what waits for what, the way to a target."""
