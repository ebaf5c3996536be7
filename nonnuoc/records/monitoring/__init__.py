"""Stations, datastreams, observations and the deliveries they came in, in the words of OGC SensorThings 1.1."""
