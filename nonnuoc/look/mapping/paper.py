"""A sheet's frame on the ground: paper in millimetres, the ground in the province's own VN-2000 zone.

In that projection a distance on paper is the same distance everywhere, to a few parts in ten thousand: the scale
printed is the scale drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from numpy.typing import ArrayLike

from nonnuoc.records.places import geometry, province
from nonnuoc.records.places.geometry import Floats, System

#: What a scale number may be, times powers of ten.
ROUND = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5)
SCALES = (10_000, 25_000, 50_000, 100_000, 200_000, 250_000, 500_000)  # that a person may choose
BARS_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
GRID_KM = (1, 2, 5, 10, 20, 50, 100)
ARC = (1, 2, 5, 10, 15, 30, 60, 120)  # minutes of arc between ticks
_LARGEST, _SMALLEST = 1_000, 5_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper: the size of the map on it, mm; what stands beside or below the map takes the rest."""

    key: str
    words: Promise
    wide: float
    high: float


SHEETS = {
    one.key: one
    for one in (
        Sheet("a4-landscape", _("A4, landscape"), 205.0, 163.0),
        Sheet("a4-portrait", _("A4, portrait"), 176.0, 190.0),
        Sheet("a3-landscape", _("A3, landscape"), 316.0, 246.0),
        Sheet("a3-portrait", _("A3, portrait"), 263.0, 300.0),
    )
}


@cache
def zone() -> System:
    """The province's own VN-2000 zone."""
    return geometry.system(province.read().vn2000)


@dataclass(frozen=True, slots=True)
class Paper:
    """A rectangle of the ground, north of the grid up, drawn `wide` by `high` mm at 1:`scale`."""

    wide: float
    high: float
    east: float  # of the middle, metres of the zone
    north: float
    scale: int

    def place(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Millimetres from the left and from the top of the map."""
        x, y = zone().from_wgs84(lon, lat)
        return self.lay(x, y)

    def lay(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """The same of metres of the zone."""
        mm = 1000 / self.scale
        return self.wide / 2 + (np.asarray(x) - self.east) * mm, self.high / 2 - (np.asarray(y) - self.north) * mm

    def lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """WGS 84 of millimetres."""
        metres = self.scale / 1000
        east = self.east + (np.asarray(x, float) - self.wide / 2) * metres
        return zone().to_wgs84(east, self.north - (np.asarray(y, float) - self.high / 2) * metres)

    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all of it, WGS 84."""
        edge = np.linspace(0, 1, 9)
        x = np.concatenate((edge, edge, np.zeros(9), np.ones(9))) * self.wide
        y = np.concatenate((np.zeros(9), np.ones(9), edge, edge)) * self.high
        lon, lat = self.lonlat(x, y)
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def fitting(box: tuple[float, float, float, float], wide: float, high: float, scale: int | None = None) -> Paper:
    """The paper whose middle is the box's (west, south, east, north), at this scale or the largest round one."""
    west, south, east, north = box
    x, y = zone().from_wgs84(
        [west, east, west, east, (west + east) / 2], [south, south, north, north, (south + north) / 2]
    )
    needed = max((max(x) - min(x)) / wide, (max(y) - min(y)) / high) * 1000
    middle = (float(min(x) + max(x)) / 2, float(min(y) + max(y)) / 2)
    return Paper(wide, high, *middle, scale or rounded(needed))


def rounded(needed: float) -> int:
    """The next round number of a scale, at least as large."""
    if not np.isfinite(needed) or needed <= _LARGEST:
        return _LARGEST
    power = 10.0 ** np.floor(np.log10(needed))
    found = next((one * power for one in ROUND if one * power >= needed), 10 * power)
    return int(min(found, _SMALLEST))


def bar_km(paper: Paper) -> tuple[float, float]:
    """Kilometres of the scale bar, and its length in mm: the longest that takes a quarter of the map at most."""
    km = max((one for one in BARS_KM if one * 1e6 / paper.scale <= paper.wide / 4), default=BARS_KM[0])
    return km, km * 1e6 / paper.scale


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick on the frame: at x, y mm, on a side (top, bottom, left, right), with its words."""

    x: float
    y: float
    side: str
    words: str


def grid(paper: Paper) -> Iterator[Tick]:
    """Where lines of whole kilometres of VN-2000 meet the frame: eastings below, northings on the left."""
    step = next((km for km in GRID_KM if km * 1e6 / paper.scale >= 28), GRID_KM[-1]) * 1000
    half_x, half_y = paper.wide / 2 * paper.scale / 1000, paper.high / 2 * paper.scale / 1000
    for east in np.arange(np.ceil((paper.east - half_x) / step), (paper.east + half_x) / step) * step:
        x, _y = paper.lay(east, paper.north)
        yield Tick(round(float(x), 2), paper.high, "bottom", f"{east / 1000:.0f}")
    for north in np.arange(np.ceil((paper.north - half_y) / step), (paper.north + half_y) / step) * step:
        _x, y = paper.lay(paper.east, north)
        yield Tick(0.0, round(float(y), 2), "left", f"{north / 1000:.0f}")


def degrees(paper: Paper) -> Iterator[Tick]:
    """Where meridians and parallels of WGS 84 meet the frame: longitudes above, latitudes on the right."""
    west, _south, east, _north = paper.bounds()
    wanted = (east - west) * 60 / max(1.0, paper.wide / 32)
    step = next((minutes for minutes in ARC if minutes >= wanted), ARC[-1]) / 60
    along = np.linspace(0, 1, 65)
    lon, _lat = paper.lonlat(along * paper.wide, np.zeros(65))
    for one in np.arange(np.ceil(lon[0] / step), lon[-1] / step) * step:
        yield Tick(round(float(np.interp(one, lon, along * paper.wide)), 2), 0.0, "top", _arc(one))
    _lon, lat = paper.lonlat(np.full(65, paper.wide), along * paper.high)
    for one in np.arange(np.ceil(lat[-1] / step), lat[0] / step) * step:
        yield Tick(paper.wide, round(float(np.interp(one, lat[::-1], along[::-1] * paper.high)), 2), "right", _arc(one))


def _arc(value: float) -> str:
    minutes = round(value * 60)
    return f"{minutes // 60}°{minutes % 60:02d}′"
