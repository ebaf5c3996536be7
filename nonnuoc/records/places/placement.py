"""Whether features lie where the communes are; and if not, in which coordinate system they would."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from nonnuoc.records.places import geometry
from nonnuoc.records.places.geometry import Floats
from nonnuoc.records.places.matching import Match
from nonnuoc.records.places.models import Commune
from nonnuoc.records.places.spatial_files import Features

MARGIN_DEGREES = 0.3  # how far the middle of a commune may lie from the outermost point of one
NEAR_KM = 15.0  # how near a proposed reading must bring the features to their communes
KM_PER_DEGREE = 111.2  # of latitude


def inside(features: Features, communes: Sequence[Commune]) -> NDArray[np.bool_]:
    """Which features have their middle where the province is, as the points of its communes tell; shape (rows,)."""
    west, south, east, north = shapely.bounds(features.wgs84).T
    lon, lat = (west + east) / 2, (south + north) / 2
    lons, lats = np.array([c.lon for c in communes]), np.array([c.lat for c in communes])
    margin = MARGIN_DEGREES
    beside = (lon > lons.min() - margin) & (lon < lons.max() + margin)
    within: NDArray[np.bool_] = beside & (lat > lats.min() - margin) & (lat < lats.max() + margin)
    return within


def better_reading(features: Features, matches: Sequence[Match], communes: Sequence[Commune]) -> str | None:
    """The options under which the features would lie where their communes are: "--swap-axes", "--crs EPSG:9210".

    Compares the features' middles with the points of the communes they were matched to, or with the middle of the
    province where none was; the reading that comes nearest is proposed if it comes near. None where none does.
    """
    x, y, lon, lat = _pairs(features, matches, communes)
    if not len(x):
        return None
    readings = []
    for system in (features.system, geometry.WGS84, *geometry.VN2000_SYSTEMS):
        for turned in (True, False):
            if (system, turned) != (features.system, False):
                readings.append((_median_km(system, *((y, x) if turned else (x, y)), lon, lat), system, turned))
    distance, system, turned = min(readings, key=lambda reading: reading[0])
    if distance > NEAR_KM * (1 if matches else 5):
        return None
    options = [] if system == features.system else [f"--crs {system}"]
    if turned != features.axes_swapped:
        options.append("--swap-axes")
    return " ".join(options)


def _pairs(
    features: Features, matches: Sequence[Match], communes: Sequence[Commune]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Middles in the file's coordinates and the points they should be near (WGS 84), four arrays of one length."""
    rows = [match.row for match in matches] or list(range(len(features)))
    middles = shapely.centroid(features.raw[rows])
    x, y = shapely.get_x(middles), shapely.get_y(middles)
    if matches:
        lon, lat = np.array([m.commune.lon for m in matches]), np.array([m.commune.lat for m in matches])
    else:
        lon = np.full(len(rows), np.mean([c.lon for c in communes]))
        lat = np.full(len(rows), np.mean([c.lat for c in communes]))
    there = np.isfinite(x) & np.isfinite(y)
    return x[there], y[there], lon[there], lat[there]


def _median_km(system: str, x: Floats, y: Floats, lon: Floats, lat: Floats) -> float:
    """The median distance between where the coordinates would lie and the points; inf where they are impossible."""
    there_lon, there_lat = geometry.system(system).to_wgs84(x, y)
    with np.errstate(all="ignore"):
        away = np.hypot((there_lon - lon) * np.cos(np.radians(lat)), there_lat - lat) * KM_PER_DEGREE
        median = float(np.median(away))
    return median if np.isfinite(median) else float("inf")
