"""Communes, rivers and every geometry: the only converter of coordinates."""
