"""What a rule of alarm would have raised: a version of it, saved or not, run over what is held. Nothing here writes.

Values are judged by the same code that judges them as they arrive. Alarms of a station that overlap are one incident;
those of other rules, which might join them, are left out. A long past at many stations is looked at portion by portion
(`Preview.next`), each of about a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from nonnuoc.records.alerts.judging import series
from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.levels.bounding import Version
from nonnuoc.records.alerts.levels.kinds import SERIES
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook import previewing_watched
from nonnuoc.records.alerts.rulebook.scoping import Where
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.rows import micros

Kind = AlarmRule.Kind
MOST_ROWS = 1_000_000  # read in one portion; about a second and 40 MB
MOST_STREAMS = 200
LONGEST = timedelta(days=366)
#: What no past is kept of that would tell: the clock is judged as files arrive, the lag as time passes.
WITHOUT_PAST = frozenset({Kind.CLOCK, Kind.LAG})


@dataclass(frozen=True, slots=True)
class Raised:
    """What would have been one incident of this rule alone."""

    onset: datetime
    cleared: datetime | None  # None: it would still go on
    severity: int
    alarms: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A station that was looked at."""

    where: Where
    raised: tuple[Raised, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """One portion of stations: from place `start` among all `stations` to `next` (None: that was the last)."""

    since: datetime
    until: datetime
    start: int
    next: int | None
    stations: int
    spots: tuple[Spot, ...]
    values: int  # that were read

    @property
    def incidents(self) -> int:
        """Those of this portion."""
        return sum(len(spot.raised) for spot in self.spots)


def preview(version: Version, spots: Sequence[Where], since: datetime, until: datetime, *, start: int = 0) -> Preview:
    """What the version would have raised in [since, until) where it applies (`scoping.where`), from place `start` on.

    `version` must be in force over the whole span: `drafting.candidate(draft, since=since)`.
    """
    chosen = list(_portion(version, spots[start:], (until - since).total_seconds()))
    found, values = _found(version, chosen, since, until)
    after = start + len(chosen)
    return Preview(
        since=since,
        until=until,
        start=start,
        next=after if after < len(spots) else None,
        stations=len(spots),
        spots=tuple(Spot(one, tuple(together(found.get(one.station.id, [])))) for one in chosen),
        values=values,
    )


def together(alarms: Sequence[Found]) -> Iterator[Raised]:
    """Alarms of one station as incidents: those that overlap are one."""
    held: list[Found] = []
    end: datetime | None = None
    for one in sorted(alarms, key=lambda alarm: alarm.onset):
        if held and end is not None and one.onset > end:
            yield _raised(held, end)
            held = []
        end = one.cleared if not held else None if end is None or one.cleared is None else max(end, one.cleared)
        held.append(one)
    if held:
        yield _raised(held, end)


def _raised(alarms: Sequence[Found], end: datetime | None) -> Raised:
    return Raised(min(one.onset for one in alarms), end, max(one.severity for one in alarms), tuple(alarms))


def _portion(version: Version, spots: Sequence[Where], seconds: float) -> Iterator[Where]:
    """The first stations, as many as are read in about a second; one at least."""
    rows = streams = 0.0
    for place, spot in enumerate(spots):
        if version.rule.kind in SERIES or version.rule.kind == Kind.SILENCE:
            rows += sum(seconds / (stream.interval_s or seconds) for stream, _ in spot.streams)
        streams += len(spot.streams)
        if place and (rows > MOST_ROWS or streams > MOST_STREAMS):
            return
        yield spot


def _found(
    version: Version, spots: Sequence[Where], since: datetime, until: datetime
) -> tuple[dict[int, list[Found]], int]:
    """(station -> what it would have raised, how many values were read)."""
    found: dict[int, list[Found]] = {}
    values = 0
    if version.rule.kind in SERIES:
        for spot in spots:
            alarms, read = _of_series(spot, since, until)
            found[spot.station.id] = alarms
            values += read
        return found, values
    for one in previewing_watched.found(version, spots, since, until):
        found.setdefault(one.thing_id or 0, []).append(one)
    return found, values


def _of_series(spot: Where, since: datetime, until: datetime) -> tuple[list[Found], int]:
    runs = [(stream, list(series.of_stream(stream, applied))) for stream, applied in spot.streams]
    reach = max((one.span for _, many in runs for one in many), default=0)
    ids = np.array([stream.id for stream, _ in runs], np.int32)
    rows = observations.read_spans(ids, micros(since) - reach, micros(until))
    found: list[Found] = []
    for stream, many in runs:
        first, last = np.searchsorted(rows.datastream, [stream.id, stream.id + 1]).tolist()
        own = rows.take(slice(first, last))
        for one in many:
            alarms = one.find(one.signal(own, micros(since)), None)
            found += [one.ended(alarm, micros(until)) for alarm in alarms]
    return found, len(rows)
