"""Times of an address (RFC 3339): instants, days, and intervals with open ends, as µs since 1970-01-01 UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.places.layers import FIRST, LAST

DAY = 86_400_000_000
_WRITTEN = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})(?:[Tt](?P<clock>\d{2}:\d{2}(?::\d{2})?)(?P<part>\.\d{1,9})?(?P<zone>[Zz]|[+-]\d{2}:\d{2}))?",
    re.ASCII,
)


def instant(text: str) -> tuple[int, int]:
    """The first and the last µs of what is named: a time with its zone, or a whole day of UTC. Raises ValueError."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{text[:40]!r} is not a time: write 2026-11-26T08:00:00Z, 2026-11-26T15:00:00+07:00 or 2026-11-26"
            " (in an address + is written %2B)"
        )
    try:
        if found["clock"] is None:
            start = micros(datetime.fromisoformat(found["day"]).replace(tzinfo=UTC))
            return start, start + DAY - 1
        zone = found["zone"].replace("z", "Z")
        whole = micros(datetime.fromisoformat(f"{found['day']}T{found['clock']}{zone}"))
    except (ValueError, OverflowError):
        raise ValueError(f"there is no time {text[:40]!r}") from None
    moment = whole + int(float(found["part"] or 0) * 1e6)
    return moment, moment


def span(text: str) -> tuple[int, int]:
    """From when to when, both included: "a", "a/b", "../b", "a/..", with "" for ".." too. Raises ValueError."""
    start, slash, end = text.partition("/")
    if not slash:
        return instant(text)
    if "/" in end:
        raise ValueError("an interval has one /: since/until, or ../until, or since/..")
    if start in ("", "..") and end in ("", ".."):
        return FIRST, LAST
    since = FIRST if start in ("", "..") else instant(start)[0]
    until = LAST if end in ("", "..") else instant(end)[1]
    if since > until:
        raise ValueError(f"the interval {text[:80]!r} ends before it begins")
    return since, until


def written(micros_: int) -> str | None:
    """As an instant of UTC; None for an open end."""
    if not FIRST < micros_ < LAST:
        return None
    moment = datetime.fromtimestamp(micros_ // 1_000_000, tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
