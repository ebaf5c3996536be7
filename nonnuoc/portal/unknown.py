"""What we do not know of the province's environment, and for each of it what would make it known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from nonnuoc import rules
from nonnuoc.look import words
from nonnuoc.look.access import public
from nonnuoc.portal import commune_map, communes, substances, unmeasured
from nonnuoc.records.monitoring import judged
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import StationNow
from nonnuoc.records.places import province
from nonnuoc.records.places import selectors as places

State = Thing.State
Item = TypeVar("Item")
DAYS = 30  # over which validated numbers are counted
LISTED = 100  # stations under one heading
AN_HOUR = 3600  # s that this count is kept
QUIET = (State.PLANNED, State.SUSPENDED)
#: Our own tables in words; what is not named here shows its title.
OURS = {
    "averaging": _("How much of an hour must be measured before its mean counts"),
    "qc": _("The thresholds of the quality checks"),
    "properties": _("Which spellings of a parameter mean which parameter"),
    "units": _("How units are converted into each other"),
}


@dataclass(frozen=True, slots=True)
class Some(Generic[Item]):
    """The first of many."""

    count: int
    shown: Sequence[Item]

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


@dataclass(frozen=True, slots=True)
class Quiet:
    """A station that says nothing, or not where it stands."""

    station: StationNow
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Graded:
    """Limits of surface water that depend on a class no register holds."""

    document: str
    limits: int
    parameters: tuple[str, ...]
    stations: Some[StationNow]  # whose values could be judged by them


@dataclass(frozen=True, slots=True)
class Provisional:
    """How much of a station's numbers a person has judged."""

    station: StationNow
    held: int
    judged: int

    @property
    def percent(self) -> float:
        return 100 * self.judged / self.held


@dataclass(frozen=True, slots=True)
class Convention:
    """Numbers that are not read in an official text."""

    title: str
    number: str
    withheld: int  # of a law: remembered or not found, so not used; 0: the whole table is our own choice


@public(max_age=300)
def unknown(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    today = timezone.localdate(at)
    stations = monitoring.stations_now(at)
    everything = places.communes_like("")
    known = communes.network(stations)
    bare = [one for one in everything if not known.working(one)]
    kinds = unmeasured.compared(stations, today)
    targets = list(province.targets())
    context = {
        "at": at,
        "communes": everything,
        "bare": communes.grouped(bare, known, at),
        "bare_count": len(bare),
        "drawing": commune_map.svg(
            commune_map.province(communes.marks(everything, known, working=True)) if bare else None
        ),
        "kinds": kinds,
        "missing": sum(kind.missing for kind in kinds),
        "quiet": some(quiet(stations, at)),
        "lost": some([one for one in stations if not (one.position and one.position.exact)]),
        "graded": graded(stations, today),
        "provisional": some(provisional(stations, at)),
        "days": DAYS,
        "targets": [one for one in targets if one.baseline is None],
        "conventions": conventions(today),
        "unbounded": sum(not one.boundary_source for one in everything),
        "simulated": any(one.simulated for one in stations),
    }
    return render(request, "portal/unknown.html", context)


def some(things: Sequence[Item]) -> Some[Item]:
    """As many as a page should hold; the network page has them all."""
    return Some(len(things), things[:LISTED])


def quiet(stations: Sequence[StationNow], at: datetime) -> list[Quiet]:
    """Stations from which nothing comes, and since when."""
    return [
        Quiet(one, words.kind_group(one.kind), words.silence(one, at) or words.condition(one, at))
        for one in stations
        if one.state in QUIET or (one.state == State.ACTIVE and (one.heard is None or one.silent_since))
    ]


def graded(stations: Sequence[StationNow], on: date) -> Graded:
    """The limits by class of QCVN 08, and who measures what they limit."""
    table = rules.load("qcvn08", on=on)
    held = [one for one in table.data["limit"] if one.get("grade")]
    codes = list(dict.fromkeys(one["property"] for one in held))
    kind = Thing.Kind.SURFACE_WATER
    concerned = [
        one for one in stations if one.kind == kind and any(latest.observed.code in codes for latest in one.latest)
    ]
    return Graded(table.number, len(held), tuple(substances.name(code, kind, on) for code in codes), some(concerned))


def provisional(stations: Sequence[StationNow], at: datetime) -> list[Provisional]:
    """Of every station that sent something: hourly means and samples of the last days, and how many are judged."""
    until = at.replace(minute=0, second=0, microsecond=0)
    ids = [one.id for one in stations]
    counted = _judged(ids, until)
    told = [(one, counted.get(one.id)) for one in stations]
    return [Provisional(one, found.held, found.judged) for one, found in told if found and found.held]


def _judged(ids: Sequence[int], until: datetime) -> dict[int, judged.Judged]:
    """Counted once an hour."""
    key = f"portal.unknown.judged.{until:%Y%m%d%H}.{hash(tuple(ids))}"
    kept: dict[int, judged.Judged] | None = cache.get(key)
    if kept is None:
        kept = judged.between(ids, until - timedelta(days=DAYS), until)
        cache.set(key, kept, AN_HOUR)
    return kept


def conventions(on: date) -> list[Convention]:
    """Tables of our own, and tables of law that hold numbers nobody has read in the text."""
    tables = [table for name in rules.names() if (table := rules.find(name, on))]
    found = [Convention(gettext(OURS.get(table.name, table.title)), "", 0) for table in tables if not table.is_law]
    law = [table for table in tables if table.is_law]
    withheld = [_entries(table.data_with_unverified) - _entries(table.data) for table in law]
    return found + [Convention(one.title, one.number, n) for one, n in zip(law, withheld, strict=True) if n]


def _entries(data: Any) -> int:
    """How many entries a table holds, at any depth."""
    if hasattr(data, "values"):
        return 1 + sum(_entries(child) for child in data.values())
    if isinstance(data, tuple):
        return sum(_entries(child) for child in data)
    return 0
