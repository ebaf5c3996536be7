"""The language of $filter: what it reads, what it refuses and where, and that it never falls over."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nonnuoc.api.sensorthings import limits, printing
from nonnuoc.api.sensorthings.expressions import Parser
from nonnuoc.api.sensorthings.lexing import Cursor
from nonnuoc.records.monitoring.sensorthings.asking import (
    AskingError,
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
from tests.api.sensorthings.trees import EXPRESSIONS


def parse(text: str) -> Expression:
    cursor = Cursor(text)
    found = Parser(cursor).expression()
    cursor.end()
    return found


def fault(text: str) -> AskingError:
    with pytest.raises(AskingError) as raised:
        parse(text)
    return raised.value


def nowhere(node: Any) -> Any:
    """The same tree with every place forgotten."""
    if isinstance(node, tuple):
        return tuple(nowhere(one) for one in node)
    if not is_dataclass(node) or isinstance(node, Interval):
        return node
    changed = {one.name: nowhere(getattr(node, one.name)) for one in fields(node) if one.name != "at"}
    return replace(node, **changed, at=0)  # type: ignore[type-var]


def value(text: str) -> object:
    found = parse(text)
    assert isinstance(found, Literal)
    return found.value


def test_comparison_remembers_where_everything_began() -> None:
    assert parse("result gt 3.50") == Chain(Operator.GT, (Path(("result",), 0), Literal(3.5, "3.50", 10)), 0)


def test_and_binds_tighter_than_or_and_both_stay_flat() -> None:
    a, b, c, d = (Path((name,), at) for name, at in (("a", 0), ("b", 5), ("c", 11), ("d", 17)))
    assert parse("a or b and c and d") == Chain(Operator.OR, (a, Chain(Operator.AND, (b, c, d), 5)), 0)


def test_sums_lean_left_and_products_go_first() -> None:
    found = nowhere(parse("1 sub 2 add 3 mul x"))
    one, two, three = (Literal(n, str(n), 0) for n in (1, 2, 3))
    product = Chain(Operator.MUL, (three, Path(("x",), 0)), 0)
    assert found == Chain(Operator.ADD, (Chain(Operator.SUB, (one, two), 0), product), 0)


def test_not_takes_a_whole_comparison() -> None:
    assert nowhere(parse("not result eq 3 and true")) == nowhere(parse("(not (result eq 3)) and true"))


def test_minus_at_a_number_is_part_of_it() -> None:
    assert parse("-5") == Literal(-5, "-5", 0)
    assert parse("-result") == Negative(Path(("result",), 1), 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        ("0.10", 0.1),
        ("1e3", 1000.0),
        ("9223372036854775807", 2**63 - 1),
        ("true", True),
        ("null", None),
        ("'O''Đà Nẵng'", "O'Đà Nẵng"),
        ("'2026-11-26T01:00:00Z'", "2026-11-26T01:00:00Z"),
        ("2026-11-26T08:00:00+07:00", datetime(2026, 11, 26, 1, tzinfo=UTC)),
        ("2026-11-26T08:00:00 07:00", datetime(2026, 11, 26, 1, tzinfo=UTC)),
        ("2026-11-25T20:30-0430", datetime(2026, 11, 26, 1, tzinfo=UTC)),
        ("2026-11-26T01:00:00.1234567Z", datetime(2026, 11, 26, 1, 0, 0, 123456, tzinfo=UTC)),
        ("datetime'2026-11-26T01:00:00Z'", datetime(2026, 11, 26, 1, tzinfo=UTC)),
        ("2026-11-26", "2026-11-26"),
        ("13:30:00", "13:30:00"),
        ("duration'P1DT2H30M'", timedelta(days=1, hours=2, minutes=30)),
        ("duration'-PT0.5S'", timedelta(seconds=-0.5)),
        ("2026-01-01T00:00:00Z/P1D", Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))),
        ("PT1H/2026-01-01T01:00:00Z", Interval(*(datetime(2026, 1, 1, h, tzinfo=UTC) for h in (0, 1)))),
        ("geography'SRID=4326;POINT (106 22)'", shapely.Point(106, 22)),
    ],
)  # fmt: skip
def test_literal(text: str, expected: object) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


def test_paths_go_through_navigations_and_into_json() -> None:
    assert parse("Datastream/Thing/properties/kind") == Path(("Datastream", "Thing", "properties", "kind"), 0)
    assert parse("properties/PM2.5-x/2024") == Path(("properties", "PM2.5-x", "2024"), 0)
    assert parse("Datastreams/id") == Path(("Datastreams", "@iot.id"), 0)
    assert parse("properties/id") == Path(("properties", "id"), 0)


def test_operator_names_are_names_within_paths() -> None:
    assert parse("properties/and eq 1") == Chain(Operator.EQ, (Path(("properties", "and"), 0), Literal(1, "1", 18)), 0)


def test_functions_know_their_arguments() -> None:
    assert nowhere(parse("substringof('x',tolower(name))")) == Call(
        "substringof", (Literal("x", "'x'", 0), Call("tolower", (Path(("name",), 0),), 0)), 0
    )
    assert "2 or 3 arguments, not 1" in fault("substring(name)").detail
    assert "Is st_within meant?" in fault("st_witin(location,1)").detail


def test_quoted_times_are_times_between_times() -> None:
    found = parse("during(phenomenonTime,'2026-01-01T00:00:00Z/2026-01-02T00:00:00Z')")
    assert isinstance(found, Call)
    assert isinstance(found.of[1], Literal)
    assert isinstance(found.of[1].value, Interval)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 0),
        ("result gt", 9),
        ("result gt gt 3", 10),
        ("(result gt 3", 12),
        ("result gt 3)", 11),
        ("result = 3", 7),
        ("name eq 'x", 8),
        ('name eq "x"', 8),
        ("a eq 1 eq 2", 7),
        ("nosuch(name)", 0),
        ("name eq x'12'", 8),
        ("length(name,1)", 0),
        ("phenomenonTime gt 2026-11-26T08:00:00", 18),
        ("phenomenonTime gt 2026-13-26T08:00:00Z", 18),
        ("during(t,2026-01-02T00:00:00Z/2026-01-01T00:00:00Z)", 9),
        ("during(t,'tomorrow')", 9),
        ("st_within(location,geography'POINT(200 10)')", 29),
        ("st_within(location,geography'POLYGON((0 0,1 1,0 1,1 0,0 0))')", 29),
        ("st_within(location,geography'SRID=9210;POINT(1 1)')", 29),
        ("st_within(location,geography'POINT EMPTY')", 29),
        ("st_within(location,geography'PIONT(1 1)')", 29),
        ("age gt duration'P1M'", 16),
        ("result gt 1e999", 10),
        (f"result gt {'9' * 41}", 10),
        ("Thing/", 6),
        ("Thing/(1)", 6),
        ("result\x00", 6),
    ],
)  # fmt: skip
def test_fault_names_its_place(text: str, at: int) -> None:
    assert fault(text).at == at


def test_a_hundred_terms_are_read_and_more_refused() -> None:
    terms = [f"result eq {n}" for n in range(limits.TERMS)]
    found = parse(" or ".join(terms))
    assert isinstance(found, Chain)
    assert len(found.of) == limits.TERMS
    assert "terms" in fault(" or ".join([*terms, "result eq 1"])).detail


@pytest.mark.parametrize("deep", ["(", "not ", "- ", "tolower(", "not("])
def test_depth_is_limited_before_the_stack_is(deep: str) -> None:
    assert "Nested" in fault(deep * 1500).detail


def test_sums_in_a_row_are_limited() -> None:
    assert "in a row" in fault("1" + " add 1" * 60).detail


SOME = """( ) , / ; = - * not and or eq gt add div mod true null result name Thing @iot.id 'x' '' 12 0.5 1e9 length(
    substringof( now() year( st_within( during( geography'POINT(1 2)' geography'x' duration'P1D' 2026-01-01T00:00:00Z
    2026-01-01 12:30 $top P1D/2026-01-01T00:00:00Z ' " $"""
WORDS = st.sampled_from(SOME.split())


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60), st.lists(WORDS, max_size=25).map(" ".join), st.lists(WORDS, max_size=25).map("".join)
    )
)
@example("geography'GEOMETRYCOLLECTION(" * 200)
@example("0001-01-01T00:00:00+07:00")
@example("duration'P99999999999D'")
@example("9999-12-31T23:59:59Z/P9999D")
def test_anything_is_read_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except AskingError as error:
        assert -1 <= error.at <= len(text)
        assert error.detail
    else:
        assert nowhere(parse(printing.expression(found))) == nowhere(found)


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_what_is_printed_is_read_as_the_same(tree: Expression) -> None:
    assert nowhere(parse(printing.expression(tree))) == nowhere(tree)


def test_not_in_front_of_a_sum_keeps_its_bracket() -> None:
    tree = Chain(Operator.ADD, (Not(Path(("a",), 0), 0), Path(("b",), 0)), 0)
    assert printing.expression(tree) == "(not a) add b"
