"""The entities of OGC SensorThings, asked and answered: every hop through the same access function."""
