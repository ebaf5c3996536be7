"""Invented stations that send real files through the real door, marked simulated everywhere."""
