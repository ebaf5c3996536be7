"""Invented entries of the registers, for looking around."""
