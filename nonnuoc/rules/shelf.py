"""The shelf of documents, rules/data/*.toml, and the table that holds on a day.

A file is a row of `[[table]]` sections: title, number, article, issued, valid_from, valid_to (left out while it holds),
url, retrieved, evidence and `[table.data]`. A new law is a new section; the old one stays for old days. Where single
entries of a table change on a day that the document itself names, they carry `valid_from` and `valid_to` of their own.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from nonnuoc.rules import reading
from nonnuoc.rules.table import NotInForceError, Table, UnknownTableError

DATA = Path(__file__).parent / "data"


class Period(NamedTuple):
    """A stretch of days on which one and the same data hold."""

    since: date
    until: date | None  # the last day, inclusive; None: open
    table: Table


def names() -> tuple[str, ...]:
    """The names of all tables."""
    return tuple(sorted(path.stem for path in DATA.glob("*.toml")))


@lru_cache(maxsize=64)
def periods(name: str) -> tuple[Period, ...]:
    """All that was and is in force under a name, in order of time: for a chart whose limit line has steps."""
    if name not in names():
        raise UnknownTableError(f"{name!r} is not a table; there are {', '.join(names())}")
    where = f"{name}.toml"
    return tuple(
        Period(since, until, reading.table(name, section, since, where))
        for section in reading.sections((DATA / where).read_text(encoding="utf-8"), where)
        for since, until in _stretches(section)
    )


def load(name: str, on: date) -> Table:
    """The table in force on a day (local, Asia/Ho_Chi_Minh). Raises a RuleError where there is none."""
    table = find(name, on)
    if table is None:
        spans = "; ".join(f"{period.since} to {period.until or 'open'}" for period in periods(name))
        raise NotInForceError(f"no table {name!r} is in force on {on}; there is one for: {spans}")
    return table


@lru_cache(maxsize=4096)
def find(name: str, on: date) -> Table | None:
    """As `load`, but None where no table is in force: for old days, which no index of today's law describes."""
    for period in periods(name):
        if period.since <= on and (period.until is None or on <= period.until):
            return period.table
    return None


def _stretches(section: dict[str, Any]) -> list[tuple[date, date | None]]:
    """The validity of a section, cut where one of its entries begins or ends to hold."""
    first: date = section["valid_from"]
    last: date | None = section.get("valid_to")
    cuts = {day for day in reading.cuts(section["data"]) if day > first and (last is None or day <= last)}
    starts = [first, *sorted(cuts)]
    ends = [start - timedelta(days=1) for start in starts[1:]]
    return list(zip(starts, [*ends, last], strict=True))
