"""GeoJSON that somebody wrote, in WGS 84."""

from __future__ import annotations

import math
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from nonnuoc.records.monitoring.sensorthings.writing_body import Body, keepable

VERTICES = 1_000
_POINT = '{"type": "Point", "coordinates": [106.26, 22.67]}'


def point(body: Body, name: str) -> tuple[float, float]:
    """(longitude, latitude) of a member that is a point, or a feature that is one. Raises WritingError."""
    given = body.document(name)
    if given is not None and given.get("type") == "Feature":
        given = given.get("geometry")
    if not isinstance(given, dict) or given.get("type") != "Point":
        raise body.fault(name, f"{name} is a GeoJSON point: {_POINT}.", "geometry")
    at = given.get("coordinates")
    if not isinstance(at, list) or len(at) != 2 or not all(_is_number(one) for one in at):
        raise body.fault(name, f"A point has a longitude and a latitude, and no height: {_POINT}.", "geometry")
    lon, lat = map(float, at)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise body.fault(name, f"({lon}, {lat}) is not on earth: write longitude first, then latitude.", "geometry")
    return lon, lat


def feature(body: Body, name: str) -> dict[str, Any]:
    """A member that is any GeoJSON geometry or feature, as it was written. Raises WritingError."""
    given = body.document(name)
    geometry: Any = given.get("geometry") if given and given.get("type") == "Feature" else given
    try:
        found = shape(geometry)
        corners = shapely.get_coordinates(found)
    except (ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise body.fault(name, f"{name} is no GeoJSON: write a geometry, such as {_POINT}.", "geometry") from error
    if found.is_empty or len(corners) > VERTICES:
        raise body.fault(name, f"{name} has {len(corners)} corners: from 1 to {VERTICES} may be.", "geometry")
    west, south, east, north = found.bounds
    if not all(map(math.isfinite, found.bounds)) or west < -180 or east > 180 or south < -90 or north > 90:
        raise body.fault(name, f"{name} reaches beyond the earth: write longitude first, then latitude.", "geometry")
    kept: dict[str, Any] = keepable(given, body.at(name))
    return kept


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
