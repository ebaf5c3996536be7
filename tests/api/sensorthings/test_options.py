"""The query string: every option once, understood or refused with its place, and the way to the next page."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.api.sensorthings import limits, options, printing
from nonnuoc.api.sensorthings.options import Asked, Format
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Chain, Literal, Operator, Options, Order, Path
from nonnuoc.records.monitoring.sensorthings.schema import SETS

THINGS, OBSERVATIONS = SETS["Things"], SETS["Observations"]


def read(query: str, entities: str = "Things", allowed: tuple[str, ...] = options.COLLECTION) -> Asked:
    return options.read(query, SETS[entities], allowed)


def fault(query: str, entities: str = "Things", allowed: tuple[str, ...] = options.COLLECTION) -> AskingError:
    with pytest.raises(AskingError) as raised:
        read(query, entities, allowed)
    return raised.value


def test_nothing_asked_is_a_page_of_the_usual_length() -> None:
    assert read("").options == Options(top=limits.PAGE)
    assert read("$resultFormat=dataArray", "Observations").options.top == limits.TOP_OF_COLUMNS
    assert read("$resultFormat=csv").format is Format.CSV


def test_pages_are_no_longer_than_allowed() -> None:
    assert read("$top=5000").options.top == limits.TOP
    assert read("$top=999999&$resultFormat=CSV", "Observations").options.top == limits.TOP_OF_COLUMNS
    assert read("$expand=Datastreams($top=5000)").options.expand["Datastreams"].top == limits.TOP


def test_everything_at_once() -> None:
    query = (
        "$filter=name%20eq%20'a%26b'&$orderby=name%20desc,id&$top=5&$skip=2&$count=true&$select=name,id"
        "&$skiptoken=abc&$as_of=2026-11-26T08:00:00%2B07:00"
    )
    name = Path(("name",), 0)
    assert read(query).options == Options(
        filter=Chain(Operator.EQ, (name, Literal("a&b", "'a&b'", 8)), 0),
        order=(Order(name, True), Order(Path(("@iot.id",), 10), False)),
        top=5,
        skip=2,
        count=True,
        select=("name", "@iot.id"),
        after="abc",
        as_of=datetime(2026, 11, 26, 1, tzinfo=UTC),
    )


def test_capitals_of_other_clients_are_understood() -> None:
    """frost-sta-client writes DESC, and Python's own True."""
    plain = read("$orderby=name desc,id asc&$count=true")
    assert read("$orderby=name DESC,id ASC&$count=True").options == plain.options


def test_expand_takes_both_spellings_and_joins_them() -> None:
    expected = {
        "Datastreams": Options(
            select=("name",),
            top=3,
            expand={
                "Observations": Options(top=1, order=(Order(Path(("phenomenonTime",), 55), True),)),
                "Sensor": Options(),
            },
        )
    }
    observations = "Observations($orderby=phenomenonTime desc;$top=1)"
    query = f"$expand=Datastreams($select=name;$expand={observations};$top=3),Datastreams/Sensor"
    assert read(query).options.expand == expected
    bare = read("$expand=Datastreams,Datastreams/Sensor,Locations").options.expand
    assert bare == {"Datastreams": Options(expand={"Sensor": Options()}), "Locations": Options()}


def test_nested_filter_may_hold_every_sign() -> None:
    query = "$expand=Datastreams($filter=name eq 'a;b)(' and (id eq 1 or substringof(',',name));$count=true)"
    asked = read(query).options.expand["Datastreams"]
    assert asked.count
    assert isinstance(asked.filter, Chain)
    assert len(asked.filter.of) == 2


@pytest.mark.parametrize(
    ("query", "parameter", "at"),
    [
        ("$flter=1", "$flter", -1),
        ("filter=1", "filter", -1),
        ("token=x", "token", -1),
        ("$filter=true&$filter=true", "$filter", -1),
        ("$filter=name eq", "$filter", 7),
        ("$filter=name eq 'x' name", "$filter", 12),
        ("$orderby=name down", "$orderby", 5),
        ("$orderby=", "$orderby", 0),
        ("$top=-1", "$top", 0),
        ("$top=1.5", "$top", 0),
        ("$top=ten", "$top", 0),
        ("$top=9999999999999999999999", "$top", 0),
        ("$skip=a", "$skip", 0),
        ("$count=1", "$count", 0),
        ("$select=name,nmae", "$select", 5),
        ("$select=properties/kind", "$select", 10),
        ("$expand=Observations", "$expand", 0),
        ("$expand=Datastreams/Nothing", "$expand", 12),
        ("$expand=Datastreams($top=x)", "$expand", 17),
        ("$expand=Datastreams($top=1;$top=2)", "$expand", 19),
        ("$expand=Datastreams($skiptoken=2)", "$expand", 12),
        ("$expand=Datastreams($expand=Thing($top=1))", "$expand", 26),
        ("$expand=Datastreams(", "$expand", 12),
        ("$expand=Datastreams($top=1),Datastreams($top=2)", "$expand", 20),
        ("$expand=Datastreams/Thing/Datastreams/Thing", "$expand", 30),
        ("$resultFormat=XML", "$resultFormat", 0),
        ("$as_of=yesterday", "$as_of", 0),
        ("$as_of=2026-11-26T08:00:00", "$as_of", 0),
    ],
)  # fmt: skip
def test_fault_names_option_and_character(query: str, parameter: str, at: int) -> None:
    found = fault(query)
    assert (found.parameter, found.at) == (parameter, at)


def test_fault_tells_what_was_meant() -> None:
    assert "Is $filter meant?" in fault("$flter=1").detail
    assert "Is name meant?" in fault("$select=nmae").detail
    assert "for collections" in fault("$filter=true", allowed=options.ENTITY).detail
    assert fault("$filter=name eq 'x' name").near == "me eq 'x' name"


def test_what_is_no_text_is_refused() -> None:
    assert "UTF-8" in fault("$filter=name eq '%ff'").detail
    assert fault("$filter=name eq '%00'").at == 9
    assert "8000" in fault("$filter=" + "a" * 8000).detail


def test_a_plus_is_a_blank_also_in_an_offset() -> None:
    assert read("$filter=phenomenonTime+gt+2026-11-26T08:00:00+07:00", "Observations").options.filter is not None


def test_next_page_keeps_everything_but_where_it_began() -> None:
    query = "$filter=name%20eq%20'100%25%20%26%20%23+x'&$skip=5&$top=2&$skiptoken=old"
    query += "&$expand=Datastreams($top=1;$count=true)"
    onward = read(query).onward("new/+=")
    assert "&$skip=" not in onward
    assert onward.isascii()
    assert not set(onward) & set(' "#<>+')
    again = dict(options.pairs(onward))
    assert again == {
        "$filter": "name eq '100% & # x'",
        "$top": "2",
        "$expand": "Datastreams($top=1;$count=true)",
        "$skiptoken": "new/+=",
    }


def test_options_are_printed_as_they_are_read() -> None:
    query = (
        "$filter=name eq 'x' and not (id lt 3)&$orderby=name desc,id&$select=name&$top=7&$skip=3&$count=true"
        "&$expand=Datastreams($filter=result gt 1;$expand=Observations($top=2;$orderby=resultTime desc))"
        "&$as_of=2026-01-01T00:00:00Z"
    )
    asked = read(query).options
    printed = options.encoded(printing.options(asked))
    again = read(printed).options
    assert printing.options(again) == printing.options(asked)
    assert again.expand.keys() == asked.expand.keys()
    assert (again.as_of, again.top, again.skip, again.count) == (asked.as_of, 7, 3, True)


NAMES = st.sampled_from([*options.COLLECTION, "$expand", "$nothing", ""])
PIECES = """Datastreams Observations Thing name ( ) ; = , / $filter= $expand=Datastreams( $top=5 eq 'x' desc true 3 * id
    $select=name Locations""".split()  # noqa: SIM905
VALUES = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=16).map("".join))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=4), st.sampled_from(sorted(SETS)))
def test_any_query_is_read_or_refused(given_: list[tuple[str, str]], entities: str) -> None:
    query = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in given_)
    try:
        asked = options.read(query, SETS[entities])
    except AskingError as error:
        assert error.detail
    else:
        assert options.read(asked.onward("k"), SETS[entities]).options.after == "k"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_raw_query_is_read_or_refused(query: str) -> None:
    try:
        options.read(query, OBSERVATIONS)
    except AskingError as error:
        assert error.detail
