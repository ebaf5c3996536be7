"""Values in a query: SQL with the kind of thing it is, and how a literal becomes what it is compared with."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

from shapely.geometry.base import BaseGeometry

from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Interval, Literal
from nonnuoc.records.monitoring.sensorthings.schema import EntitySet, Kind
from nonnuoc.records.monitoring.sensorthings.sql import Sql, put, value

#: Longer ones would lead out of the years a database knows.
LONGEST = timedelta(days=365 * 4000)
NULL = Sql("NULL")


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of a query. `at` is where it stands there, `near` how it is written."""

    kind: Kind
    sql: Sql  # of a SPAN its end
    at: int
    near: str = ""
    type: str = ""  # of `sql` in PostgreSQL
    start: Sql | None = None  # of a SPAN
    nullable: bool = True
    literal: Literal | None = None
    of: EntitySet | None = None  # of a SHAPE: whose; `sql` is the id of that one
    is_id: str = ""  # the alias of the observation whose number this is
    moved: bool = False  # a time that a duration was added to


def wrong(given: Typed, wanted: str) -> AskingError:
    """The fault of a value of the wrong kind."""
    told = f"{given.near!r} is" if given.near else "This is"
    return AskingError(f"{told} {given.kind.value}, where {wanted} must stand.", given.at, near=given.near)


def literal(given: Literal) -> Typed:
    """A literal as the kind it is by itself. Raises AskingError for one no database can hold."""
    one = given.value
    told = Typed(Kind.NULL, NULL, given.at, given.text, literal=given, nullable=False)
    if one is None:
        return replace(told, nullable=True)
    if isinstance(one, bool):
        return replace(told, kind=Kind.BOOLEAN, sql=value(one, "boolean"), type="boolean")
    if isinstance(one, int | float):
        type_ = _number(one, given)
        return replace(told, kind=Kind.NUMBER, sql=value(one, type_), type=type_)
    if isinstance(one, str):
        return replace(told, kind=Kind.STRING, sql=value(_sendable(one, given), "text"), type="text")
    if isinstance(one, datetime):
        return replace(told, kind=Kind.TIME, sql=value(one, "timestamptz"), type="timestamptz")
    if isinstance(one, Interval):
        since, until = value(one.since, "timestamptz"), value(one.until, "timestamptz")
        return replace(told, kind=Kind.SPAN, type="timestamptz", start=since, sql=until)
    if isinstance(one, timedelta):
        if abs(one) > LONGEST:
            raise AskingError("A duration may have 4,000 years.", given.at, near=given.text)
        return replace(told, kind=Kind.DURATION, sql=value(one, "interval"), type="interval")
    if isinstance(one, BaseGeometry):
        return replace(told, kind=Kind.SHAPE)
    raise AskingError(f"{given.text!r} is no literal known here.", given.at, near=given.text)


def _number(one: int | float, given: Literal) -> str:
    """The type of PostgreSQL that holds a number."""
    if isinstance(one, float) and math.isfinite(one):
        return "float8"
    if isinstance(one, int) and abs(one) < 10**300:
        return "int8" if abs(one) < 2**63 else "numeric"
    raise AskingError("This number is more than a number can be here.", given.at, near=given.text[:40])


def _sendable(text: str, given: Literal) -> str:
    """A text that PostgreSQL can hold: no NUL, nothing that is not Unicode."""
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise AskingError("A text holds a character that none of ours can have.", given.at, near=given.text[:40])
    return text


def beside(given: Typed, kind: Kind) -> Typed:
    """A quoted literal as the kind of what it is compared with: '3' as a number, '2026-11-26' as a time."""
    if given.literal is None or given.kind is not Kind.STRING:
        return given
    told = str(given.literal.value)
    if kind is Kind.NUMBER:
        return _said(given, _as_number(told), kind)
    if kind in (Kind.TIME, Kind.SPAN):
        return _said(given, _as_time(told), kind)
    return given


def _said(given: Typed, meant: float | datetime | Interval | None, kind: Kind) -> Typed:
    if meant is None:
        raise wrong(given, kind.value)
    said = given.literal
    return literal(Literal(meant, said.text if said else "", given.at))


def _as_number(told: str) -> int | float | None:
    try:
        return int(told) if told.lstrip("-").isdecimal() and len(told) < 40 else float(told)
    except ValueError:
        return None


def _as_time(told: str) -> datetime | Interval | None:
    first, _, second = told.partition("/")
    try:
        since, until = _moment(first), _moment(second) if second else None
    except (ValueError, OverflowError):
        return None
    return since if until is None else Interval(since, until)


def _moment(told: str) -> datetime:
    if len(told) == 10:
        return datetime.combine(date.fromisoformat(told), clock(tzinfo=UTC))
    found = datetime.fromisoformat(told)
    if found.tzinfo is None:
        raise ValueError("no zone")
    return found.astimezone(UTC)


def numeric(given: Typed) -> Sql:
    """A number to reckon with: exact, so that nothing overflows."""
    if given.kind is Kind.JSON:
        return json_number(given)
    return given.sql if given.type == "numeric" else put("({})::numeric", given.sql)


def json_number(given: Typed) -> Sql:
    """The number a JSON value is; NULL where it is none, or one no double holds."""
    return put(
        "(SELECT CASE WHEN j.x = 0 OR abs(j.x) BETWEEN 1e-300 AND 1e300 THEN j.x END FROM (SELECT CASE WHEN"
        " jsonb_typeof(i.x) = 'number' THEN i.x::numeric END AS x FROM (SELECT {} AS x OFFSET 0) i OFFSET 0) j)",
        given.sql,
    )


def json_text(given: Typed) -> Sql:
    """The text a JSON value is, or that its number or truth is written as."""
    return put("(({}) #>> '{{}}')", given.sql)


def text(given: Typed) -> Sql:
    """A text. Raises AskingError for what is none."""
    if given.kind is Kind.JSON:
        return json_text(given)
    if given.kind is Kind.NULL:
        return Sql("NULL::text")
    if given.kind is not Kind.STRING:
        raise wrong(given, Kind.STRING.value)
    return given.sql
