"""Public warnings: written, approved, updated, cancelled."""
