"""Values of a target drawn against the path: a chart, and the same small for a list.

Measured values are filled and joined, declared ones hollow and never joined to them; what cannot be computed is a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
from django.utils import timezone

from nonnuoc.domain.plan.path import Projection
from nonnuoc.look import figures, plot, ticks
from nonnuoc.look.plot import Dot, Field, Floats
from nonnuoc.look.ticks import Tick
from nonnuoc.records.plans.models import Value
from nonnuoc.records.plans.targets.projecting import Course
from nonnuoc.records.plans.targets.standings import Standing

SPARK_WIDE, SPARK_HIGH, SPARK_EDGE = 120.0, 32.0, 4.0


@dataclass(frozen=True, slots=True)
class Chart:
    """Paths of the inner drawing (0 .. 1000 wide), dots in percent and pixels."""

    down: list[Tick]
    across: list[Tick]
    measured: str
    way: str
    heading: str
    band: str
    filled: list[Dot]  # `failed`: part of it is missing
    hollow: list[Dot]
    baseline: Dot | None
    end: Dot | None
    upper_y: float | None
    today: float


@dataclass(frozen=True, slots=True)
class Spark:
    """The same without a scale, SPARK_WIDE by SPARK_HIGH."""

    measured: str
    way: str
    filled: Dot | None
    hollow: Dot | None
    end: Dot | None


def chart(standing: Standing, values: Sequence[Value], course: Course, on: date) -> Chart | None:
    """None where there is neither a value nor anything wanted."""
    known = [one for one in values if one.value is not None]
    if not known and not standing.points:
        return None
    first, last = _span(standing, values, on)
    low, high = _reach(standing, known, course)
    field = Field(_stamp(first), _stamp(last), low, high)
    way = standing.points
    declared = [one for one in known if one.kind == Value.Kind.DECLARED]
    measured = [one for one in values if one.kind == Value.Kind.MEASURED]
    heads = [one for one in course.band if one.value is not None]
    ahead = _across(field, course.days[: len(heads)])
    return Chart(
        down=[
            Tick(float(field.down(np.array([one]))[0]), figures.number(one, plot.decimals(high - low)))
            for one in plot.nice(low, high)
        ],
        across=ticks.times(_moment(first), _moment(last)),
        measured=_lines(measured, field),
        way=_way(way, field),
        heading=plot.path(ahead, _down(field, [one.value for one in heads])) if heads else "",
        band=plot.area(ahead, *(_down(field, edge) for edge in _edges(heads))) if heads else "",
        filled=[_dot(one, field) for one in measured if one.value is not None],
        hollow=[_dot(one, field) for one in declared],
        baseline=_at(field, *way[0]) if way and standing.target.baseline is not None else None,
        end=_at(field, *way[-1]) if way and way[-1][0] == standing.target.due else None,
        upper_y=None if (upper := standing.target.wanted_to) is None else float(_down(field, [upper])[0]),
        today=field.percent(_moment(on)),
    )


def spark(standing: Standing, values: Sequence[Value]) -> Spark | None:
    """None where there is no value, or nothing but one value and no path to see it against."""
    known = [one for one in values if one.value is not None]
    way = standing.points
    if not known or (len(known) < 2 and len(way) < 2):
        return None
    first, last = _span(standing, values, known[-1].day)
    numbers = [*(one.value for one in known if one.value is not None), *(value for _day, value in way)]
    low, high = min(numbers), max(numbers)
    room = (high - low) or 1.0
    start, width = _stamp(first), (_stamp(last) - _stamp(first)) or 1.0

    def x(day: date) -> float:
        return SPARK_EDGE + (_stamp(day) - start) / width * (SPARK_WIDE - 2 * SPARK_EDGE)

    def y(value: float) -> float:
        return SPARK_HIGH - SPARK_EDGE - (value - low) / room * (SPARK_HIGH - 2 * SPARK_EDGE)

    def drawn(points: Sequence[tuple[date, float]]) -> str:
        return "M" + "L".join(f"{x(day):.1f} {y(value):.1f}" for day, value in points) if len(points) > 1 else ""

    def last_of(kind: str) -> Dot | None:
        found = [one for one in known if one.kind == kind]
        return Dot(x(found[-1].day), y(found[-1].value or 0.0), False) if found else None

    pieces = _pieces([one for one in values if one.kind == Value.Kind.MEASURED])
    return Spark(
        measured=" ".join(drawn([(one.day, one.value or 0.0) for one in piece]) for piece in pieces),
        way=drawn(way),
        filled=last_of(Value.Kind.MEASURED),
        hollow=last_of(Value.Kind.DECLARED),
        end=Dot(x(way[-1][0]), y(way[-1][1]), False) if way else None,
    )


def _pieces(measured: Sequence[Value]) -> list[list[Value]]:
    """Values that follow each other without one between that could not be computed."""
    numbers = np.array([np.nan if one.value is None else one.value for one in measured], dtype=float)
    return [[measured[place] for place in run] for run in plot.runs(numbers)]


def _lines(measured: Sequence[Value], field: Field) -> str:
    return " ".join(
        plot.path(_across(field, [one.day for one in piece]), _down(field, [one.value for one in piece]))
        for piece in _pieces(measured)
        if len(piece) > 1
    )


def _way(points: Sequence[tuple[date, float]], field: Field) -> str:
    if len(points) < 2:
        return ""
    return plot.path(_across(field, [day for day, _value in points]), _down(field, [value for _day, value in points]))


def _edges(heads: Sequence[Projection]) -> tuple[list[float | None], list[float | None]]:
    return [one.low for one in heads], [one.high for one in heads]


def _span(standing: Standing, values: Sequence[Value], on: date) -> tuple[date, date]:
    days = [*(one.day for one in values), *(day for day, _value in standing.points)]
    plan = standing.target.plan
    return min([plan.starts, *days]), max([standing.target.due or plan.ends, on, *days])


def _reach(standing: Standing, known: Sequence[Value], course: Course) -> tuple[float, float]:
    """What the scale spans; of a share never more than 0 to 100."""
    target = standing.target
    numbers = [one.value for one in known] + [value for _day, value in standing.points] + [target.wanted_to]
    numbers += [edge for one in course.band for edge in (one.low, one.high)]
    there = [one for one in numbers if one is not None]
    least, most = min(there), max(there)
    room = (most - min(least, 0.0) or 1.0) * 0.12
    low = 0.0 if least >= 0 and least < most * 0.6 else least - room
    return (max(low, 0.0), min(most + room, 100.0)) if target.unit == "%" and least < 100 else (low, most + room)


def _dot(one: Value, field: Field) -> Dot:
    found = _at(field, one.day, one.value or 0.0)
    return Dot(found.x, found.y, one.quality == Value.Quality.PARTIAL)


def _at(field: Field, day: date, value: float) -> Dot:
    return Dot(100 * float(_across(field, [day])[0]), float(_down(field, [value])[0]), False)


def _across(field: Field, days: Sequence[date]) -> Floats:
    return field.across(np.array([_stamp(one) for one in days], dtype=np.int64))


def _down(field: Field, values: Sequence[float | None]) -> Floats:
    return field.down(np.array(values, dtype=float))


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _stamp(day: date) -> float:
    return _moment(day).timestamp() * 1e6
