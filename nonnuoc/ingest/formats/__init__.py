"""Bytes to readings, one module a format."""
