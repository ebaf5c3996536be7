"""What happened at stations of late: an index went into another class, a station fell silent or came back.

Worse is told at once, better once it has held for two hours: an index that wavers around a bound says so once. What was
told stays told: an event follows from what lies before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from nonnuoc.domain import index
from nonnuoc.look import figures, law
from nonnuoc.look.law import Category
from nonnuoc.records.monitoring import gaps, observations
from nonnuoc.records.monitoring.gaps import Gap, Instrument
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.rows import Rows, moment
from nonnuoc.records.monitoring.selectors import StationNow, is_silent

SPAN = timedelta(days=7)
HELD = 2  # hours of a better class before it is told
MEAN_1H = Datastream.Procedure.MEAN_1H


@dataclass(frozen=True, slots=True)
class Change:
    """The index of a station went from one class into another at an hour."""

    station: StationNow
    time: datetime
    scheme: str
    before: Category
    after: Category
    value: int
    validated: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """A station was not heard after `since`; `ended`, when it came back, tells of that end."""

    station: StationNow
    time: datetime
    since: datetime
    ended: bool


Event = Change | Silence
Silent = tuple[datetime, datetime, bool]  # since, until, still so


def of(stations: Sequence[StationNow], at: datetime) -> list[Event]:
    """All that happened at these stations in the SPAN before `at`, the newest first."""
    working = [one for one in stations if one.state == Thing.State.ACTIVE]
    found: list[Event] = [*_changes(working, at), *_silences(working, at)]
    return sorted(found, key=lambda event: (event.time, event.station.code), reverse=True)


def _changes(stations: Sequence[StationNow], at: datetime) -> Iterable[Change]:
    indexed = {one.index.datastream_id: one for one in stations if one.index and one.index.hour}
    rows = observations.read(list(indexed), at - SPAN, at) if indexed else observations.empty()
    bounds = np.searchsorted(rows.datastream, list(indexed)), np.searchsorted(rows.datastream, list(indexed), "right")
    for station, since, until in zip(indexed.values(), *bounds, strict=True):
        own = rows.take(slice(since, until))
        yield from _of_one(station, own.take(~np.isnan(own.value)))


def _of_one(station: StationNow, rows: Rows) -> Iterable[Change]:
    """`rows` of its index, without gaps in value, by time."""
    assert station.index is not None  # noqa: S101 - only stations with an index come here
    scheme, told, better = station.index.scheme, None, 0
    for time, value, quality in zip(rows.time.tolist(), rows.value.tolist(), rows.quality.tolist(), strict=True):
        whole, hour = int(index.rounded(value)), moment(time)
        now = law.category(scheme, whole, figures.local(hour).date())
        better = better + 1 if told and now.rank < told.rank else 0
        if told and (now.rank > told.rank or better >= HELD):
            yield Change(station, hour, scheme, told, now, whole, quality < 0)
        elif told:
            continue
        told, better = now, 0


def _silences(stations: Sequence[StationNow], at: datetime) -> Iterable[Silence]:
    """One instrument of each station is looked at first; only where it has a gap, all of the station's."""
    by_station = {one.id: instruments for one in stations if (instruments := _instruments(one))}
    first = gaps.of([instruments[0] for instruments in by_station.values()], at - SPAN, at)
    doubtful = [one for one in stations if one.id in by_station and first.get(by_station[one.id][0].datastream_id)]
    every = gaps.of([one for station in doubtful for one in by_station[station.id]], at - SPAN, at)
    for station in doubtful:
        for since, until, is_open in _common(by_station[station.id], every):
            if since <= at - SPAN + timedelta(hours=1):  # it began before, or before the station was first heard
                continue
            yield Silence(station, since, since, ended=False)
            if not is_open:
                yield Silence(station, until, since, ended=True)


def _instruments(station: StationNow) -> list[Instrument]:
    hourly = {code: means[MEAN_1H].datastream_id for code, means in station.means.items() if MEAN_1H in means}
    return [
        Instrument(one.datastream_id, hourly.get(one.observed.code), one.interval_s)
        for one in station.latest
        if one.interval_s
    ]


def _common(instruments: Sequence[Instrument], found: Mapping[int, list[Gap]]) -> list[Silent]:
    """Every time in which all instruments were silent, for longer than two intervals."""
    common: list[Silent] | None = None
    for one in instruments:
        # Rows in a gap say that nothing was measured: the station spoke.
        own = [
            (gap.since, gap.until, gap.open) for gap in found.get(one.datastream_id, ()) if not gap.missing + gap.failed
        ]
        common = own if common is None else [both for a in common for b in own if (both := _both(a, b))]
    interval = max(one.interval_s for one in instruments)
    return [silent for silent in common or () if is_silent(silent[0], interval, silent[1])]


def _both(a: Silent, b: Silent) -> Silent | None:
    since, until = max(a[0], b[0]), min(a[1], b[1])
    return (since, until, a[2] and b[2]) if since < until else None
