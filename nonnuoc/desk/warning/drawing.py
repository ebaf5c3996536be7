"""A drawn area as text: a corner a line, typed, pasted or put there by the map; and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.places import geometry

MOST = 100  # corners; what is read aloud, sent and drawn everywhere stays small
LONGEST = 20_000  # characters
#: Where Việt Nam lies, with a margin: tells latitude from longitude, and a slip of the pen from a place.
LATITUDES, LONGITUDES = (8.0, 24.0), (102.0, 110.5)
_NUMBER = r"[-+]?\d{1,3}(?:[.,]\d+)?"
_PAIR = re.compile(rf"\s*({_NUMBER})\s*(?:[;\t]|,\s|\s)\s*({_NUMBER})\s*[;,]?\s*|\s*(-?\d+\.\d+),(-?\d+\.\d+)\s*")
Point = tuple[float, float]


def read(text: str) -> dict[str, Any] | None:
    """The area as GeoJSON (WGS 84, longitude first, counter-clockwise, closed); None for an empty text.

    A line holds latitude and longitude, in either order: in Việt Nam they cannot be mistaken. GeoJSON is taken too.
    Raises ValidationError that lists every line that is wrong, or what is wrong with the whole.
    """
    if not text.strip():
        return None
    if len(text) > LONGEST:
        raise ValidationError(_("This is too long for an area: at most %(n)d corners.") % {"n": MOST})
    drawn = _geojson(text) if text.lstrip().startswith("{") else Polygon(_closed(_corners(text)))
    if shapely.get_num_coordinates(drawn) > MOST + len(shapely.get_parts(drawn)):
        raise ValidationError(_("An area has at most %(n)d corners; leave out those nobody needs.") % {"n": MOST})
    if not drawn.is_valid or not drawn.area:
        raise ValidationError(_("The outline crosses itself: put the corners in the order in which one walks around."))
    return geometry.to_geojson(shapely.orient_polygons(drawn, exterior_cw=False), decimals=6)


def written(area: dict[str, Any] | None) -> str:
    """The corners of an area, a line each, latitude first as maps on telephones copy it; several parts stay GeoJSON."""
    if not area:
        return ""
    if area["type"] != "Polygon" or len(area["coordinates"]) != 1:
        return json.dumps(area)
    return "\n".join(f"{lat:.6f}, {lon:.6f}" for lon, lat in area["coordinates"][0][:-1])


def _corners(text: str) -> list[Point]:
    corners, wrong = [], []
    for number, line in _lines(text):
        try:
            corners.append(_corner(line))
        except ValueError as error:
            wrong.append(_("Line %(n)d, “%(line)s”: %(why)s") % {"n": number, "line": line[:40], "why": error})
    if wrong:
        raise ValidationError(wrong)
    if len(set(corners)) < 3:
        raise ValidationError(_("An area needs three corners at least."))
    return corners


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line.strip()


def _corner(line: str) -> Point:
    """Longitude and latitude of a line. Raises ValueError with the cure."""
    found = _PAIR.fullmatch(line)
    if found is None:
        raise ValueError(_("write latitude and longitude, for example 22.6657, 106.2576"))
    first, second = (float(part.replace(",", ".")) for part in found.groups() if part is not None)
    for lat, lon in ((first, second), (second, first)):
        if LATITUDES[0] <= lat <= LATITUDES[1] and LONGITUDES[0] <= lon <= LONGITUDES[1]:
            return round(lon, 6), round(lat, 6)
    raise ValueError(_("this does not lie in Việt Nam; latitude is about 22, longitude about 106 here"))


def _closed(corners: list[Point]) -> list[Point]:
    return corners if corners[0] == corners[-1] else [*corners, corners[0]]


def _geojson(text: str) -> BaseGeometry:
    try:
        told = json.loads(text)
        told = told.get("geometry", told)
        drawn = geometry.from_geojson(json.dumps(told))
    except (ValueError, AttributeError, RecursionError, shapely.errors.ShapelyError):
        raise ValidationError(_("This is no GeoJSON that can be read.")) from None
    if drawn.geom_type not in ("Polygon", "MultiPolygon") or drawn.is_empty:
        raise ValidationError(_("GeoJSON of an area is a Polygon or a MultiPolygon."))
    west, south, east, north = drawn.bounds
    if not (LONGITUDES[0] <= west and east <= LONGITUDES[1] and LATITUDES[0] <= south and north <= LATITUDES[1]):
        raise ValidationError(_("This area does not lie in Việt Nam; GeoJSON writes longitude first."))
    return shapely.force_2d(drawn)
