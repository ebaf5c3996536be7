"""A $filter as a condition in SQL.

A path through what is many holds when one of the many does it: EXISTS. Comparisons joined by `and` that go through the
same many speak of the same one of them (a station with a datastream that is of PM2.5 and above 50); each hop carries
the caller's rights. Comparisons with null are OData's (4.01 part 2, 5.1.1.1): only `eq` and `ne` know it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nonnuoc.records.monitoring.sensorthings import comparing, functions, geometry, intervals
from nonnuoc.records.monitoring.sensorthings.asking import (
    AskingError,
    Call,
    Chain,
    Expression,
    Literal,
    Negative,
    Not,
    Operator,
    Path,
)
from nonnuoc.records.monitoring.sensorthings.schema import Kind
from nonnuoc.records.monitoring.sensorthings.scope import Hop, Scope, paths
from nonnuoc.records.monitoring.sensorthings.sql import Sql, either, every, put
from nonnuoc.records.monitoring.sensorthings.typed import Typed, beside, literal, numeric, wrong

COMPARISONS = {Operator.EQ, Operator.NE, Operator.GT, Operator.GE, Operator.LT, Operator.LE}
SUMS = {Operator.ADD: "+", Operator.SUB: "-", Operator.MUL: "*"}


def conjuncts(expression: Expression | None) -> Iterator[Expression]:
    """The conditions that must all hold."""
    if isinstance(expression, Chain) and expression.operator is Operator.AND:
        for one in expression.of:
            yield from conjuncts(one)
    elif expression is not None:
        yield expression


def holds(terms: Sequence[Expression], scope: Scope) -> Sql:
    """All of these, those through the same many spoken of one of them."""
    anchors = {hop.prefix: hop for one in terms if (hop := _anchor(one, scope))}
    plain, grouped = [], {prefix: [] for prefix in anchors}  # type: ignore[var-annotated]
    for one in terms:
        prefix = next((p for p in _many(one, scope) if p in anchors), None)
        (plain if prefix is None else grouped[prefix]).append(one)
    return every([_one(term, scope) for term in plain] + [_exists(anchors[p], grouped[p], scope) for p in anchors])


def _exists(hop: Hop, terms: Sequence[Expression], scope: Scope) -> Sql:
    row, tables, reached = scope.step(hop)
    within = holds(terms, scope.with_row(hop.prefix, row))
    return put("EXISTS (SELECT FROM {} WHERE {} AND {})", tables, reached, within)


def _many(expression: Expression, scope: Scope) -> Iterator[tuple[str, ...]]:
    for path in paths(expression):
        if (hop := scope.first_many(path)) is not None:
            yield hop.prefix


def _anchor(expression: Expression, scope: Scope) -> Hop | None:
    """The first many a comparison goes through; `or` and `not` bind nothing by themselves."""
    if isinstance(expression, Not) or (isinstance(expression, Chain) and expression.operator is Operator.OR):
        return None
    return next((hop for path in paths(expression) if (hop := scope.first_many(path))), None)


def _one(term: Expression, scope: Scope) -> Sql:
    """One condition that goes through no unbound many, or binds it for itself."""
    if isinstance(term, Chain) and term.operator is Operator.OR:
        return either([holds(list(conjuncts(one)), scope) for one in term.of])
    if isinstance(term, Not):
        return put("(NOT {})", holds(list(conjuncts(term.of)), scope))
    if isinstance(term, Chain) and term.operator in COMPARISONS:
        left, right = (of(one, scope) for one in term.of)
        return comparing.compare(term.operator, left, right, term.at)
    return truth(of(term, scope))


def truth(found: Typed) -> Sql:
    """A value as a condition. Raises AskingError for what is neither true nor false."""
    if found.kind is Kind.BOOLEAN:
        return put("coalesce({}, FALSE)", found.sql) if found.nullable else found.sql
    if found.kind is Kind.JSON:
        return put("coalesce({} = 'true'::jsonb, FALSE)", found.sql)
    raise wrong(found, "a condition")


def of(expression: Expression, scope: Scope) -> Typed:
    """The value of an expression. Raises AskingError."""
    if isinstance(expression, Literal):
        return literal(expression)
    if isinstance(expression, Path):
        return scope.find(expression)
    if isinstance(expression, Negative):
        given = beside(of(expression.of, scope), Kind.NUMBER)
        return _number(put("(- {})", numeric(_numbers(given))), expression.at)
    if isinstance(expression, Call):
        return _call(expression, scope)
    if isinstance(expression, Chain) and expression.operator in (*SUMS, Operator.DIV, Operator.MOD):
        return _sum(expression, scope)
    return _boolean(holds(list(conjuncts(expression)), scope), expression.at)


def _call(call: Call, scope: Scope) -> Typed:
    given = [of(one, scope) for one in call.of]
    if call.name in geometry.FUNCTIONS:
        return geometry.call(call, given, scope.seeing)
    if call.name in intervals.FUNCTIONS:
        return _boolean(intervals.call(call, given), call.at)
    return functions.call(call, given)


def _sum(chain: Chain, scope: Scope) -> Typed:
    given = [of(one, scope) for one in chain.of]
    times = (Kind.TIME, Kind.SPAN, Kind.DURATION)
    if any(one.kind in times for one in given):
        return _of_times(chain, given)
    left, *others = (numeric(_numbers(beside(one, Kind.NUMBER))) for one in given)
    for right in others:
        if chain.operator is Operator.DIV:  # by zero there is no number
            left = put("({} / nullif({}, 0))", left, right)
        elif chain.operator is Operator.MOD:
            left = put("mod({}, nullif({}, 0))", left, right)
        else:
            left = put(f"({{}} {SUMS[chain.operator]} {{}})", left, right)
    return _number(left, chain.at)


def _of_times(chain: Chain, given: list[Typed]) -> Typed:
    """A time and a written duration make a time, two times a duration; nothing longer, so that no year overflows."""
    if len(given) != 2 or chain.operator not in (Operator.ADD, Operator.SUB):
        raise AskingError(f"Times and durations know no {chain.operator.value!r} like this.", chain.at)
    left, right = given
    right = beside(right, Kind.TIME) if left.kind in (Kind.TIME, Kind.SPAN) else right
    sign = SUMS[chain.operator]
    if left.kind in (Kind.TIME, Kind.SPAN) and right.kind is Kind.DURATION and right.literal and not left.moved:
        sql = put(f"({{}} {sign} {{}})", left.sql, right.sql)
        return replace(left, kind=Kind.TIME, sql=sql, start=None, literal=None, at=chain.at, near="", moved=True)
    if chain.operator is Operator.SUB and {left.kind, right.kind} <= {Kind.TIME, Kind.SPAN}:
        return Typed(Kind.DURATION, put("({} - {})", left.sql, right.sql), chain.at, type="interval")
    raise AskingError(
        "Of times there are: a time plus or minus one written duration, and a time minus a time.", chain.at
    )


def _numbers(given: Typed) -> Typed:
    if given.kind not in (Kind.NUMBER, Kind.JSON, Kind.NULL):
        raise wrong(given, Kind.NUMBER.value)
    return given


def _number(sql: Sql, at: int) -> Typed:
    return Typed(Kind.NUMBER, sql, at, type="numeric")


def _boolean(sql: Sql, at: int) -> Typed:
    return Typed(Kind.BOOLEAN, sql, at, type="boolean", nullable=False)
