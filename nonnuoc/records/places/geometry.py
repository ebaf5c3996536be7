"""The only converter of geometry and coordinates: WKB, GeoJSON and shapely; WGS 84, VN-2000 and planes in metres.

Longitude comes before latitude and easting before northing, always. Stored geometry is WGS 84 (EPSG:4326).

Between VN-2000 and WGS 84 stands one transformation, that of Quyết định 05/2007/QĐ-BTNMT, điều 1 (27/2/2007). EPSG
registers it as operation 6960 "VN-2000 to WGS 84 (2)", a coordinate frame rotation (method 9607). It is written out
here so that no release of PROJ can choose another (EPSG also has 5194, of the Mekong delta: 0.7 m away in the north)
or fall back to none at all (about 220 m away).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import CRSError
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

WGS84 = "EPSG:4326"

#: QĐ 05/2007/QĐ-BTNMT, điều 1: metres, seconds of arc, parts per million (k = 1.000000252906278).
DECREE = {
    "x": -191.90441429,
    "y": -39.30318279,
    "z": -111.45032835,
    "rx": -0.00928836,
    "ry": 0.01975479,
    "rz": -0.00427372,
    "s": 0.252906278,
}

#: The projected systems of VN-2000: UTM 48 and 49, and the zones of 3° with their central meridians.
VN2000_SYSTEMS = tuple(f"EPSG:{code}" for code in (3405, 3406, *range(5896, 5900), *range(9205, 9219)))

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]  # of shapely geometries or None
Change = Callable[..., Any]  # x, y arrays -> x, y arrays

_TO_WGS84 = Transformer.from_pipeline(
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 +step +proj=cart +ellps=WGS84"
    " +step +proj=helmert +convention=coordinate_frame "
    + " ".join(f"+{name}={value}" for name, value in DECREE.items())
    + " +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


class UnknownSystemError(ValueError):
    """The coordinate system is not one of WGS 84 or VN-2000."""


@dataclass(frozen=True)
class System:
    """A coordinate system that stands on WGS 84 or VN-2000."""

    name: str
    vn2000: bool
    projection: Transformer  # lon, lat in degrees on its own datum -> its coordinates; changes no datum

    def to_wgs84(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Longitude and latitude (degrees, WGS 84) of its coordinates; inf where they are impossible."""
        lon, lat = self.projection.transform(x, y, direction="INVERSE")
        return _TO_WGS84.transform(lon, lat) if self.vn2000 else (lon, lat)

    def from_wgs84(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Its coordinates of longitudes and latitudes (degrees, WGS 84)."""
        if self.vn2000:
            lon, lat = _to_vn2000(np.asarray(lon, float), np.asarray(lat, float))
        x, y = self.projection.transform(lon, lat)
        return x, y


def _to_vn2000(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The inverse of the decree's transformation at height 0.

    PROJ's own inverse drops the height between its two halves and comes back 1 mm beside; one correction by what
    is missing brings that below a thousandth of a millimetre.
    """
    lon_vn, lat_vn = _TO_WGS84.transform(lon, lat, direction="INVERSE")
    lon_back, lat_back = _TO_WGS84.transform(lon_vn, lat_vn)
    return lon_vn - (lon_back - lon), lat_vn - (lat_back - lat)


@lru_cache(maxsize=64)
def system(name: str) -> System:
    """The coordinate system of an EPSG code ("EPSG:9210", "9210"), WKT or PROJ text.

    Raises UnknownSystemError for text that names none, for other datums, and for a projection of VN-2000 said to be on
    WGS 84: such files are common, and believing them would put everything about 220 m away.
    """
    try:
        crs = CRS.from_user_input(int(name) if name.strip().isdigit() else name)
    except CRSError as error:
        wrong = _("“%(name)s” is not a coordinate system; write for example EPSG:9210") % {"name": name[:80]}
        raise UnknownSystemError(wrong) from error
    base = _without_height(crs)
    geographic = base.geodetic_crs
    if geographic is None or not (base.is_geographic or base.is_projected):
        raise UnknownSystemError(_("“%(name)s” does not say where on Earth it lies") % {"name": crs.name})
    datum = geographic.datum.name if geographic.datum else ""
    vn2000 = datum == "Vietnam 2000" or _carries_the_decree(crs)
    if not vn2000 and not datum.startswith("World Geodetic System 1984"):
        wrong = _("“%(name)s” stands on the datum %(datum)s; only WGS 84 and VN-2000 are read")
        raise UnknownSystemError(wrong % {"name": crs.name, "datum": datum})
    if not vn2000 and _has_scale_of_vn2000(base):
        wrong = _("“%(name)s” says WGS 84 but is projected like VN-2000 (scale 0.9999); say which zone it is")
        raise UnknownSystemError(wrong % {"name": crs.name})
    authority = base.to_authority()
    label = ":".join(authority) if authority else crs.name
    return System(label, vn2000, Transformer.from_crs(geographic, base, always_xy=True))


@lru_cache(maxsize=64)
def zone(name: str) -> tuple[float | None, int]:
    """Central meridian in degrees and width in degrees of a zone of VN-2000; None for what is none."""
    if name not in VN2000_SYSTEMS:
        return None, 0
    operation = CRS.from_user_input(name).coordinate_operation
    parameters = {str(one.code): float(one.value) for one in operation.params} if operation is not None else {}
    # EPSG's parameters: longitude and scale at the natural origin
    return parameters.get("8802"), 3 if np.isclose(parameters.get("8805", 0.0), 0.9999, atol=1e-7) else 6


def _without_height(crs: CRS) -> CRS:
    if crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    return crs.to_2d() if crs.is_geographic or crs.is_projected else crs


def _carries_the_decree(crs: CRS) -> bool:
    """Whether it brings the decree's shift along (TOWGS84). Its rotations are not looked at: both signs go about."""
    if not crs.is_bound or crs.coordinate_operation is None:
        return False
    shift = list(crs.coordinate_operation.towgs84)[:3]
    return len(shift) == 3 and bool(np.allclose(shift, [DECREE["x"], DECREE["y"], DECREE["z"]], atol=0.01))


def _has_scale_of_vn2000(crs: CRS) -> bool:
    """Whether its scale factor at the natural origin (EPSG's parameter 8805) is 0.9999."""
    operation = crs.coordinate_operation
    parameters = operation.params if operation is not None else []
    return any(str(p.code) == "8805" and np.isclose(float(p.value), 0.9999, atol=1e-7) for p in parameters)


def swapped(geometries: Geometries) -> Geometries:
    """The same with the first and second coordinate exchanged: VN-2000 tables often write X for north."""
    return _moved(geometries, lambda x, y: (y, x))


def to_wgs84(geometries: Geometries, name: str) -> Geometries:
    """Geometries in the named system as WGS 84; None stays None; impossible coordinates become inf."""
    return _moved(geometries, system(name).to_wgs84)


def from_wgs84(geometries: Geometries, name: str) -> Geometries:
    """Geometries in WGS 84 as the named system's."""
    return _moved(geometries, system(name).from_wgs84)


def _moved(geometries: Geometries, change: Change) -> Geometries:
    moved: Geometries = shapely.transform(geometries, change, interleaved=False)
    return moved


@dataclass(frozen=True)
class Plane:
    """A plane in metres around a point of WGS 84 on which areas are true (Lambert azimuthal equal-area)."""

    lon: float
    lat: float

    @property
    def _projection(self) -> Proj:
        return Proj(proj="laea", lon_0=self.lon, lat_0=self.lat, ellps="WGS84")

    def lay(self, geometries: Geometries) -> Geometries:
        """Geometries of WGS 84 on the plane."""
        return _moved(geometries, self._projection)

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a point of the plane."""
        lon, lat = self._projection(x, y, inverse=True)
        return float(lon), float(lat)


def plane_of(geometries: Geometries) -> Plane:
    """The plane around the middle of the geometries (WGS 84)."""
    west, south, east, north = shapely.total_bounds(geometries)
    return Plane((west + east) / 2, (south + north) / 2)


def area_km2(geometry: BaseGeometry) -> float:
    """Its area on the ellipsoid, in square kilometres; WGS 84 in."""
    one = np.array([geometry], dtype=object)
    return float(shapely.area(plane_of(one).lay(one))[0]) / 1e6


def covers(geometry: BaseGeometry, lon: float, lat: float) -> bool:
    """Whether the point lies in the polygon or on its border."""
    return bool(shapely.intersects_xy(geometry, lon, lat))


def as_multipolygon(geometry: BaseGeometry) -> BaseGeometry:
    """A polygon or multipolygon as multipolygon, outer rings counter-clockwise, holes clockwise (RFC 7946, 3.1.6)."""
    parts = shapely.get_parts(geometry)
    return shapely.orient_polygons(MultiPolygon(list(parts)), exterior_cw=False)


def from_wkb(wkb: bytes) -> BaseGeometry:
    """The geometry stored as these bytes."""
    geometry: BaseGeometry = shapely.from_wkb(wkb)
    return geometry


def to_wkb(geometry: BaseGeometry) -> bytes:
    """The bytes to store: WKB, two dimensions, little-endian."""
    wkb: bytes = shapely.to_wkb(geometry, output_dimension=2, byte_order=1)
    return wkb


def from_geojson(text: str) -> BaseGeometry:
    """The geometry of a GeoJSON geometry object."""
    geometry: BaseGeometry = shapely.from_geojson(text)
    return geometry


def to_geojson(geometry: BaseGeometry, *, decimals: int = 6) -> dict[str, Any]:
    """A GeoJSON geometry object of WGS 84; six decimals are 0.1 m."""
    drawn = json.loads(shapely.to_geojson(geometry))
    return {"type": drawn["type"], "coordinates": _rounded(drawn["coordinates"], decimals)}


def simplified(geometries: list[BaseGeometry], *, tolerance: float) -> list[BaseGeometry]:
    """Neighbours with fewer points and the same borders in common, for the eye alone; `tolerance` in degrees."""
    return list(shapely.coverage_simplify(np.array(geometries, object), tolerance)) if geometries else []


def _rounded(coordinates: Any, decimals: int) -> Any:
    if isinstance(coordinates, float | int):
        return round(coordinates, decimals)
    return [_rounded(inner, decimals) for inner in coordinates]
