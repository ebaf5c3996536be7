"""The one way out: what records have queued is delivered here, to people and to other systems."""
