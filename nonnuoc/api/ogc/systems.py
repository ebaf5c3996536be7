"""Coordinate systems by their addresses (OGC API – Features, Part 2): which there are, and in which order of axes.

The converter is records/places/geometry.py, which puts longitude before latitude; what the authority puts first comes
first here: EPSG:4326 is latitude, longitude.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from nonnuoc.records.places import geometry, province
from nonnuoc.records.places.geometry import Geometries

CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG_URI = "http://www.opengis.net/def/crs/EPSG/0/{code}"


@dataclass(frozen=True, slots=True)
class System:
    """A system answers and questions may be in."""

    uri: str
    label: str  # CRS84 or an EPSG code
    stored: str  # as the converter knows it; "" for what is stored
    north_first: bool
    geographic: bool

    @property
    def decimals(self) -> int:
        """About a decimetre on the ground: what is stored is no better. Of metres, centimetres, so that a way there
        and back ends where it began."""
        return 6 if self.geographic else 2

    def outward(self, shapes: Geometries) -> Geometries:
        """Stored geometries as this system's."""
        if self.stored:
            shapes = geometry.from_wgs84(shapes, self.stored)
        return geometry.swapped(shapes) if self.north_first else shapes

    def inward(self, shapes: Geometries) -> Geometries:
        """Geometries of this system as they are stored."""
        if self.north_first:
            shapes = geometry.swapped(shapes)
        return geometry.to_wgs84(shapes, self.stored) if self.stored else shapes

    def inward_one(self, shape: Any) -> Any:
        """The same of one; its edges are those of this system, so that long ones get points between."""
        if self.stored:
            reach = np.ptp(np.array(shapely.bounds(shape)).reshape(2, 2), axis=0).max() if not shape.is_empty else 0
            shape = shapely.segmentize(shape, reach / 20) if reach > 0 else shape
        one = np.empty(1, object)
        one[0] = shape
        return self.inward(one)[0]


CRS84 = System(CRS84_URI, "CRS84", "", north_first=False, geographic=True)


@lru_cache(maxsize=1)
def known() -> tuple[System, ...]:
    """What is stored first, then latitude-longitude, then the province's zone of VN-2000."""
    zone = province.read().vn2000.removeprefix("EPSG:")
    return (CRS84, *(_epsg(code) for code in ("4326", zone)))


def _epsg(code: str) -> System:
    crs = CRS.from_epsg(int(code))
    name = f"EPSG:{code}"
    stored = "" if name == geometry.WGS84 else name
    north = crs.axis_info[0].direction == "north"
    return System(_EPSG_URI.format(code=code), name, stored, north, crs.is_geographic)


def find(text: str) -> System | None:
    """The system of an address, a CURIE in brackets or a label; None: there is no such here."""
    wanted = text.strip().removeprefix("[").removesuffix("]")
    for one in known():
        if wanted in (
            one.uri,
            one.uri.replace("http://", "https://"),
            one.label,
            one.label.replace("CRS84", "OGC:CRS84"),
        ):
            return one
    return None


@lru_cache(maxsize=8)
def wkt(system: System) -> str:
    """Its definition."""
    name = "OGC:CRS84" if system is CRS84 else system.label
    return str(CRS.from_user_input(name).to_wkt())
