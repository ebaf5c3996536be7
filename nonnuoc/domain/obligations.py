"""Dated obligations out of conditions: what is due when, and what a changed condition does to what is kept already.

Days are local; a span of days holds both its ends. A period belongs to a condition that holds on the period's last
day: of conditions that follow each other without a gap, each period has exactly one, and none has two.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` to `last`, both in it."""

    first: date
    last: date

    def overlaps(self, other: Period) -> bool:
        """Whether they share a day."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be done by a day. `key` names it for ever; `source`, what it follows from."""

    key: str
    source: str
    period: Period | None  # None: it is done once
    due: date  # the last day in time


@dataclass(frozen=True, slots=True)
class Kept:
    """An obligation as it stands: `settled` once somebody has reported it, met it or was excused."""

    due: Due
    settled: bool


@dataclass(frozen=True, slots=True)
class Steps:
    """What brings the kept obligations to what conditions want now."""

    make: tuple[Due, ...]
    move: tuple[Due, ...]  # the same key, due on another day
    drop: tuple[str, ...]  # keys


class State(StrEnum):
    """Where an obligation stands on a day."""

    UPCOMING = "upcoming"
    DUE = "due"  # within the days of warning
    OVERDUE = "overdue"
    REPORTED = "reported"  # whoever has it says it is done; nobody has looked yet
    MET = "met"
    EXCUSED = "excused"


def months_after(day: date, months: int) -> date:
    """The same day so many months later (earlier: negative); the month's last where it has none such.

    31 January and one month are 28 or 29 February, and two months 31 March: count from the first day, not by steps.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def periods(months: int, *, since: date, until: date | None, horizon: date) -> Iterator[Period]:
    """The periods of so many months whose last day lies in [since, until] and not after `horizon`, in order.

    What divides a year goes by the calendar (months, quarters, half-years, years); anything else counts from `since`.
    Raises ValueError for less than one month.
    """
    if months < 1:
        raise ValueError(f"a period of {months} months is none")
    anchor = date(since.year, 1, 1) if 12 % months == 0 else since
    end = horizon if until is None else min(until, horizon)
    number = 0
    while True:
        first = months_after(anchor, number * months)
        last = months_after(anchor, (number + 1) * months) - ONE_DAY
        if last > end:
            return
        if last >= since:
            yield Period(first, last)
        number += 1


def repeated(
    source: str, months: int, *, since: date, until: date | None, lag_days: int, horizon: date
) -> Iterator[Due]:
    """What is due again and again, each so many days after its period's last; nothing due after `horizon`."""
    for period in periods(months, since=since, until=until, horizon=horizon - timedelta(days=lag_days)):
        key = f"{source}:{period.first.isoformat()}/{period.last.isoformat()}"
        yield Due(key, source, period, period.last + timedelta(days=lag_days))


def once(source: str, due: date) -> Due:
    """What is due once. Another day is another obligation: the old one, where it was missed, stays missed."""
    return Due(f"{source}:{due.isoformat()}", source, None, due)


def reconcile(
    wanted: Iterable[Due], kept: Sequence[Kept], *, today: date, counted_from: Mapping[str, date] | None = None
) -> Steps:
    """What to make, move and drop; with nothing left to do it is empty, so that doing it again does no harm.

    Only what is not settled and not yet past is moved or dropped. Made is what is due on `counted_from` of its source
    or later (none named: `today`) and whose period shares no day with one that stays.
    """
    asked = {one.key: one for one in wanted}
    since = counted_from or {}
    movable = {one.due.key for one in kept if not one.settled and one.due.due >= today}
    drop = tuple(one.due.key for one in kept if one.due.key in movable and one.due.key not in asked)
    held = {one.due.key: one.due for one in kept}
    move = tuple(asked[key] for key in held if key in movable and key in asked and asked[key].due != held[key].due)
    staying: dict[str, list[Period]] = {}
    for key, one in held.items():
        if key not in drop and one.period is not None:
            staying.setdefault(one.source, []).append(one.period)
    make = tuple(
        one
        for key, one in asked.items()
        if key not in held
        and one.due >= since.get(one.source, today)
        and not (one.period and any(one.period.overlaps(other) for other in staying.get(one.source, ())))
    )
    return Steps(make, move, drop)


def state(due: date, today: date, *, reported: bool, met: bool, excused: bool, warning_days: int) -> State:
    """Where it stands: what was decided stays, else the day tells."""
    if excused:
        return State.EXCUSED
    if met:
        return State.MET
    if reported:
        return State.REPORTED
    if today > due:
        return State.OVERDUE
    return State.DUE if (due - today).days <= warning_days else State.UPCOMING
