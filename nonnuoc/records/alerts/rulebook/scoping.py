"""Where a rule of alarm applies: the datastreams it judges or watches, and other rules that do the same there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from nonnuoc.records.accounts.access import Reach
from nonnuoc.records.alerts.levels import applying, bounding
from nonnuoc.records.alerts.levels.applying import Applied
from nonnuoc.records.alerts.levels.bounding import Version
from nonnuoc.records.alerts.levels.kinds import SERIES
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.monitoring import streams as monitoring
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.monitoring.streams import Procedure, Stream

Kind = AlarmRule.Kind


@dataclass(frozen=True, slots=True)
class Station:
    """A station that a rule is about."""

    id: int
    code: str
    name: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class Where:
    """A station, and what a rule judges there: (datastream, what it is judged by; nothing of what is only watched)."""

    station: Station
    streams: tuple[tuple[Stream, tuple[Applied, ...]], ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another rule that is switched on and judges the same datastreams by the same signal."""

    rule: AlarmRule
    streams: int  # that both judge
    same: int  # with the same first level
    earlier: int  # where the candidate would raise before it: a lower upper level, or a higher lower one
    later: int


def where(version: Version, reach: Reach | None = None) -> list[Where]:
    """Every station (within reach) a version is about, by code. A watched rule about stations lists no datastreams.

    Four queries, however many stations.
    """
    stations = _stations(version, reach)
    catalogue = monitoring.of_things([one.id for one in stations])
    applied: Mapping[int, tuple[Applied, ...]] = {}
    if version.rule.kind in SERIES:
        applied = applying.of_candidate(version, catalogue)
        judged = [stream for stream in catalogue if stream.id in applied]
    else:
        judged = [stream for stream in catalogue if _is_watched(version, stream)]
    found: dict[int, list[tuple[Stream, tuple[Applied, ...]]]] = defaultdict(list)
    for stream in sorted(judged, key=lambda one: one.id):
        found[stream.thing_id].append((stream, applied.get(stream.id, ())))
    by_station = version.rule.kind in (Kind.CLOCK, Kind.REFUSED)
    return [Where(one, tuple(found[one.id])) for one in stations if found[one.id] or by_station]


def overlapping(version: Version, spots: Sequence[Where], at: datetime) -> list[Overlap]:
    """The enabled rules of another code that judge what this version would judge, by the same signal, at `at`.

    `spots`: where it applies. Four queries, however many.
    """
    if version.rule.kind not in SERIES:
        return []
    mine = {stream.id: (stream, one) for spot in spots for stream, one in spot.streams}
    others = applying.of_catalogue([stream for stream, _ in mine.values()])
    when = micros(at)
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for id, (_, ours) in mine.items():
        own = next((one for one in ours if one.since <= when < one.until), None)
        for other in others[id]:
            if own is None or other.code == version.rule.code or not other.since <= when < other.until:
                continue
            if (own.signal, own.statuses) != (other.signal, other.statuses):
                continue
            if own.signal == "value" and not _same_side(own, other):
                continue
            count = counts[other.rule_id]
            count[0] += 1
            count[2 + _compared(own, other)] += 1
    rules = AlarmRule.objects.in_bulk(counts)
    return [
        Overlap(rules[id], count[0], same=count[2], earlier=count[1], later=count[3])
        for id, count in sorted(counts.items(), key=lambda item: (-item[1][0], item[0]))
    ]


def _compared(own: Applied, other: Applied) -> int:
    """-1: ours raises earlier; 0: at the same level; 1: later."""
    ours, theirs = own.above[0], other.above[0]
    if ours == theirs:
        ours, theirs = other.below[0], own.below[0]
    return (ours > theirs) - (ours < theirs)


def _same_side(own: Applied, other: Applied) -> bool:
    inf = float("inf")
    both_above = own.above[0] < inf and other.above[0] < inf
    return both_above or (own.below[0] > -inf and other.below[0] > -inf)


def _stations(version: Version, reach: Reach | None) -> list[Station]:
    rule = version.rule
    if rule.kind == Kind.LAG:
        return []
    found = Thing.objects.filter(reach.within() if reach else Q())
    if rule.thing_id is not None:
        found = found.filter(id=rule.thing_id)
    if rule.thing_kind:
        found = found.filter(kind=rule.thing_kind)
    if rule.basis in bounding.MEDIUM:
        found = found.filter(kind=bounding.MEDIUM[rule.basis])
    if version.communes:
        found = found.filter(commune_id__in=version.communes)
    if rule.kind not in SERIES:
        found = found.filter(state=Thing.State.ACTIVE)
    return [Station(*row) for row in found.order_by("code").values_list("id", "code", "name", "simulated")]


def _is_watched(version: Version, stream: Stream) -> bool:
    return (
        version.rule.kind in (Kind.SILENCE, Kind.AVAILABILITY)
        and stream.active
        and stream.procedure == Procedure.RAW
        and stream.interval_s is not None
        and version.property in ("", stream.property)
    )
