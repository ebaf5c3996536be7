"""Coordinates typed into a search: degrees of WGS 84, or metres of the province's VN-2000 zone."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from nonnuoc.records.places import geometry, province

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_PAIR = re.compile(rf"^\s*({_NUMBER})\s*°?\s*([NEBĐ])?\s*[,;\s]\s*({_NUMBER})\s*°?\s*([NEBĐ])?\s*$", re.IGNORECASE)
#: Vietnam, generously: which of two numbers is the longitude, and whether metres can be meant.
LON, LAT = (101.0, 118.0), (6.0, 24.5)
EASTING, NORTHING = (100_000.0, 900_000.0), (660_000.0, 2_720_000.0)


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of WGS 84; `system`: the system it was typed in."""

    lon: float
    lat: float
    system: str


def read(text: str) -> Spot | None:
    """The point; in either order, since only one can be meant. None where the text is no pair of coordinates here."""
    found = _PAIR.match(text.replace("\N{MINUS SIGN}", "-"))
    if not found:
        return None
    first, second = float(found[1]), float(found[3])
    for one, other in ((first, second), (second, first)):
        if _inside(one, LON) and _inside(other, LAT):
            return Spot(one, other, "WGS 84")
    for east, north in ((first, second), (second, first)):
        if _inside(east, EASTING) and _inside(north, NORTHING):
            zone = geometry.system(province.read().vn2000)
            lon, lat = zone.to_wgs84(np.array(east), np.array(north))
            return Spot(float(lon), float(lat), f"VN-2000, {zone.name}")
    return None


def _inside(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
