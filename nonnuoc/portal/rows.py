"""A station as a row of the list and a mark on the map: the same words in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.look import figures
from nonnuoc.portal import law, words
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import Latest, StationNow

#: The order of the list; what people breathe and drink from comes first.
ORDER = [
    Thing.Kind.AMBIENT_AIR,
    Thing.Kind.SURFACE_WATER,
    Thing.Kind.RAIN_AND_RIVER_LEVEL,
    Thing.Kind.GROUNDWATER,
    Thing.Kind.WASTEWATER,
    Thing.Kind.STACK_EMISSION,
]
CONDITIONS = ["reporting", "measuring", "insufficient", "silent", "never", "suspended", "planned", "retired"]
SHOWN = 4  # values in a row of the list


@dataclass(frozen=True, slots=True)
class Mark:
    """Colour, shape and number. `css` is the class of an index, or a condition."""

    css: str
    rank: int
    number: str
    indexed: bool

    @property
    def has_core(self) -> bool:
        """A dot in it: no index, but an instrument stands there."""
        return not self.indexed and self.css not in ("planned", "insufficient")


@dataclass(frozen=True, slots=True)
class Now:
    """An index that may be called now."""

    scheme: str
    value: int
    hour: datetime
    category: law.Category
    place: str
    validated: bool

    @property
    def mark(self) -> Mark:
        return Mark(self.category.css, self.category.rank, str(self.value), indexed=True)

    @property
    def badness(self) -> int:
        """The higher the worse: VN_AQI counts up to the worst, VN_WQI down."""
        return self.value if self.scheme == "VN_AQI" else 100 - self.value


@dataclass(frozen=True, slots=True)
class Row:
    """All that the list says of a station."""

    station: StationNow
    mark: Mark
    now: Now | None
    state: str  # in a word or a sentence
    detail: str
    silence: str  # beside an index of now: the station has fallen silent since
    clock: str  # its newest files were held back for their times
    values: tuple[str, ...]
    place_note: str


def row(station: StationNow, at: datetime) -> Row:
    """The station in words."""
    now = _now(station)
    unknown = Mark(station.condition, 1, "?" if station.condition == "insufficient" else "", indexed=False)
    return Row(
        station=station,
        mark=now.mark if now else unknown,
        now=now,
        state=now.category.word if now else words.condition(station, at),
        detail=_detail(station, now, at),
        silence=words.silence(station, at) if now else "",
        clock=words.clock(station, at),
        values=_values(station),
        place_note=_place_note(station),
    )


def _now(station: StationNow) -> Now | None:
    index = station.index
    if station.condition != "reporting" or index is None or index.value is None or index.hour is None:
        return None
    category = law.category(index.scheme, index.value, timezone.localdate(index.hour))
    return Now(index.scheme, index.value, index.hour, category, station.place, index.validated)


def grouped(stations: Sequence[StationNow], at: datetime) -> list[tuple[str, list[Row]]]:
    """(heading, rows): by what they watch; inside, the worst first, then those without an index, planned ones last."""
    groups = []
    for kind in ORDER:
        found = [row(station, at) for station in stations if station.kind == kind]
        found.sort(key=lambda r: (CONDITIONS.index(r.station.condition), -(r.now.badness if r.now else 0)))
        if found:
            groups.append((words.kind_group(kind), found))
    return groups


def _detail(station: StationNow, now: Now | None, at: datetime) -> str:
    if now and station.index:
        parts = [
            gettext("%(scheme)s at %(when)s, %(age)s")
            % {"scheme": now.scheme, "when": figures.when(now.hour, at), "age": figures.age(at - now.hour)}
        ]
        if station.index.indicative:
            parts.append(gettext("indicative"))
        if station.index.leading and now.scheme == "VN_AQI":
            parts.append(gettext("led by %(what)s") % {"what": station.index.leading.code})
        return " · ".join(parts)
    if station.condition == "measuring" and station.heard:
        return gettext("Measured at %(when)s, %(age)s") % {
            "when": figures.when(station.heard, at),
            "age": figures.age(at - station.heard),
        }
    return ""


def _values(station: StationNow) -> tuple[str, ...]:
    speaking: list[Latest] = [one for one in station.latest if one.value is not None and not one.silent_since]
    return tuple(words.reading(one) for one in speaking[:SHOWN])


def _place_note(station: StationNow) -> str:
    return "" if station.position and station.position.exact else gettext("position unknown")
