"""From what a rule of alarm says to levels in a property's unit, span by span of event time.

Levels come from the rule itself, from a dated table of law, or from the papers of the facility whose outfall or stack
is measured (`basis`). What is only remembered, not law or not convertible gives no level: `unjudged` says why. Nothing
here reads anything but the rules themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import numpy as np

from nonnuoc import rules
from nonnuoc.domain import limits, local, units
from nonnuoc.domain.limits import Limit
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.monitoring.streams import Stream
from nonnuoc.records.registers.licences.in_force import Permitted
from nonnuoc.rules import Table

Kind = AlarmRule.Kind
Procedure = Datastream.Procedure
FOREVER = 2**62
INF = float("inf")
SPAN_S = 3600  # of a rise, where a rule does not say
CLEAR_PERCENT = 5.0  # inside the level: what ends an alarm, where a rule does not say
LEVEL_CLEAR_BY = 0.1  # m under a level of báo động: five percent of a height above the sea means nothing

#: The basis of rules that judge by the limits of a facility's own papers (records/registers/licences/in_force.py).
LICENCE = "licence"
#: The averaging time whose limit judges a mean.
AVERAGING = {Procedure.MEAN_1H: "1h", Procedure.MEAN_8H: "8h", Procedure.MEAN_24H: "24h"}
#: Single values, as they were measured.
SINGLE = frozenset({Procedure.RAW, Procedure.SAMPLE})
#: What a rule on this basis may judge.
PROCEDURES: Mapping[str, frozenset[str]] = {
    "qcvn05": frozenset(AVERAGING),
    "qcvn08": SINGLE,
    "vn_aqi": frozenset({Procedure.AQI_1H, Procedure.AQI_24H}),
    "vn_wqi": frozenset({Procedure.WQI, Procedure.WQI_1H}),
    "water_levels": frozenset({Procedure.RAW}),
    LICENCE: SINGLE | frozenset(AVERAGING),
}
MEDIUM = {"qcvn05": Thing.Kind.AMBIENT_AIR, "qcvn08": Thing.Kind.SURFACE_WATER}
INDICES = {"vn_aqi": "VN_AQI", "vn_wqi": "VN_WQI"}
#: Of kinds without a basis, where the rule does not name a procedure.
OWN: Mapping[str, frozenset[str]] = {
    Kind.LIMIT: SINGLE,
    Kind.LEVEL: frozenset({Procedure.RAW}),
    Kind.RATE: frozenset({Procedure.RAW}),
    Kind.STUCK: frozenset({Procedure.RAW}),
    Kind.STATUS: frozenset({Procedure.RAW}),
}
#: Stamped with the end of a window: what is stamped midnight belongs to the day before, and to its law.
WINDOWED = frozenset(Procedure) - SINGLE


class Version(NamedTuple):
    """A version of a rule, saved or not, and the communes it is about (none: all)."""

    rule: AlarmRule
    communes: frozenset[int]
    property: str  # code; "": every one


@dataclass(frozen=True, slots=True)
class Place:
    """What a rule asks of a thing."""

    thing_id: int
    kind: str
    commune: int | None
    water: str  # "river", "lake"; "": unknown
    grade: str  # "A" .. "D" of QCVN 08:2023/BTNMT; "": unknown
    hydrological_station: str  # whose levels of báo động it has; "": none

    def shared(self, *, thing: bool, commune: bool) -> Place:
        """The same facts of things that no rule tells apart by name, or by commune."""
        return replace(self, thing_id=self.thing_id if thing else 0, commune=self.commune if commune else None)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Levels over one span of event time; as `Applied` has them."""

    since: int
    until: int
    above: tuple[float, ...]
    below: tuple[float, ...]
    calm_above: float
    calm_below: float
    severities: tuple[int, ...]
    document: str


class Step(NamedTuple):
    severity: int
    above: float
    below: float


def versions() -> Iterator[Version]:
    """Every enabled version whose levels follow from values, in the order of code and time."""
    found = AlarmRule.objects.filter(enabled=True, kind__in=OWN.keys() | {Kind.INDEX})
    for rule in found.select_related("observed_property").prefetch_related("communes").order_by("code", "valid_from"):
        yield version_of(rule, frozenset(commune.pk for commune in rule.communes.all()))


def version_of(rule: AlarmRule, communes: frozenset[int] = frozenset()) -> Version:
    """A rule as it is judged by."""
    return Version(rule, communes, rule.observed_property.code if rule.observed_property else "")


def place(
    id: int, kind: str, properties: Any, commune: int | None, water_kind: str | None = None, grade: str | None = None
) -> Place:
    """The facts of a thing that rules ask for; `properties` as its row has them, or as JSON.

    water_kind, grade  of the reach or reservoir it stands on, where the registers know the class; else its own property
    """
    said = json.loads(properties) if isinstance(properties, str) else properties
    said = said if isinstance(said, dict) else {}
    water = {"kind": water_kind, "grade": grade} if water_kind and grade else said.get("water")
    water = water if isinstance(water, dict) else {}
    station = said.get("hydrological_station")
    return Place(
        id,
        kind,
        commune,
        str(water.get("kind") or ""),
        str(water.get("grade") or ""),
        station if isinstance(station, str) else "",
    )


def of_version(version: Version, stream: Stream, place: Place, permitted: Sequence[Permitted] = ()) -> Iterator[Bounds]:
    """The levels of a version at a datastream, span by span, in order of time; none where it does not apply.

    `permitted`: the limits that papers of its facility set there, in order of time.
    """
    if not applies(version, stream, place):
        return
    rule = version.rule
    begins = micros(rule.valid_from)
    ends = FOREVER if rule.valid_to is None else micros(rule.valid_to)
    levels = _of_papers(rule, stream, permitted) if rule.basis == LICENCE else _levels(rule, stream, place)
    for bounds in _joined(levels):
        since, until = max(begins, bounds.since), min(ends, bounds.until)
        if since < until:
            yield replace(bounds, since=since, until=until)


def _joined(many: Iterable[Bounds]) -> Iterator[Bounds]:
    """Neighbours that say the same are one: a document that changed elsewhere did not change here."""
    held: Bounds | None = None
    for one in many:
        if held and held.until == one.since and replace(held, since=0, until=0) == replace(one, since=0, until=0):
            held = replace(held, until=one.until)
            continue
        if held:
            yield held
        held = one
    if held:
        yield held


def applies(version: Version, stream: Stream, place: Place) -> bool:
    """Whether a version is about this datastream at all, whatever its levels."""
    rule = version.rule
    return (
        rule.thing_id in (None, place.thing_id)
        and rule.thing_kind in ("", place.kind)
        and (not version.communes or place.commune in version.communes)
        and version.property in ("", stream.property)
        and stream.procedure in judged_procedures(rule)
        and MEDIUM.get(rule.basis, place.kind) == place.kind
        and INDICES.get(rule.basis, stream.property) == stream.property
        and (rule.basis != "water_levels" or stream.property == "WaterLevel")
    )


def judged_procedures(rule: AlarmRule) -> frozenset[str]:
    """Which streams a rule may judge: what its basis compares, narrowed to its own procedure."""
    possible = PROCEDURES.get(rule.basis) or OWN.get(rule.kind, frozenset())
    if not rule.procedure:
        return possible
    if rule.basis:
        return possible & {rule.procedure}
    return frozenset({rule.procedure})


def _levels(rule: AlarmRule, stream: Stream, place: Place) -> Iterator[Bounds]:
    if rule.kind in (Kind.STUCK, Kind.STATUS):
        severities = tuple(int(step["severity"]) for step in rule.steps[:1])
        yield Bounds(0 - FOREVER, FOREVER, (0.5,), (-INF,), 0.5, -INF, severities, rule.article)
        return
    if not rule.basis:
        steps = [Step(int(s["severity"]), _or(s.get("above"), INF), _or(s.get("below"), -INF)) for s in rule.steps]
        yield _bounds(rule, steps, rule.article, (0 - FOREVER, FOREVER))
        return
    for period in rules.periods(rule.basis):
        if not period.table.is_law:
            continue
        steps = _steps(rule, stream, place, period.table)
        if steps:
            document = f"{period.table.number}, {period.table.article}"
            windowed = stream.procedure in WINDOWED
            since = midnight(period.since, windowed=windowed)
            until = midnight(period.until + timedelta(days=1), windowed=windowed) if period.until else FOREVER
            yield _bounds(rule, steps, document, (since, until))


def _steps(rule: AlarmRule, stream: Stream, place: Place, table: Table) -> list[Step]:
    """The steps that this table gives numbers for; a step whose number is only remembered is left out."""
    if rule.basis in INDICES:
        return list(_categories(rule.steps, table, falling=rule.basis == "vn_wqi"))
    if rule.basis == "water_levels":
        return list(_alarm_levels(rule.steps, table.data, place.hydrological_station, stream.unit))
    limit = limit_of(table.data, stream, place)
    scaled = converted(limit, stream) if limit else None
    return [] if scaled is None else _multiples(rule, *scaled)


def _multiples(rule: AlarmRule, minimum: float | None, maximum: float | None) -> list[Step]:
    """The steps of a rule that goes by a limit: so many times the limit."""
    times = [(int(step["severity"]), float(step.get("times", 1))) for step in rule.steps]
    return [Step(severity, _times(maximum, by, INF), _times(minimum, 1 / by, -INF)) for severity, by in times]


def _of_papers(rule: AlarmRule, stream: Stream, permitted: Sequence[Permitted]) -> Iterator[Bounds]:
    """The limits of papers, each under its own name and in its own time; a mean is of the time before its stamp."""
    after = stream.procedure in WINDOWED
    for one in permitted:
        until = one.until if one.until == FOREVER else one.until + after
        yield _bounds(rule, _multiples(rule, one.lower, one.upper), one.document, (one.since + after, until))


def limit_of(data: Mapping[str, Any], stream: Stream, place: Place) -> Limit | None:
    """The limit of a table of ambient air or surface water that judges this datastream; None: it sets none.

    Air: that of the mean's own averaging time. Water: that of the reach's class, where it is known and the table has
    one, else that of table 1, which knows no classes.
    """
    if stream.kind == Thing.Kind.AMBIENT_AIR:
        found = limits.limit(data, stream.property, averaging=AVERAGING.get(Procedure(stream.procedure), "none"))
    else:
        found = None
        if place.water and place.grade:
            found = limits.limit(data, stream.property, water=place.water, grade=place.grade)
        found = found or limits.limit(data, stream.property)
    return found if found and (found.minimum is not None or found.maximum is not None) else None


def converted(limit: Limit, stream: Stream) -> tuple[float | None, float | None] | None:
    """(minimum, maximum) in the datastream's unit; None: no registered way leads there."""
    way = units.factor(unit_table(), limit.unit, stream.unit, parameter=stream.property)
    if way is None:
        return None
    factor, offset = way
    return tuple(None if one is None else one * factor + offset for one in (limit.minimum, limit.maximum))  # type: ignore[return-value]


def unit_table() -> Mapping[str, Any]:
    """The registered ways from unit to unit; they hold for all days."""
    return rules.load("units", on=date.max).data


def midnight(day: date, *, windowed: bool = False) -> int:
    """When a local day begins, µs since 1970-01-01 UTC; for what is stamped with the end of a window, just after."""
    start = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=local.OFFSET_H)
    return micros(start) + windowed


def _categories(steps: Sequence[Mapping[str, Any]], table: Table, *, falling: bool) -> Iterator[Step]:
    """An index is called what its whole number is called, half up: from 150.5 on it is in the category from 151.

    A category that the table in force does not have is none.
    """
    found = table.data["category"]
    for step in steps:
        number = int(step["category"])
        if not 1 <= number <= len(found):
            continue
        entry = found[number - 1]
        above, below = entry["min"] - 0.5 - 1e-9, entry["max"] + 0.5 - 1e-9
        yield Step(int(step["severity"]), INF if falling else above, below if falling else -INF)


def _alarm_levels(
    steps: Sequence[Mapping[str, Any]], data: Mapping[str, Any], station: str, unit: str
) -> Iterator[Step]:
    known = {one["alarm"]: one for one in data["level"] if one["station"] == station}
    for step in steps:
        entry = known.get(int(step["alarm"]))
        way = units.factor(unit_table(), entry["unit"], unit) if entry else None
        if entry and way:
            level = entry["value"] * way[0] + way[1]
            yield Step(int(step["severity"]), float(np.nextafter(level, -INF)), -INF)  # reached is passed


def _bounds(rule: AlarmRule, steps: Sequence[Step], document: str, span: tuple[int, int]) -> Bounds:
    calm_above, calm_below = calm(rule, steps[0])
    return Bounds(
        *span,
        above=tuple(step.above for step in steps),
        below=tuple(step.below for step in steps),
        calm_above=calm_above,
        calm_below=calm_below,
        severities=tuple(step.severity for step in steps),
        document=document,
    )


def calm(rule: AlarmRule, first: Step) -> tuple[float, float]:
    """(highest, lowest) value that counts as calm: inside the first step's level, never outside it.

    The rule's own `clear` of a step with one side; else `clear_by` (in the property's unit) or `clear_percent` of the
    level inside it. Where upper and lower would cross, the levels themselves.
    """
    own = rule.steps[0].get("clear")
    highest, lowest = _inside(rule, first.above, -1), _inside(rule, first.below, +1)
    if own is not None and not rule.basis:
        highest = min(float(own), first.above) if first.above < INF else INF
        lowest = max(float(own), first.below) if first.below > -INF else -INF
    return (highest, lowest) if highest >= lowest else (first.above, first.below)


def _inside(rule: AlarmRule, level: float, inward: int) -> float:
    if abs(level) == INF:
        return level
    by = rule.parameters.get("clear_by", LEVEL_CLEAR_BY if rule.basis == "water_levels" else None)
    if by is None:
        by = abs(level) * float(rule.parameters.get("clear_percent", CLEAR_PERCENT)) / 100
    return level + inward * float(by)


def _times(bound: float | None, by: float, otherwise: float) -> float:
    return otherwise if bound is None else bound * by


def _or(bound: Any, otherwise: float) -> float:
    return otherwise if bound is None else float(bound)
