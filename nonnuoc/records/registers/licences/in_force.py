"""The limits that dossiers set for what a datastream measures, cut to the time in which each holds.

A datastream is judged by the limits of the outfall or stack it watches: itself where they bind every single value, its
means where they bind means. On one day one limit holds: that of the paper that came into force last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from nonnuoc import rules
from nonnuoc.domain import local, units
from nonnuoc.domain.succession import Span, cut
from nonnuoc.records.monitoring import streams
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.monitoring.streams import Stream
from nonnuoc.records.registers.facilities import sources
from nonnuoc.records.registers.licences import standing
from nonnuoc.records.registers.licences.models import Averaging, Dossier

Procedure = Datastream.Procedure
FOREVER = 2**62  # µs: until further notice
#: The datastreams that a limit judges, by the time over which it is meant.
PROCEDURES: Mapping[str, frozenset[str]] = {
    Averaging.SINGLE: frozenset({Procedure.RAW, Procedure.SAMPLE}),
    Averaging.HOUR: frozenset({Procedure.MEAN_1H}),
    Averaging.EIGHT_HOURS: frozenset({Procedure.MEAN_8H}),
    Averaging.DAY: frozenset({Procedure.MEAN_24H}),
}
#: Stations that may watch an outfall or a stack (facilities/sources.py).
KINDS = frozenset({kind for kinds in sources.KINDS.values() for kind in kinds})
MEANS = frozenset({Procedure.MEAN_1H, Procedure.MEAN_8H, Procedure.MEAN_24H})
#: Papers are called by their Vietnamese names, as documents of law are.
NAMES: Mapping[str, str] = {
    Dossier.Kind.EIA: "Quyết định phê duyệt kết quả thẩm định ĐTM",
    Dossier.Kind.LICENCE: "Giấy phép môi trường",
    Dossier.Kind.REGISTRATION: "Đăng ký môi trường",
    Dossier.Kind.EXEMPTION: "Miễn đăng ký môi trường",
    Dossier.Kind.ABSTRACTION: "Giấy phép khai thác nước",
    Dossier.Kind.OTHER: "Hồ sơ môi trường",
}
# Every delivery asks these: two small statements cost a tenth of one that joins all six tables, which takes longer to
# plan than to run.
_LINKS = """
SELECT m.id, m.thing_id, m.observed_property_id, m.procedure, k.outfall_id, k.stack_id, k.since, k.until
FROM facilities_sourcestream k JOIN monitoring_datastream m ON m.id = k.datastream_id
WHERE m.thing_id = ANY(%s) ORDER BY k.id
"""
_LIMITS = """
SELECT l.outfall_id, l.stack_id, l.observed_property_id,
    l.id, l.lower, l.upper, l.unit, l.averaging, l.article, l.valid_from, l.valid_until,
    d.code, d.kind, d.number, d.issued, d.valid_from, d.valid_until, d.revoked_on,
    (SELECT min(r.valid_from) FROM licences_dossier r
        WHERE r.replaces_id = d.id AND r.stage <> 'preparing' AND r.withdrawn IS NULL)
FROM licences_limit l JOIN licences_dossier d ON d.id = l.dossier_id
WHERE (l.outfall_id = ANY(%s) OR l.stack_id = ANY(%s))
    AND l.withdrawn IS NULL AND d.withdrawn IS NULL AND d.stage <> 'preparing'
ORDER BY l.id
"""
_WATCHED = (
    "SELECT DISTINCT m.thing_id FROM facilities_sourcestream k JOIN monitoring_datastream m ON m.id = k.datastream_id"
)


class Permitted(NamedTuple):
    """What is permitted where a datastream measures, over one span of event time (µs, half-open)."""

    since: int
    until: int  # FOREVER: until further notice
    lower: float | None  # in the property's unit
    upper: float | None
    dossier: str  # its code
    document: str  # its kind, number and day


def of_catalogue(catalogue: Collection[Stream]) -> dict[int, tuple[Permitted, ...]]:
    """The limits of each of these datastreams, by id, in order of time; who has none is left out.

    Nothing is asked where no station is of a kind that could watch an outfall or a stack; one statement where none
    does, else two, whatever the number.
    """
    catalogue = [stream for stream in catalogue if stream.kind in KINDS]
    rows = _rows(_LINKS, [list({stream.thing_id for stream in catalogue})]) if catalogue else []
    if not rows:
        return {}
    links: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        links[row[1]].append(row)
    outfalls, stacks = ([one for one in {row[place] for row in rows} if one is not None] for place in (4, 5))
    limits: dict[Any, list[Any]] = defaultdict(list)
    for outfall, stack, property_id, *rest in _rows(_LIMITS, [outfalls, stacks]):
        limits[outfall, stack, property_id].append(rest)
    found = {}
    for stream in catalogue:
        spans = [
            span
            for link in links.get(stream.thing_id, ())
            if _watches(link, stream)
            for limit in limits[link[4], link[5], stream.property_id]
            if (span := _span(stream, link[6], link[7], limit)) is not None
        ]
        if spans:
            found[stream.id] = tuple(span.what._replace(since=span.since, until=span.until) for span in cut(spans))
    return found


def of_all() -> dict[int, tuple[Permitted, ...]]:
    """The same of every datastream that watches an outfall or a stack."""
    return of_catalogue(streams.of_things([row[0] for row in _rows(_WATCHED, [])]))


def document(kind: str, number: str, issued: date | None) -> str:
    """A paper by its kind, number and day: "Giấy phép môi trường số 12/GPMT-UBND ngày 03/02/2025"."""
    named = f"{NAMES[kind]} số {number}" if number else NAMES[kind]
    return f"{named} ngày {issued:%d/%m/%Y}" if issued else named


def converted(unit: str, wanted: str, code: str) -> tuple[float, float] | None:
    """(factor, offset) from a limit's unit to that of the property of this code; None: no way is registered."""
    return units.factor(_units(), unit, wanted, parameter=code)


def midnight(day: date) -> int:
    """When a local day begins, µs since 1970-01-01 UTC."""
    return micros(datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=local.OFFSET_H))


def _watches(link: Any, stream: Stream) -> bool:
    """Whether a datastream says what the linked one does: itself, or a mean of it."""
    id, thing_id, property_id, procedure, *_rest = link
    alike = (thing_id, property_id) == (stream.thing_id, stream.property_id)
    return id == stream.id or (alike and procedure == Procedure.RAW and stream.procedure in MEANS)


def _span(stream: Stream, linked: datetime, unlinked: datetime | None, limit: Any) -> Span[Permitted] | None:
    """The time in which one limit holds at one datastream; None where it does not judge it."""
    (id, lower, upper, unit, averaging, article, own_from, own_until, *paper) = limit
    dossier, kind, number, issued, valid_from, valid_until, revoked, replaced = paper
    way = converted(unit, stream.unit, stream.property) if stream.procedure in PROCEDURES[averaging] else None
    if way is None or valid_from is None:
        return None
    last = standing.last_day(valid_until, revoked, replaced)
    ends = [day for day in (last, own_until) if day is not None]
    bounds = [None if one is None else one * way[0] + way[1] for one in (lower, upper)]
    named = ", ".join(filter(None, (document(kind, number, issued), article)))
    begins = max(midnight(max(valid_from, own_from or valid_from)), micros(linked))
    until = min(midnight(min(ends) + standing.ONE_DAY) if ends else FOREVER, micros(unlinked) if unlinked else FOREVER)
    return Span(begins, until, Permitted(begins, until, bounds[0], bounds[1], dossier, named), rank=id)


def _rows(sql: str, arguments: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return list(cursor.fetchall())


@cache
def _units() -> Mapping[str, Any]:
    return rules.load("units", on=date.max).data
