"""The public side of the registers."""
