"""Functions of text, time and number (OGC 18-088, tables 25 and 26), each with the kinds it takes. Times are in UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Call
from nonnuoc.records.monitoring.sensorthings.schema import Kind
from nonnuoc.records.monitoring.sensorthings.sql import Sql, put
from nonnuoc.records.monitoring.sensorthings.typed import Typed, beside, numeric, text, wrong

#: Further than any text of ours is long.
FAR = 1_000_000


@dataclass(frozen=True, slots=True)
class Function:
    """`sql` has a {} for each argument, of these kinds, in their order."""

    takes: tuple[Kind, ...]
    gives: Kind
    type: str
    sql: str
    optional: int = 0  # how many of the last arguments may be left out
    shorter: str = ""  # the SQL without them


T, N, W = Kind.STRING, Kind.NUMBER, Kind.TIME


def _part(name: str) -> Function:
    return Function((W,), N, "int8", f"floor(extract({name} FROM {{}} AT TIME ZONE 'UTC'))::int8")


_SUBSTRING = f"substring({{}} FROM (least(greatest(trunc({{}}), 0), {FAR}))::int4 + 1"
FUNCTIONS: Mapping[str, Function] = {
    "substringof": Function((T, T), Kind.BOOLEAN, "boolean", "(position({} IN {}) > 0)"),
    "contains": Function((T, T), Kind.BOOLEAN, "boolean", "(strpos({}, {}) > 0)"),
    "startswith": Function((T, T), Kind.BOOLEAN, "boolean", "starts_with({}, {})"),
    "endswith": Function((T, T), Kind.BOOLEAN, "boolean", "starts_with(reverse({}), reverse({}))"),
    "length": Function((T,), N, "int8", "char_length({})::int8"),
    "indexof": Function((T, T), N, "int8", "(strpos({}, {}) - 1)::int8"),
    "substring": Function(
        (T, N, N),
        T,
        "text",
        f"{_SUBSTRING} FOR (least(greatest(trunc({{}}), 0), {FAR}))::int4)",
        optional=1,
        shorter=f"{_SUBSTRING})",
    ),
    "tolower": Function((T,), T, "text", "lower({})"),
    "toupper": Function((T,), T, "text", "upper({})"),
    "trim": Function((T,), T, "text", "btrim({}, E' \\t\\n\\r')"),
    "concat": Function((T, T), T, "text", "({} || {})"),
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "hour": _part("hour"),
    "minute": _part("minute"),
    "second": _part("second"),
    "fractionalseconds": Function((W,), N, "numeric", "mod(extract(second FROM {}), 1)"),
    "date": Function((W,), T, "text", "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"),
    "time": Function((W,), T, "text", "to_char({} AT TIME ZONE 'UTC', 'HH24:MI:SS')"),
    "totaloffsetminutes": Function((W,), N, "int8", "(CASE WHEN {} IS NOT NULL THEN 0 END)::int8"),
    "now": Function((), W, "timestamptz", "now()"),
    "mindatetime": Function((), W, "timestamptz", "'0001-01-01 00:00:00+00'::timestamptz"),
    "maxdatetime": Function((), W, "timestamptz", "'9999-12-31 23:59:59.999999+00'::timestamptz"),
    "round": Function((N,), N, "numeric", "round({})"),
    "floor": Function((N,), N, "numeric", "floor({})"),
    "ceiling": Function((N,), N, "numeric", "ceil({})"),
}


def call(asked: Call, given: Sequence[Typed]) -> Typed:
    """What a function gives. Raises AskingError for an argument too many or of the wrong kind."""
    function = FUNCTIONS.get(asked.name)
    if function is None:
        raise AskingError(f"There is no function {asked.name!r}.", asked.at, near=asked.name)
    most = len(function.takes)
    if not most - function.optional <= len(given) <= most:
        raise AskingError(f"{asked.name} does not take {len(given)} arguments.", asked.at, near=asked.name)
    sql = function.sql if len(given) == most else function.shorter
    arguments = [TAKEN[kind](one) for kind, one in zip(function.takes, given, strict=False)]
    return Typed(function.gives, put(sql, *arguments), asked.at, asked.name, function.type)


def _number(given: Typed) -> Sql:
    given = beside(given, Kind.NUMBER)
    if given.kind is Kind.NULL:
        return Sql("NULL::numeric")
    if given.kind not in (Kind.NUMBER, Kind.JSON):
        raise wrong(given, Kind.NUMBER.value)
    return numeric(given)


def _time(given: Typed) -> Sql:
    given = beside(given, Kind.TIME)
    if given.kind is Kind.NULL:
        return Sql("NULL::timestamptz")
    if given.kind not in (Kind.TIME, Kind.SPAN):
        raise wrong(given, Kind.TIME.value)
    return given.sql


TAKEN: Mapping[Kind, Callable[[Typed], Sql]] = {Kind.STRING: text, Kind.NUMBER: _number, Kind.TIME: _time}
