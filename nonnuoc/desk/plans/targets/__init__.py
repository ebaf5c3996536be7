"""Targets of a plan: measured, declared, on their way."""
