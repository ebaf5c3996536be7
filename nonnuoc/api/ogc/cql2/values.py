"""The values a filter may write: times and geometries, the same in text and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from nonnuoc.api.ogc import times
from nonnuoc.api.ogc.cql2.tree import MAX_VERTICES, Call, Literal, Name, Place
from nonnuoc.records.places.layers import FIRST, LAST

GEOMETRIES = (
    *("POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"),
    "GEOMETRYCOLLECTION",
)
_GEOJSON = frozenset(
    ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def timestamp(text: str, place: Place) -> Literal:
    """An instant. Raises Fault."""
    if _DATE.match(text):
        raise place.fault(f"{text!r} is a day, not a time: write DATE('{text}') or '{text}T00:00:00Z'")
    return Literal(_times(text, place), "span", place)


def date(text: str, place: Place) -> Literal:
    """A day of UTC, from its first to its last microsecond. Raises Fault."""
    if not _DATE.match(text):
        raise place.fault(f"{text[:40]!r} is not a day: write it like 2026-11-26")
    return Literal(_times(text, place), "span", place)


def interval(ends: Sequence[str | Name], place: Place) -> Literal | Call:
    """From one time to another, both included; ".." leaves an end open, a property has its own. Raises Fault."""
    if len(ends) != 2:
        raise place.fault("an interval has two ends")
    since, until = (_end(one, i, place) for i, one in enumerate(ends))
    if isinstance(since, Name) or isinstance(until, Name):
        return Call("interval", (since, until), place)
    if since.value[0] > until.value[1]:
        raise place.fault("an interval ends after it begins")
    return Literal((since.value[0], until.value[1]), "span", place)


def _end(written: str | Name, which: int, place: Place) -> Literal | Name:
    if isinstance(written, Name):
        return written
    open_end = (FIRST, LAST)[which]
    return Literal((open_end, open_end) if written == ".." else _times(written, place), "span", place)


def _times(text: str, place: Place) -> tuple[int, int]:
    try:
        return times.instant(text)
    except ValueError as error:
        raise place.fault(str(error)) from None


def wkt(text: str, place: Place) -> Literal:
    """A geometry as well-known text. Raises Fault."""
    try:
        return geometry(shapely.from_wkt(text), place)
    except shapely.errors.GEOSException:
        raise place.fault(f"this geometry cannot be read as WKT: {text[:60]}") from None


def geojson(found: dict[str, Any], place: Place) -> Literal:
    """A geometry as GeoJSON. Raises Fault."""
    if found.get("type") not in _GEOJSON:
        raise place.fault('a geometry is a GeoJSON object such as {"type": "Point", "coordinates": [106.2, 22.6]}')
    try:
        return geometry(shapely.from_geojson(json.dumps(found)), place)
    except (shapely.errors.GEOSException, ValueError):
        raise place.fault("this geometry cannot be read as GeoJSON") from None


def box(numbers: Sequence[float], place: Place) -> Literal:
    """A bounding box of 4 numbers, or 6 with heights that nothing here has; whose area its system decides."""
    if len(numbers) not in (4, 6):
        raise place.fault("BBOX has 4 numbers, or 6 with heights")
    half = len(numbers) // 2
    return Literal((*numbers[:2], *numbers[half : half + 2]), "geometry", place)


def geometry(shape: Any, place: Place) -> Literal:
    """A geometry that can be compared. Raises Fault."""
    if shapely.get_num_coordinates(shape) > MAX_VERTICES:
        raise place.fault(f"the geometries of a filter have at most {MAX_VERTICES} vertices together")
    flat = shapely.force_2d(shape)
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        raise place.fault("coordinates are numbers")
    if not shapely.is_valid(flat):
        raise place.fault(f"this geometry is not valid: {shapely.is_valid_reason(flat)[:80]}")
    return Literal(flat, "geometry", place)
