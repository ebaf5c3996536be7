"""The places of a CAP 1.2 message: polygons, circles and codes, and what is wrong with them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from lxml import etree

from nonnuoc.exchange.cap.vocabulary import NAMESPACE

#: Where Việt Nam lies: what fits it only the other way round has latitude and longitude exchanged.
LATITUDES, LONGITUDES = (6.0, 24.0), (102.0, 118.0)
NUMBER = re.compile(r"[-+]?\d+(\.\d*)?|[-+]?\.\d+")
DECIMALS = 6  # 0.1 m
MOST_POINTS = 100  # what receivers take (IPAWS, Google Public Alerts)
FARTHEST_KM = 20_038.0  # half way round the Earth


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a message: a code for programs, the element, and a sentence."""

    code: str
    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.where}: {self.says}" if self.where else self.says


class _WrongError(ValueError):
    """A point that is none."""


def faults(area: etree._Element, where: str) -> Iterator[Fault]:
    """Everything that is wrong with an area."""
    for polygon in area.findall(f"{{{NAMESPACE}}}polygon"):
        yield from _polygon(polygon.text or "", f"{where}/polygon")
    for circle in area.findall(f"{{{NAMESPACE}}}circle"):
        yield from _circle(circle.text or "", f"{where}/circle")
    altitude, ceiling = (area.findtext(f"{{{NAMESPACE}}}{name}") for name in ("altitude", "ceiling"))
    if ceiling is not None and altitude is None:
        yield Fault("ceiling", f"{where}/ceiling", "it needs an altitude beside it (3.2.4)")
    elif ceiling is not None and altitude is not None and float(ceiling) < float(altitude):
        yield Fault("ceiling", f"{where}/ceiling", "it lies below the altitude")


def _polygon(text: str, where: str) -> Iterator[Fault]:
    try:
        points = [_point(one) for one in text.split()]
    except _WrongError as wrong:
        yield Fault("point", where, str(wrong))
        return
    if len(points) < 4:
        yield Fault("polygon", where, "it has fewer than four points (3.2.4)")
        return
    if points[0] != points[-1]:
        yield Fault("open", where, "it does not end where it began (3.2.4)")
    if _exchanged(points):
        yield Fault("exchanged", where, "latitude and longitude are exchanged: latitude comes first")
    if any(len(number.partition(".")[2]) > DECIMALS for one in text.split() for number in one.split(",")):
        yield Fault("decimals", where, f"it has more than {DECIMALS} decimals")
    if len(points) > MOST_POINTS:
        yield Fault("points", where, f"it has {len(points)} points; receivers take {MOST_POINTS}")
    outline = shapely.Polygon([(lon, lat) for lat, lon in points])
    if not outline.is_valid or not outline.area:
        yield Fault("crossing", where, "its outline crosses itself, or encloses nothing")


def _circle(text: str, where: str) -> Iterator[Fault]:
    centre, _, radius = text.strip().partition(" ")
    try:
        point = _point(centre)
    except _WrongError as wrong:
        yield Fault("point", where, str(wrong))
        return
    if not NUMBER.fullmatch(radius.strip()):
        yield Fault("radius", where, f"“{radius}” is no radius in kilometres")
    elif not 0 <= float(radius) <= FARTHEST_KM:
        yield Fault("radius", where, f"a radius of {radius} km cannot be")
    if _exchanged([point]):
        yield Fault("exchanged", where, "latitude and longitude are exchanged: latitude comes first")


def _point(text: str) -> tuple[float, float]:
    """Latitude and longitude."""
    numbers = text.split(",")
    if len(numbers) != 2 or not all(NUMBER.fullmatch(one) for one in numbers):
        raise _WrongError(f"“{text}” is no point such as 22.6657,106.2576")
    lat, lon = map(float, numbers)
    if not math.isfinite(lat) or not math.isfinite(lon) or abs(lon) > 180 or abs(lat) > 180:
        raise _WrongError(f"“{text}” lies nowhere on Earth")
    if abs(lat) > 90 and not _exchanged([(lat, lon)]):
        raise _WrongError(f"“{text}” lies nowhere on Earth")
    return lat, lon


def _exchanged(points: list[tuple[float, float]]) -> bool:
    return all(
        LATITUDES[0] <= second <= LATITUDES[1] and LONGITUDES[0] <= first <= LONGITUDES[1] for first, second in points
    )
