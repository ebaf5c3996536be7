"""How two times or spans lie to each other (OGC 18-088, table 26). A span is [start, end), a time is itself.

The time of a value is also told to the index where one of the two is written in the query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Call
from nonnuoc.records.monitoring.sensorthings.schema import Kind
from nonnuoc.records.monitoring.sensorthings.sql import Sql, put
from nonnuoc.records.monitoring.sensorthings.typed import Typed, beside, wrong


@dataclass(frozen=True, slots=True)
class Ends:
    """Where something begins and ends; `instant` whether that is one moment."""

    start: Sql
    end: Sql
    instant: Sql
    spans: bool  # False: known to be an instant


def _before(a: Ends, b: Ends) -> Sql:
    if not a.spans:
        return put("({} < {})", a.end, b.start)
    return put("({} <= {} AND {} < {})", a.end, b.start, a.start, b.start)


def _meets(a: Ends, b: Ends) -> Sql:
    return put("({} = {})", a.end, b.start)


def _during(a: Ends, b: Ends) -> Sql:
    if not b.spans:
        return put("({} = {} AND {} = {})", a.end, b.end, a.start, b.start)
    # the first two say it for the index, the others to the point
    near = put("{} >= {} AND {} <= {}", a.end, b.start, a.end, b.end)
    if not a.spans:
        return put("({} AND {} < {})", near, a.end, b.end)
    return put("({} AND {} >= {} AND ({} < {} OR NOT {}))", near, a.start, b.start, a.end, b.end, a.instant)


def _overlaps(a: Ends, b: Ends) -> Sql:
    """They have a moment in common."""
    begun = put("({} < {} OR {} AND {} = {})", a.start, b.end, b.instant, a.start, b.end)
    ended = put("({} < {} OR {} AND {} = {})", b.start, a.end, a.instant, b.start, a.end)
    return put("({} >= {} AND {} AND {})", a.end, b.start, begun, ended)


def _starts(a: Ends, b: Ends) -> Sql:
    return put("({} = {} AND {} <= {})", a.start, b.start, a.end, b.end)


def _finishes(a: Ends, b: Ends) -> Sql:
    return put("({} = {} AND {} >= {})", a.end, b.end, a.start, b.start)


FUNCTIONS: Mapping[str, Callable[[Ends, Ends], Sql]] = {
    "before": _before,
    "after": lambda a, b: _before(b, a),
    "meets": _meets,
    "during": _during,
    "overlaps": _overlaps,
    "starts": _starts,
    "finishes": _finishes,
}


def call(asked: Call, given: Sequence[Typed]) -> Sql:
    """Whether it is so; of what has no time it is not. Raises AskingError for what is no time."""
    if len(given) != 2:
        raise AskingError(f"{asked.name} takes two arguments.", asked.at, near=asked.name)
    first, second = (_ends(beside(one, Kind.SPAN)) for one in given)
    found = FUNCTIONS[asked.name](first, second)
    return put("coalesce({}, FALSE)", found) if any(one.nullable for one in given) else found


def _ends(given: Typed) -> Ends:
    if given.kind is Kind.SPAN and given.start is not None:
        return Ends(given.start, given.sql, put("({} = {})", given.start, given.sql), True)
    if given.kind in (Kind.TIME, Kind.SPAN):
        return Ends(given.sql, given.sql, Sql("TRUE"), False)
    raise wrong(given, Kind.SPAN.value)
