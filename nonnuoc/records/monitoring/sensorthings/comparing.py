"""Comparisons: which kinds can be compared, and how a missing value behaves."""

from __future__ import annotations

from datetime import timedelta

from nonnuoc.records.monitoring import observation_ids
from nonnuoc.records.monitoring.rows import moment
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Operator
from nonnuoc.records.monitoring.sensorthings.schema import Kind
from nonnuoc.records.monitoring.sensorthings.sql import FALSE, Sql, put, value
from nonnuoc.records.monitoring.sensorthings.typed import Typed, beside, json_number, json_text, numeric, wrong

SIGNS = {
    Operator.EQ: "=",
    Operator.NE: "<>",
    Operator.GT: ">",
    Operator.GE: ">=",
    Operator.LT: "<",
    Operator.LE: "<=",
}
MIRRORED = {
    Operator.GT: Operator.LT,
    Operator.GE: Operator.LE,
    Operator.LT: Operator.GT,
    Operator.LE: Operator.GE,
}
SECOND = timedelta(seconds=1)


def compare(operator: Operator, left: Typed, right: Typed, at: int) -> Sql:
    """One comparison. Raises AskingError where the two are of kinds that cannot be compared."""
    if Kind.NULL in (left.kind, right.kind):
        return _with_null(operator, left, right)
    if left.literal is not None and right.literal is None:
        left, right, operator = right, left, MIRRORED.get(operator, operator)
    left, right = beside(left, right.kind), beside(right, left.kind)
    if left.is_id and (number := _whole(right)) is not None:
        return _of_id(operator, left.is_id, number)
    if Kind.JSON in (left.kind, right.kind):
        return _json(operator, left, right, at)
    if {left.kind, right.kind} <= {Kind.TIME, Kind.SPAN}:
        return _times(operator, left, right)
    if left.kind is not right.kind or left.kind is Kind.SHAPE:
        raise _unlike(left, right)
    if left.kind is Kind.BOOLEAN and operator not in (Operator.EQ, Operator.NE):
        raise AskingError("True and false are neither more nor less than each other: use eq or ne.", at)
    if left.kind is Kind.NUMBER:
        return _signed(operator, *_alike(left, right), nullable=left.nullable or right.nullable)
    return _signed(operator, left.sql, right.sql, nullable=left.nullable or right.nullable)


def _signed(operator: Operator, left: Sql, right: Sql, *, nullable: bool) -> Sql:
    """Never NULL itself, so that `not` means not."""
    if not nullable:
        return put(f"({{}} {SIGNS[operator]} {{}})", left, right)
    if operator is Operator.EQ:
        return put("({} IS NOT DISTINCT FROM {})", left, right)
    if operator is Operator.NE:
        return put("({} IS DISTINCT FROM {})", left, right)
    return put(f"coalesce({{}} {SIGNS[operator]} {{}}, FALSE)", left, right)


def _with_null(operator: Operator, left: Typed, right: Typed) -> Sql:
    if operator not in (Operator.EQ, Operator.NE):
        return FALSE
    asked = right if left.kind is Kind.NULL else left
    missing = put("({} IS NULL)", asked.sql)
    if asked.kind is Kind.JSON:
        missing = put("(coalesce({}, 'null'::jsonb) = 'null'::jsonb)", asked.sql)
    elif asked.kind is Kind.SHAPE and asked.literal is not None:
        missing = FALSE
    return missing if operator is Operator.EQ else put("(NOT {})", missing)


def _alike(left: Typed, right: Typed) -> tuple[Sql, Sql]:
    """Two numbers as PostgreSQL compares them exactly; one column and a literal as they are."""
    types = {left.type, right.type}
    if types == {"int8", "float8"} and right.literal is not None and left.type == "float8":
        return left.sql, put("({})::float8", right.sql)
    if len(types) == 1:
        return left.sql, right.sql
    return numeric(left), numeric(right)


def _whole(given: Typed) -> int | None:
    """The integer that a literal is, where an observation could have it."""
    one = given.literal.value if given.literal is not None else None
    return one if isinstance(one, int) and not isinstance(one, bool) and abs(one) < 2**63 else None


def _of_id(operator: Operator, alias: str, number: int) -> Sql:
    """Of an observation's number its datastream and time, which have an index."""
    stream, micros = observation_ids.key_of(number)
    since, until = value(moment(micros), "timestamptz"), value(moment(micros) + SECOND, "timestamptz")
    of = value(stream, "int8")
    inside = put(f"({alias}.datastream_id = {{}} AND {alias}.time >= {{}} AND {alias}.time < {{}})", of, since, until)
    if operator is Operator.EQ:
        return inside
    if operator is Operator.NE:
        return put("(NOT {})", inside)
    bound = until if operator in (Operator.GT, Operator.LE) else since
    sign = ">=" if operator in (Operator.GT, Operator.GE) else "<"
    return put(f"(({alias}.datastream_id, {alias}.time) {sign} ({{}}, {{}}))", of, bound)


def _json(operator: Operator, left: Typed, right: Typed, at: int) -> Sql:
    """What JSON holds is compared as what the other side is: unlike kinds are unequal, and no fault."""
    other = right if left.kind is Kind.JSON else left
    if other.kind is Kind.JSON:
        if operator in (Operator.EQ, Operator.NE):
            return _signed(operator, left.sql, right.sql, nullable=True)
        return _signed(operator, json_text(left), json_text(right), nullable=True)
    if other.kind is Kind.BOOLEAN:
        if operator not in (Operator.EQ, Operator.NE):
            raise AskingError("True and false are neither more nor less than each other: use eq or ne.", at)
        sides = [one.sql if one.kind is Kind.JSON else put("to_jsonb({})", one.sql) for one in (left, right)]
    elif other.kind is Kind.NUMBER:
        sides = [json_number(one) if one.kind is Kind.JSON else numeric(one) for one in (left, right)]
    elif other.kind is Kind.STRING:
        sides = [json_text(one) if one.kind is Kind.JSON else one.sql for one in (left, right)]
    else:
        raise _unlike(left, right)
    return _signed(operator, *sides, nullable=True)


def _times(operator: Operator, left: Typed, right: Typed) -> Sql:
    """A span is compared by its end; with a span, `lt` is before it, `gt` after it, `eq` the same."""
    nullable = left.nullable or right.nullable
    if right.kind is not Kind.SPAN or right.literal is None:
        return _signed(operator, left.sql, right.sql, nullable=nullable)
    assert right.start is not None  # noqa: S101 - of a SPAN
    since, until = left.start or left.sql, left.sql
    if operator in (Operator.EQ, Operator.NE):
        same = put("(({} = {}) AND ({} = {}))", until, right.sql, since, right.start)
        same = put("coalesce({}, FALSE)", same) if nullable or left.start else same
        return same if operator is Operator.EQ else put("(NOT {})", same)
    if operator in (Operator.LT, Operator.LE):
        return _signed(operator, until, right.start if operator is Operator.LT else right.sql, nullable=nullable)
    bound = right.sql if operator is Operator.GT else right.start
    return _signed(Operator.GE, since, bound, nullable=nullable or left.start is not None)


def _unlike(left: Typed, right: Typed) -> AskingError:
    at, fault = (right, left) if right.literal is not None else (left, right)
    return wrong(at, fault.kind.value if fault.kind is not Kind.SHAPE else "no geometry")
