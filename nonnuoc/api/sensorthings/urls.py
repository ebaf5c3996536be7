"""Addresses of the SensorThings API."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.api.doors.callers import either
from nonnuoc.api.sensorthings import batch, create_observations, reading, writing
from nonnuoc.api.sensorthings import resource_kinds as resource_kinds  # makes the converters known

BASE = "sensorthings/v1.1"

_series = either(reading.resource, POST=writing.post, DELETE=writing.remove)
_collection = either(reading.resource, POST=writing.post)
_entity = either(reading.resource, PATCH=writing.patch, PUT=writing.put, DELETE=writing.remove)

urlpatterns: list[URLPattern] = [
    path(BASE, reading.root, name="sensorthings"),
    path(f"{BASE}/", reading.root, name="sensorthings-slash"),
    path(f"{BASE}/$batch", batch.post, name="sensorthings-batch"),
    path(f"{BASE}/CreateObservations", create_observations.post, name="sensorthings-create-observations"),
    path(f"{BASE}/<sensorthings_series:path>", _series, name="sensorthings-series"),
    path(f"{BASE}/<sensorthings_collection:path>", _collection, name="sensorthings-collection"),
    path(f"{BASE}/<sensorthings_entity:path>", _entity, name="sensorthings-entity"),
    path(f"{BASE}/<path:path>", reading.resource, name="sensorthings-resource"),
]
