"""Dossiers, obligations and their calendar."""
