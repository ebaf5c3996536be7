"""Moments along the foot of a chart, local: hours of a day, days of a month, months of a year, years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from nonnuoc.look import figures

MOST = 6  # fit on a phone
HOURS = (1, 2, 3, 6, 12)
DAYS = (1, 2, 3, 7, 14)
MONTHS = (1, 2, 3, 6, 12, 24)


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    words: str


def times(since: datetime, until: datetime) -> list[Tick]:
    """Never more than fit on a phone, in percent of the span, none so near the edge that it is cut."""
    span = until - since
    found = []
    for moment, said in _moments(since, until):
        place = 100 * (moment - since) / span
        if 3 < place < 97:
            found.append(Tick(place, said))
    return found


def _moments(since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    span = until - since
    midnight = timezone.localtime(since).replace(hour=0, minute=0, second=0, microsecond=0)
    if step := next((h for h in HOURS if span / timedelta(hours=h) < MOST), None):
        return _steps(midnight, until, timedelta(hours=step))
    if step := next((d for d in DAYS if span / timedelta(days=d) < MOST), None):
        return _steps(midnight, until, timedelta(days=step))
    months = next((m for m in MONTHS if span / timedelta(days=30.4 * m) < MOST), MONTHS[-1])
    return _months(midnight, until, months)


def _steps(first: datetime, until: datetime, step: timedelta) -> Iterator[tuple[datetime, str]]:
    moment = first
    while moment < until:
        clock = figures.clock(moment)
        by_hours = step < timedelta(days=1) and clock != "00:00"
        yield moment, clock if by_hours else figures.day(moment)[:5]
        moment += step


def _months(first: datetime, until: datetime, months: int) -> Iterator[tuple[datetime, str]]:
    count = first.year * 12 + (first.month - 1) // months * months
    while (moment := timezone.make_aware(datetime(count // 12, count % 12 + 1, 1))) < until:
        yield moment, str(moment.year) if months >= 12 else figures.day(moment)[3:]
        count += months
