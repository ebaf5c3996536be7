"""A station as a row of the list and a mark on the map: the same words in both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext

from nonnuoc.look import figures, law, words
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
    Thing.Kind.OTHER,
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
class Value:
    """A measured value of the list. `when` is empty where it is that of the row."""

    words: str
    doubt: str
    when: str
    validated: bool | None  # None: as the row says


@dataclass(frozen=True, slots=True)
class Row:
    """All that the list says of a station. Equal rows look the same: one is drawn once."""

    station: StationNow = field(compare=False)
    code: str
    name: str
    commune: str
    simulated: bool
    mark: Mark
    now: Now | None
    state: str  # in a word or a sentence
    detail: str
    silence: str  # beside an index of now: the station has fallen silent since
    clock: str  # its newest files were held back for their times
    values: tuple[Value, ...]
    measured: str  # when most of them were
    validated: bool | None  # all of the values, or none; None: each says it itself
    place_note: str


def row(station: StationNow, at: datetime) -> Row:
    """The station in words."""
    return told(station, current(station), at)


def told(station: StationNow, now: Now | None, at: datetime) -> Row:
    """The same where its index is already at hand."""
    shown = list(islice((one for one in station.latest if one.value is not None and not one.silent_since), SHOWN))
    last = max((one.time for one in shown if one.time), default=None)
    standings = {one.validated for one in shown}
    same = standings.pop() if len(standings) == 1 else None
    return Row(
        station=station,
        code=station.code,
        name=station.name,
        commune=station.commune,
        simulated=station.simulated,
        mark=mark(station, now),
        now=now,
        state=now.category.word if now else words.condition(station, at),
        detail=_detail(station, now, at),
        silence=words.silence(station, at) if now else "",
        clock=words.clock(station, at),
        values=tuple(_value(one, last, same, at) for one in shown),
        measured=_measured(last, at) if last else "",
        validated=same,
        place_note="" if station.position and station.position.exact else gettext("position unknown"),
    )


#: A station and its index of now.
Known = tuple[StationNow, Now | None]


def known(stations: Iterable[StationNow]) -> list[Known]:
    """Every station with its index of now, in their order."""
    return [(station, current(station)) for station in stations]


def current(station: StationNow) -> Now | None:
    """Its index, where there is one of now."""
    index = station.index
    if station.condition != "reporting" or index is None or index.value is None or index.hour is None:
        return None
    category = law.category(index.scheme, index.value, figures.local(index.hour).date())
    return Now(index.scheme, index.value, index.hour, category, station.place, index.validated)


def mark(station: StationNow, now: Now | None) -> Mark:
    """What stands for it in the list and on the map."""
    condition = station.condition
    return now.mark if now else Mark(condition, 1, "?" if condition == "insufficient" else "", indexed=False)


def urgency(station: StationNow, now: Now | None) -> tuple[int, int]:
    """Sorts the worst first, then those without an index, planned and retired ones last."""
    return CONDITIONS.index(station.condition), -(now.badness if now else 0)


def said(station: StationNow, now: Now | None, at: datetime) -> str:
    """The same in a line, for a station that has no row on the page."""
    if now:
        hour = figures.when(now.hour, at)
        return f"{now.category.word} ({now.value}), {now.scheme} {hour}"
    return words.condition(station, at) or (_measured(station.heard, at) if station.heard else "")


def _detail(station: StationNow, now: Now | None, at: datetime) -> str:
    if not now or not station.index:
        return ""
    parts = [
        gettext("%(scheme)s at %(when)s, %(age)s")
        % {"scheme": now.scheme, "when": figures.when(now.hour, at), "age": figures.age(at - now.hour)}
    ]
    if station.index.indicative:
        parts.append(gettext("indicative"))
    if station.index.leading and now.scheme == "VN_AQI":
        parts.append(gettext("led by %(what)s") % {"what": station.index.leading.code})
    return " · ".join(parts)


def _measured(time: datetime, at: datetime) -> str:
    return gettext("measured at %(when)s, %(age)s") % {"when": figures.when(time, at), "age": figures.age(at - time)}


def _value(latest: Latest, last: datetime | None, same: bool | None, at: datetime) -> Value:
    return Value(
        words.reading(latest),
        words.doubt(latest.quality),
        figures.when(latest.time, at) if latest.time and latest.time != last else "",
        latest.validated if same is None else None,
    )
