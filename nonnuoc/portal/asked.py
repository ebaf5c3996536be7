"""What an address asks of a chart: which property, which mean, from when to when. Nonsense asks for nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

PERIODS = {
    name: timedelta(days=days)
    for name, days in (("day", 1), ("week", 7), ("month", 30), ("year", 365), ("5years", 1826), ("10years", 3652))
}
LONGEST = timedelta(days=3653)  # ten years, with their leap days
LEAST = timedelta(minutes=30)
YEARS = range(2000, 2100)
DAY = re.compile(r"(?:(\d\d?)[/.-](\d\d?)[/.-](\d{4})|(\d{4})-(\d\d)-(\d\d))", re.ASCII)
CODE = re.compile(r"[\w .-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish; what of it there is, `charts` sees to. `period` empty: a span of its own."""

    code: str  # of the property
    mean: str
    period: str
    since: datetime
    until: datetime
    fault: str  # what could not be read, in words

    @property
    def length(self) -> timedelta:
        return self.until - self.since

    def query(self, property_code: str, mean: str = "", **more: str) -> str:
        """The same wish of another property or mean, as the end of an address."""
        return "?" + urlencode({"property": property_code, **({"mean": mean} if mean else {}), **self.span(), **more})

    def span(self) -> dict[str, str]:
        """The span as the address carries it: the period as long as it moves with the clock."""
        return {"period": self.period} if self.period else {"since": iso(self.since), "until": iso(self.until)}


def of(query: Mapping[str, str], newest: datetime) -> Asked:
    """What is asked; periods end with `newest`, the end of what there is."""
    code, mean = (found if CODE.fullmatch(found := query.get(name, "")) else "" for name in ("property", "mean"))
    since, until, fault = _span(query, newest)
    if since and until:
        return Asked(code, mean, "", since, until, fault)
    period = query.get("period", "")
    period = period if period in PERIODS else "day"
    return Asked(code, mean, period, newest - PERIODS[period], newest, fault)


def moment(text: str, *, last: bool = False) -> datetime | None:
    """23/11/2026, 2026-11-23 or an ISO time, local unless it says otherwise; a day is its midnight, `last` its end."""
    text = text.strip()[:40]
    try:
        if found := DAY.fullmatch(text):
            day, month, year, year_, month_, day_ = found.groups()
            midnight = datetime(int(year or year_), int(month or month_), int(day or day_)) + timedelta(days=last)
        else:
            midnight = parse_datetime(text.replace(" +", "+").replace(" ", "+" if "T" in text else "T")) or datetime.min
        if midnight.year not in YEARS:
            return None
        return timezone.localtime(midnight) if timezone.is_aware(midnight) else timezone.make_aware(midnight)
    except (ValueError, OverflowError):
        return None


def iso(when: datetime) -> str:
    """Local, to the minute, without the offset that nobody wants to see in an address: 2026-11-23T14:05."""
    return timezone.localtime(when).strftime("%Y-%m-%dT%H:%M")


def _span(query: Mapping[str, str], newest: datetime) -> tuple[datetime | None, datetime | None, str]:
    if day := moment(query.get("day", "")):
        midnight = timezone.localtime(day).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight, midnight + timedelta(days=1), ""
    said = [query.get(name, "").strip() for name in ("since", "until")]
    if not any(said):
        return None, None, ""
    since, until = moment(said[0]), moment(said[1], last=True)
    if (said[0] and not since) or (said[1] and not until):
        return None, None, gettext("A day could not be read; write it as 23/11/2026.")
    until = until or newest
    since = since or until - timedelta(days=1)
    if until - since < LEAST:
        return None, None, gettext("The first day must not be after the last.")
    if until - since > LONGEST:
        return until - LONGEST, until, gettext("At most ten years are shown at once.")
    return since, until, ""
