"""The rivers from their first reach down, and which stations stand on which water."""
