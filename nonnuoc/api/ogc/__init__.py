"""OGC API: Features and Environmental Data Retrieval."""
