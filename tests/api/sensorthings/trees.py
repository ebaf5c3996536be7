"""Trees as a query could have made them, for hypothesis: their literals are written as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

import shapely
from hypothesis import strategies as st

from nonnuoc.api.sensorthings import functions
from nonnuoc.records.monitoring.sensorthings.asking import (
    Call,
    Chain,
    Expression,
    Interval,
    Literal,
    Negative,
    Not,
    Operator,
    Path,
)

SAID = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)
TIMES = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)).map(
    lambda one: one.replace(tzinfo=UTC)
)


def _written(one: datetime) -> str:
    return one.isoformat().replace("+00:00", "Z")


def _span(ends: tuple[datetime, datetime]) -> Literal:
    since, until = sorted(ends)
    return Literal(Interval(since, until), f"{_written(since)}/{_written(until)}", 0)


LITERALS = st.one_of(
    st.integers(-(2**62), 2**62).map(lambda one: Literal(one, str(one), 0)),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda one: Literal(one, repr(one), 0)),
    SAID.map(lambda one: Literal(one, "'" + one.replace("'", "''") + "'", 0)),
    st.sampled_from([Literal(True, "true", 0), Literal(False, "false", 0), Literal(None, "null", 0)]),
    TIMES.map(lambda one: Literal(one, _written(one), 0)),
    st.tuples(TIMES, TIMES).filter(lambda ends: ends[0] != ends[1]).map(_span),
    st.tuples(st.integers(-180, 180), st.integers(-90, 90)).map(
        lambda at: Literal(shapely.Point(at), f"geography'POINT({at[0]} {at[1]})'", 0)
    ),
)
NAMES = st.sampled_from(["name", "result", "phenomenonTime", "properties", "Thing", "andy", "notes", "eqn", "PM2.5"])
PATHS = st.one_of(
    st.lists(NAMES, min_size=1, max_size=3).map(lambda names: Path(tuple(names), 0)),
    st.sampled_from([Path(("@iot.id",), 0), Path(("Datastream", "@iot.id"), 0), Path(("properties", "id"), 0)]),
)
_COMPARE = [Operator.EQ, Operator.NE, Operator.GT, Operator.GE, Operator.LT, Operator.LE]
_SUM = [Operator.ADD, Operator.SUB, Operator.MUL, Operator.DIV, Operator.MOD]
#: Not those between times: a quoted argument of theirs must be a time.
_PLAIN = sorted(functions.ARGUMENTS.keys() - functions.TIMES.keys())


def _calls(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    def of(name: str) -> st.SearchStrategy[Expression]:
        least, most = functions.ARGUMENTS[name]
        return st.lists(inner, min_size=least, max_size=most).map(lambda given: Call(name, tuple(given), 0))

    return st.sampled_from(_PLAIN).flatmap(of)


def _chains(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    two = st.builds(
        lambda operator, left, right: Chain(operator, (left, right), 0),
        st.sampled_from(_COMPARE + _SUM), inner, inner,
    )  # fmt: skip
    flat = st.builds(
        lambda operator, of: Chain(operator, tuple(of), 0),
        st.sampled_from([Operator.AND, Operator.OR]), st.lists(inner, min_size=2, max_size=4),
    )  # fmt: skip
    return st.one_of(two, flat)


def _more(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        _chains(inner),
        _calls(inner),
        inner.map(lambda one: Not(one, 0)),
        inner.map(lambda one: Negative(one, 0)),
    )


EXPRESSIONS = st.recursive(st.one_of(LITERALS, PATHS), _more, max_leaves=12)
