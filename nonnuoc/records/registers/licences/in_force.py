"""The limits that dossiers set for what a datastream measures, cut to the time in which each holds.

A datastream is judged by the limits of the outfall or stack it watches: itself where they bind every single value, its
means where they bind means. On one day one limit holds: that of the paper that came into force last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from nonnuoc import rules
from nonnuoc.domain import local, units
from nonnuoc.domain.succession import Span, cut
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.rows import micros
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
#: Papers are called by their Vietnamese names, as documents of law are.
NAMES: Mapping[str, str] = {
    Dossier.Kind.EIA: "Quyết định phê duyệt kết quả thẩm định ĐTM",
    Dossier.Kind.LICENCE: "Giấy phép môi trường",
    Dossier.Kind.REGISTRATION: "Đăng ký môi trường",
    Dossier.Kind.EXEMPTION: "Miễn đăng ký môi trường",
    Dossier.Kind.ABSTRACTION: "Giấy phép khai thác nước",
    Dossier.Kind.OTHER: "Hồ sơ môi trường",
}
_LIMITS = """
SELECT s.id, s.procedure, p.code, p.unit, k.since, k.until,
    l.id, l.lower, l.upper, l.unit, l.averaging, l.article, l.valid_from, l.valid_until,
    d.code, d.kind, d.number, d.issued, d.valid_from, d.valid_until, d.revoked_on,
    (SELECT min(r.valid_from) FROM licences_dossier r
        WHERE r.replaces_id = d.id AND r.stage <> 'preparing' AND r.withdrawn IS NULL)
FROM facilities_sourcestream k
JOIN monitoring_datastream m ON m.id = k.datastream_id
JOIN monitoring_datastream s ON s.thing_id = m.thing_id AND s.observed_property_id = m.observed_property_id
    AND (s.id = m.id OR (m.procedure = 'raw' AND s.procedure LIKE 'mean%%' AND NOT m.parallel AND NOT s.parallel))
JOIN monitoring_observedproperty p ON p.id = s.observed_property_id
JOIN licences_limit l ON (l.outfall_id = k.outfall_id OR l.stack_id = k.stack_id)
    AND l.observed_property_id = s.observed_property_id AND l.withdrawn IS NULL
JOIN licences_dossier d ON d.id = l.dossier_id AND d.withdrawn IS NULL AND d.stage <> 'preparing'
WHERE {where}
ORDER BY s.id, l.id, k.id
"""


class Permitted(NamedTuple):
    """What is permitted where a datastream measures, over one span of event time (µs, half-open)."""

    since: int
    until: int  # FOREVER: until further notice
    lower: float | None  # in the property's unit
    upper: float | None
    dossier: str  # its code
    document: str  # its kind, number and day


def of_streams(stream_ids: Collection[int] | None = None) -> dict[int, tuple[Permitted, ...]]:
    """The limits of each of these datastreams (None: of all), by id, in order of time; who has none is left out.

    One statement over the datastreams that watch an outfall or a stack, whatever the number asked for.
    """
    where, arguments = ("TRUE", []) if stream_ids is None else ("s.id = ANY(%s)", [list(stream_ids)])
    if stream_ids is not None and not stream_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LIMITS.format(where=where), arguments)
        rows = cursor.fetchall()
    spans: dict[int, list[Span[Permitted]]] = {}
    for row in rows:
        if (span := _span(row)) is not None:
            spans.setdefault(row[0], []).append(span)
    return {id: tuple(_cut(several)) for id, several in spans.items()}


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


def _span(row: Any) -> Span[Permitted] | None:
    """The time in which one limit holds at one datastream; None where it does not judge it."""
    (_, procedure, code, unit, linked, unlinked, id, lower, upper, stated, averaging, article, *days) = row
    own_from, own_until, dossier, kind, number, issued, valid_from, valid_until, revoked, replaced = days
    way = converted(stated, unit, code) if procedure in PROCEDURES[averaging] else None
    if way is None or valid_from is None:
        return None
    last = standing.last_day(valid_until, revoked, replaced)
    since = max(valid_from, own_from or valid_from)
    ends = [day for day in (last, own_until) if day is not None]
    bounds = [None if one is None else one * way[0] + way[1] for one in (lower, upper)]
    named = ", ".join(filter(None, (document(kind, number, issued), article)))
    begins = max(midnight(since), micros(linked))
    until = min(midnight(min(ends) + standing.ONE_DAY) if ends else FOREVER, micros(unlinked) if unlinked else FOREVER)
    return Span(begins, until, Permitted(begins, until, bounds[0], bounds[1], dossier, named), rank=id)


def _cut(several: Collection[Span[Permitted]]) -> Iterator[Permitted]:
    for span in cut(several):
        yield span.what._replace(since=span.since, until=span.until)


@cache
def _units() -> Mapping[str, Any]:
    return rules.load("units", on=date.max).data
