"""Public warnings: written by one officer, approved by another; a change refers to what was said before."""
