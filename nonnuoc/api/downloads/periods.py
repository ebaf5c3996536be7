"""Times as people write them in an address: dates, times, and words such as `last-month`; local unless they say."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.dateparse import parse_datetime

FIRST_YEAR, LAST_YEAR = 1900, 2199
HOURS_MOST, DAYS_MOST = 100_000, 40_000
ROLLING = re.compile(r"last-([0-9]{1,6})(h|d)", re.ASCII)
REDUCED = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?", re.ASCII)
WORDS = ("now", "today", "yesterday", "this-month", "last-month", "this-year", "last-year", "this-week", "last-week")


class Span(NamedTuple):
    """Half-open, local times."""

    since: datetime
    until: datetime


def word(text: str, now: datetime) -> Span | None:
    """The span a word stands for; None: it is no word. Weeks begin on Monday. `now` is the moment itself.

    Raises ValueError for more hours or days than there are.
    """
    text = text.lower().replace("_", "-")
    if found := ROLLING.fullmatch(text):
        many, unit = int(found[1]), found[2]
        if not 0 < many <= (HOURS_MOST if unit == "h" else DAYS_MOST):
            raise ValueError(f"at most {HOURS_MOST} hours or {DAYS_MOST} days back")
        return Span(now - (timedelta(hours=many) if unit == "h" else timedelta(days=many)), now)
    if text not in WORDS:
        return None
    return Span(now, now) if text == "now" else _named(text, _midnight(now))


def moment(text: str) -> datetime:
    """2026-11-23 (its midnight), 2026-11, 2026, or an ISO time with or without its zone.

    Raises ValueError, saying what can be written.
    """
    text = text.strip()
    if found := REDUCED.fullmatch(text):
        text = f"{found[1]}-{found[2] or '01'}-01"
    try:
        # a + of an offset that was not escaped has become a space
        when = parse_datetime(re.sub(r" (?=[0-9:]{4,5}$)", "+", text) if "T" in text else text.replace(" ", "T", 1))
        when = when or parse_datetime(f"{text}T00:00")
    except (ValueError, OverflowError):
        when = None
    if when is None or not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise ValueError(f"'{text[:40]}' is not a time")
    return timezone.localtime(when) if timezone.is_aware(when) else timezone.make_aware(when)


def _named(text: str, today: datetime) -> Span:
    day = timedelta(days=1)
    if text == "today":
        return Span(today, today + day)
    if text == "yesterday":
        return Span(today - day, today)
    if text.endswith("week"):
        monday = today - day * today.weekday()
        return Span(monday, monday + 7 * day) if text == "this-week" else Span(monday - 7 * day, monday)
    if text.endswith("month"):
        first = today.replace(day=1)
        return Span(first, _next_month(first)) if text == "this-month" else Span(_month_of(first - day), first)
    year = today.replace(month=1, day=1)
    if text == "this-year":
        return Span(year, year.replace(year=year.year + 1))
    return Span(year.replace(year=year.year - 1), year)


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _month_of(day: datetime) -> datetime:
    return day.replace(day=1)


def _next_month(first: datetime) -> datetime:
    return _month_of(first + timedelta(days=31))
