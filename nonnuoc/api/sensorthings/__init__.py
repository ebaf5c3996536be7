"""The OGC SensorThings API 1.1: paths and queries in, JSON, data arrays and CSV out."""
