"""Which rules of alarm judge which datastream, since when, until when, and at which levels.

A rule is a row of `AlarmRule`; its levels may stand in a dated table of law. Both are cut into spans of event time
within which nothing changes: a value at a time is judged by the span it lies in, whenever it arrives.

What was found is kept in this process. It is forgotten by looking, not by being told: every call reads the row versions
(xmin and ctid) of all rules - some dozens - and of the things asked for, in one statement each; a datastream's own
definition comes with the call. Where a rule goes by the papers of facilities, one statement more asks whether a station
watches an outfall or a stack, and where it does, another reads its limits. Whoever changes any of them, in whatever
process: the next call sees it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection
from django.utils import timezone

from nonnuoc.records.alerts.levels import bounding, broken, unjudging
from nonnuoc.records.alerts.levels.bounding import FOREVER, Bounds, Place, Version
from nonnuoc.records.alerts.levels.unjudging import Unjudged
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.monitoring import streams as monitoring
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.monitoring.streams import Stream
from nonnuoc.records.registers.licences import in_force
from nonnuoc.records.registers.licences.in_force import Permitted
from nonnuoc.records.registers.waters import classes

Kind = AlarmRule.Kind
Signal = Literal["value", "rate", "flat", "status"]
Side = Literal["above", "below"]
SIGNALS: Mapping[str, Signal] = {
    Kind.LIMIT: "value",
    Kind.INDEX: "value",
    Kind.LEVEL: "value",
    Kind.RATE: "rate",
    Kind.STUCK: "flat",
    Kind.STATUS: "status",
}
SECOND = 1_000_000

_RULES = """
SELECT coalesce(string_agg(concat(id, ':', xmin, ctid), ',' ORDER BY id), '') FROM alerts_alarmrule
"""
_THINGS = f"""
SELECT thing.id, concat(thing.xmin, thing.ctid, stands.edition), thing.kind, thing.properties, thing.commune_id,
    stands.water, stands.grade
FROM monitoring_thing thing LEFT JOIN ({classes.OF_STATIONS}) stands ON stands.thing_id = thing.id
WHERE thing.id = ANY(%s)
"""  # noqa: S608 - two constants
_STREAMS = "SELECT thing_id FROM monitoring_datastream WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Applied:
    """One version of a rule at one datastream, over a span of event time within which its levels are the same.

    A value beyond `above[i]` or `below[i]` passes step i, mildest first; inf and -inf: no such level. One within
    [calm_below, calm_above] is calm. Levels are in the property's unit (of "rate": its rise within `span_us`); of
    "flat" and "status" the signal is 1 where the quality bit is set or the status is one of `statuses`, else 0.
    """

    code: str
    rule_id: int  # 0: a candidate that is not saved
    kind: str
    datastream_id: int
    thing_id: int
    since: int  # µs since 1970-01-01 UTC, half-open
    until: int  # FOREVER: open
    above: tuple[float, ...]
    below: tuple[float, ...]
    calm_above: float
    calm_below: float
    severities: tuple[int, ...]
    need: int
    window_us: int
    hold_us: int
    signal: Signal
    span_us: int  # of "rate"
    statuses: tuple[int, ...]  # of "status"
    document: str  # number and article in force, for people


@dataclass(frozen=True, slots=True)
class Level:
    """A level as a chart draws it."""

    code: str
    rule_id: int
    step: int
    severity: int
    side: Side
    value: float
    document: str
    since: int
    until: int


@dataclass
class _Kept:
    """What this process knows: of every thing its row's version and facts, of every datastream what judges it."""

    rules: str | None = None
    versions: tuple[Version, ...] = ()
    things: dict[int, tuple[str, Place]] = field(default_factory=dict)
    streams: dict[int, tuple[Stream, tuple[Applied, ...]]] = field(default_factory=dict)
    alike: dict[Any, list[tuple[Version, Bounds]]] = field(default_factory=dict)
    permitted: dict[int, tuple[Permitted, ...]] = field(default_factory=dict)  # of datastreams that have such limits

    def __post_init__(self) -> None:
        self.by_papers = any(one.rule.basis == bounding.LICENCE for one in self.versions)
        self.named = frozenset(one.rule.thing_id for one in self.versions)
        self.by_commune = any(one.communes for one in self.versions)


_kept = _Kept()


def of_streams(stream_ids: Collection[int] | None = None) -> Mapping[int, tuple[Applied, ...]]:
    """What judges each of these datastreams (None: every one), by id; in the order of code and time.

    Only rules that are enabled, and only those whose levels follow from values; a datastream that nothing judges has
    an empty tuple.
    """
    if stream_ids is not None and not stream_ids:
        return {}
    with connection.cursor() as cursor:
        if stream_ids is None:
            cursor.execute("SELECT id FROM monitoring_thing")
        else:
            cursor.execute(_STREAMS, (list(stream_ids),))
        things = {row[0] for row in cursor.fetchall()}
    catalogue = monitoring.of_things(things)
    if stream_ids is not None:
        wanted = set(stream_ids)
        catalogue = [stream for stream in catalogue if stream.id in wanted]
    return of_catalogue(catalogue)


def of_catalogue(catalogue: Sequence[Stream]) -> Mapping[int, tuple[Applied, ...]]:
    """As `of_streams`, of datastreams that the caller has read already: two small statements whatever their number."""
    if not catalogue:
        return {}
    global _kept  # replaced as a whole: a thread beside this one sees the old or the new
    rules = version()
    kept = _kept
    if kept.rules != rules:
        kept = _Kept(rules, tuple(bounding.versions()))
        _kept = kept
    places = _places(kept, {stream.thing_id for stream in catalogue})
    _permit(kept, catalogue)
    found = {}
    for stream in catalogue:
        held = kept.streams.get(stream.id)
        if held is None or not _same(held[0], stream):
            held = (stream, tuple(_applied(kept, stream, places[stream.thing_id])))
            kept.streams[stream.id] = held
        found[stream.id] = held[1]
    return found


def of_candidate(candidate: Version, catalogue: Sequence[Stream]) -> Mapping[int, tuple[Applied, ...]]:
    """What a version of a rule, saved or not, enabled or not, would judge of these datastreams; only those it would."""
    places = {id: place for id, (_, place) in _read({stream.thing_id for stream in catalogue}).items()}
    kept = _Kept(None, (candidate,))
    _permit(kept, catalogue)
    found = {stream.id: tuple(_applied(kept, stream, places[stream.thing_id])) for stream in catalogue}
    return {id: applied for id, applied in found.items() if applied}


def unjudged(thing_id: int, on: date | None = None) -> list[Unjudged]:
    """The properties of a thing that no level of law judges on a day (default: today), and why."""
    catalogue = sorted(monitoring.of_things([thing_id]), key=lambda stream: stream.id)
    _, place = _read([thing_id])[thing_id]
    return unjudging.of_thing(catalogue, place, on or timezone.localdate())


def version() -> str:
    """What changes whenever a rule does, in this process or another; one statement over some dozens of rows."""
    with connection.cursor() as cursor:
        cursor.execute(_RULES)
        return str(cursor.fetchone()[0])


def levels_at(applied: Sequence[Applied], at: datetime | int) -> list[Level]:
    """The levels in force at a moment, in the order of rules and steps."""
    when = at if isinstance(at, int) else micros(at)
    return [level for one in applied if one.since <= when < one.until for level in levels_of(one)]


def levels_of(one: Applied) -> Iterator[Level]:
    """Each step's level; none of signals that are not values."""
    if one.signal != "value":
        return
    sides: tuple[tuple[Side, tuple[float, ...]], ...] = (("above", one.above), ("below", one.below))
    for step, severity in enumerate(one.severities):
        for side, bounds in sides:
            if abs(bounds[step]) != float("inf"):
                yield Level(
                    one.code, one.rule_id, step, severity, side, bounds[step], one.document, one.since, one.until
                )


def _places(kept: _Kept, thing_ids: Collection[int]) -> Mapping[int, Place]:
    """Facts of things; those of a thing whose row changed are read anew, and its datastreams forgotten."""
    now = _read(thing_ids, kept.things)
    changed = {id for id, (row, _) in now.items() if id in kept.things and kept.things[id][0] != row}
    if changed:
        for id in [id for id, (stream, _) in kept.streams.items() if stream.thing_id in changed]:
            del kept.streams[id]
    kept.things.update(now)
    return {id: place for id, (_, place) in now.items()}


def _permit(kept: _Kept, catalogue: Sequence[Stream]) -> None:
    """Limits of the facility's own papers; a datastream whose limits changed is forgotten."""
    now = in_force.of_catalogue(catalogue) if kept.by_papers else {}
    for id in (stream.id for stream in catalogue) if kept.permitted or now else ():
        limits = now.get(id, ())
        if limits != kept.permitted.get(id, ()):
            kept.streams.pop(id, None)
            kept.permitted[id] = limits


def _read(
    thing_ids: Collection[int], known: Mapping[int, tuple[str, Place]] | None = None
) -> dict[int, tuple[str, Place]]:
    with connection.cursor() as cursor:
        cursor.execute(_THINGS, (list(thing_ids),))
        rows = cursor.fetchall()
    found = {}
    for id, row, *facts in rows:
        held = known.get(id) if known else None
        found[id] = held if held and held[0] == row else (row, bounding.place(id, *facts))
    return found


def _same(one: Stream, other: Stream) -> bool:
    """Whether two readings of a datastream agree in all that a rule asks of it."""
    return one.interval_s == other.interval_s and (one.thing_id, one.property, one.procedure, one.unit, one.kind) == (
        other.thing_id,
        other.property,
        other.procedure,
        other.unit,
        other.kind,
    )


def _applied(kept: _Kept, stream: Stream, place: Place) -> Iterator[Applied]:
    """Datastreams alike in all that decides share one resolution."""
    shared = place.shared(thing=place.thing_id in kept.named, commune=kept.by_commune)
    permitted = kept.permitted.get(stream.id, ())
    key = (stream.property, stream.procedure, stream.unit, shared, permitted)
    if key not in kept.alike:
        sound = [one for one in kept.versions if not broken.is_broken(one.rule)]
        every = ((one, bounding.of_version(one, stream, place, permitted)) for one in sound)
        kept.alike[key] = [(one, bounds) for one, found in every for bounds in found]
    for one, bounds in kept.alike[key]:
        rule = one.rule
        need, window, hold = _counting(rule, stream)
        yield Applied(
            code=rule.code,
            rule_id=rule.id or 0,
            kind=rule.kind,
            datastream_id=stream.id,
            thing_id=stream.thing_id,
            since=bounds.since,
            until=bounds.until,
            above=bounds.above,
            below=bounds.below,
            calm_above=bounds.calm_above,
            calm_below=bounds.calm_below,
            severities=bounds.severities,
            need=need,
            window_us=window,
            hold_us=hold,
            signal=SIGNALS[rule.kind],
            span_us=int(rule.parameters.get("span_s", bounding.SPAN_S)) * SECOND,
            statuses=tuple(rule.parameters.get("statuses", ())),
            document=bounds.document,
        )


def _counting(rule: AlarmRule, stream: Stream) -> tuple[int, int, int]:
    """(need, window, hold) in values and µs. Samples come without a cadence: each speaks for itself."""
    if not stream.interval_s:
        return 1, 1, 0
    interval = stream.interval_s * SECOND
    if duration := rule.parameters.get("for_s"):
        values = max(1, -(-int(duration) // stream.interval_s))
        # as many as come in that time, each within reach of the first even if the cadence trembles
        return values, values * interval + interval // 2, rule.hold_s * SECOND
    return rule.need, rule.among * interval, rule.hold_s * SECOND


__all__ = [
    "FOREVER",
    "Applied",
    "Level",
    "Signal",
    "Unjudged",
    "levels_at",
    "of_candidate",
    "of_catalogue",
    "of_streams",
    "unjudged",
    "version",
]
