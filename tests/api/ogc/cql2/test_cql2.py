"""CQL2 on features made by hand: both encodings, three-valued logic, and everything that must be refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.api.ogc.cql2 import json as cql2_json
from nonnuoc.api.ogc.cql2 import text as cql2_text
from nonnuoc.api.ogc.cql2.judging import Judge
from nonnuoc.api.ogc.cql2.tree import MAX_TERMS, Fault, Node
from nonnuoc.api.ogc.filtering import _reader
from nonnuoc.api.ogc.systems import CRS84
from nonnuoc.records.places.layers import Features, Field, shapes

FIELDS = {
    field.name: field
    for field in (
        Field("name", "Name"),
        Field("kind", "Kind", choices=("air", "water")),
        Field("area", "Area", "number"),
        Field("count", "Count", "integer"),
        Field("open", "Open", "boolean"),
        Field("newest", "Newest", "date-time"),
        Field("N-NH4", "Ammonium", "number"),
    )
}
FEATURES = Features(
    ("a", "b", "c"),
    shapes([shapely.Point(106.2, 22.6), shapely.box(106.5, 22.5, 106.7, 22.8), None]),
    {
        "name": ("Cao Bằng", "Đông Khê", "O'Neill_50%"),
        "kind": ("air", "water", None),
        "area": (10.5, None, 30.0),
        "count": (1, 2, 3),
        "open": (True, False, None),
        "newest": (datetime(2026, 11, 1, 5, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC), None),
        "N-NH4": (0.1, 0.2, None),
    },
)


def kept(root: Node) -> str:
    mask = Judge(FEATURES, FIELDS, _reader(CRS84)).keeps(root)
    return "".join(id_ for id_, keep in zip(FEATURES.ids, mask.tolist(), strict=True) if keep)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind = 'air'", "a"),
        ("kind <> 'air'", "b"),  # nobody knows of c
        ("NOT kind = 'air'", "b"),
        ("kind = 'air' OR kind = 'water' AND count = 3", "a"),  # AND binds stronger
        ("(kind = 'air' OR kind = 'water') AND count >= 2", "b"),
        ("NOT (kind = 'air' AND count = 1)", "bc"),  # count = 3 is enough to know it of c
        ("kind = 'air' OR area > 20", "ac"),
        ("kind IS NULL", "c"),
        ("area is not null", "ac"),
        ("count BETWEEN 2 AND 3", "bc"),
        ("count NOT BETWEEN 2 AND 3", "a"),
        ("area BETWEEN 5 AND 20", "a"),
        ("kind IN ('air', 'other')", "a"),
        ("kind NOT IN ('air', 'other')", "b"),
        ("count IN (1, 3)", "ac"),
        ("name LIKE 'Cao%'", "a"),
        ("name LIKE '%h_'", "b"),
        ("name NOT LIKE '%a%'", "bc"),
        (r"name LIKE '%\_50\%'", "c"),
        ("name = 'O''Neill_50%'", "c"),
        (r"name = 'O\'Neill_50%'", "c"),
        ("CASEI(name) LIKE casei('CAO%')", "a"),
        ("CASEI(ACCENTI(name)) LIKE '%dong khe'", "b"),
        ("casei(accenti(name)) = 'cao bang'", "a"),
        ("open", "a"),
        ("NOT open", "b"),
        ("open = TRUE", "a"),
        ("area * 2 + 1 > 50 - 10", "c"),
        ("count = -(-2)", "b"),
        ("count ^ 2 = 9", "c"),
        ("count % 2 = 1", "ac"),
        ("count div 2 = 1", "bc"),
        ("area / 0 > 1", ""),
        ("count < area", "ac"),
        ('"N-NH4" > 0.15', "b"),
        ("newest > TIMESTAMP('2026-11-01T12:00:00+07:00')", "b"),
        ("newest = TIMESTAMP('2026-11-01T05:00:00Z')", "a"),
        ("newest = DATE('2026-11-01')", "a"),
        ("newest <= DATE('2026-11-01')", "a"),
        ("newest > DATE('2026-11-01')", "b"),
        ("T_AFTER(newest, DATE('2026-11-01'))", "b"),
        ("T_BEFORE(newest, TIMESTAMP('2026-11-01T06:00:00Z'))", "a"),
        ("T_DURING(newest, INTERVAL('2026-11-01', '..'))", "ab"),
        ("T_INTERSECTS(newest, INTERVAL('..', '2026-11-01'))", "a"),
        ("T_CONTAINS(INTERVAL(newest, '..'), TIMESTAMP('2026-11-01T12:00:00Z'))", "a"),
        ("T_DURING(DATE('2026-11-01'), INTERVAL('2026-10-01', newest))", "b"),
        ("T_FINISHEDBY(INTERVAL('2026-01-01', newest), INTERVAL(newest, newest))", "ab"),
        ("NOT T_INTERSECTS(newest, INTERVAL('..', '2026-11-01'))", "b"),
        ("S_INTERSECTS(geometry, POINT(106.2 22.6))", "a"),
        ("S_INTERSECTS(geometry, BBOX(106, 22, 106.55, 23))", "ab"),
        ("S_WITHIN(geometry, POLYGON((106 22, 106.55 22, 106.55 23, 106 23, 106 22)))", "a"),
        ("S_DISJOINT(geometry, POLYGON((106 22, 106.3 22, 106.3 23, 106 23, 106 22)))", "b"),
        ("S_CONTAINS(geometry, MULTIPOINT((106.6 22.6)))", "b"),
        ("S_INTERSECTS(geometry, BBOX(170, -10, -170, 10))", ""),
        ("S_INTERSECTS(geometry, BBOX(106.6, 0, 106.1, 50))", "b"),  # all round the Earth but a little
        ("NOT S_INTERSECTS(geometry, POINT(0 0))", "ab"),  # where c is, nobody knows
        ("kind\n=\t'air'", "a"),
    ],
)
def test_text_keeps(text: str, expected: str) -> None:
    assert kept(cql2_text.parse(text)) == expected


POLYGON = {"type": "Polygon", "coordinates": [[[106, 22], [106.55, 22], [106.55, 23], [106, 23], [106, 22]]]}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"op": "=", "args": [{"property": "kind"}, "air"]}, "a"),
        (
            {
                "op": "or",
                "args": [
                    {"op": "like", "args": [{"op": "casei", "args": [{"property": "name"}]}, "cao%"]},
                    {"op": "not", "args": [{"op": "<", "args": [{"property": "count"}, 3]}]},
                ],
            },
            "ac",
        ),
        ({"op": "isNull", "args": [{"property": "kind"}]}, "c"),
        ({"op": "between", "args": [{"property": "area"}, 5, 20]}, "a"),
        ({"op": "in", "args": [{"property": "kind"}, ["air", "water"]]}, "ab"),
        ({"op": ">", "args": [{"op": "*", "args": [{"property": "area"}, 2]}, 50]}, "c"),
        ({"op": "=", "args": [{"op": "-", "args": [{"property": "count"}]}, -2]}, "b"),
        ({"op": "s_within", "args": [{"property": "geometry"}, POLYGON]}, "a"),
        ({"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [106, 22, 106.55, 23]}]}, "ab"),
        ({"op": "t_after", "args": [{"property": "newest"}, {"timestamp": "2026-11-01T12:00:00Z"}]}, "b"),
        ({"op": "t_during", "args": [{"property": "newest"}, {"interval": ["2026-11-01T00:00:00Z", ".."]}]}, "ab"),
        ({"op": "=", "args": [{"property": "newest"}, {"date": "2026-11-01"}]}, "a"),
        (
            {
                "op": "t_contains",
                "args": [{"interval": [{"property": "newest"}, ".."]}, {"timestamp": "2026-11-01T09:00:00Z"}],
            },
            "a",
        ),
        ({"op": "=", "args": [{"property": "open"}, True]}, "a"),
    ],
)
def test_json_keeps(found: dict[str, Any], expected: str) -> None:
    assert kept(cql2_json.parse(json.dumps(found))) == expected


@pytest.mark.parametrize(
    ("text", "at", "word"),
    [
        ("", 0, "too early"),
        ("kind =", 6, "too early"),
        ("kind = 'air' AND", 16, "too early"),
        ("kind = 'air' kind", 13, "does not follow"),
        ("colour = 'red'", 0, "no property"),
        ("kind = 5", 5, "compared"),
        ("kind > area", 5, "compared"),
        ("name", 0, "condition"),
        ("'air'", 0, "condition"),
        ("geometry = geometry", 9, "does not compare"),
        ("open > true", 5, "does not compare"),
        ("kind ? 'air'", 5, "begins here"),
        ("kind = 'air", 7, "begins here"),
        ("like = 'a'", 0, "cannot stand"),
        ("kind NOT 'a'", 9, "behind NOT"),
        ("foo(kind) = 1", 0, "no function"),
        ("S_INTERSECTS(geometry)", 0, "2 arguments"),
        ("S_INTERSECTS(geometry, 'a')", 23, "geometry is missing"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))", 23, "cannot be read"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", 23, "not valid"),
        ("S_INTERSECTS(geometry, POINT(1 2", 32, "too early"),
        ("S_INTERSECTS(geometry, BBOX(1, 2, 3))", 23, "4 numbers"),
        ("S_INTERSECTS(geometry, BBOX(1, 9, 3, 4))", 23, "upside down"),
        ("S_INTERSECTS(geometry, BBOX(1, 2, 3, 400))", 23, "leaves the Earth"),
        ("newest > TIMESTAMP('yesterday')", 9, "not a time"),
        ("newest > TIMESTAMP('a', 'b')", 9, "has one time"),
        ("T_AFTER(newest, INTERVAL('2026-01-01'))", 16, "two ends"),
        ("T_AFTER(newest, INTERVAL(kind, '..'))", 25, "time is missing"),
        ("T_AFTER(newest, INTERVAL(1, '..'))", 25, "time in"),
        ("newest > TIMESTAMP('2026-13-01T00:00:00Z')", 9, "there is no time"),
        ("newest > TIMESTAMP('2026-11-01')", 9, "is a day"),
        ("T_DURING(newest, INTERVAL('2026-11-02', '2026-11-01'))", 17, "ends after"),
        ("name LIKE kind", 10, "is a text"),
        ("area LIKE '1%'", 0, "text is missing"),
        ("name LIKE '" + "%a" * 200 + "'", 10, "at most"),
        ("(" * 5000 + "open" + ")" * 5000, 8000, "at most"),
        ("(" * 3000 + "open" + ")" * 3000, 31, "nested"),
        ("NOT " * 100 + "open", 124, "nested"),
        (" OR ".join(["count = 1"] * (MAX_TERMS + 1)), None, "at most 100"),
        ("count = " + "1 + " * 50 + "1", None, "in one row"),
        ("count = " + "-" * 100 + "1", None, "nested"),
        (f"S_INTERSECTS(geometry, LINESTRING({', '.join(f'{i / 100} 0' for i in range(700))}))"[:7990], None, ""),
    ],
)
def test_text_refuses_and_names_the_place(text: str, at: int | None, word: str) -> None:
    if word == "":
        kept(cql2_text.parse(text))  # 700 vertices are few
        return
    with pytest.raises(Fault) as raised:
        kept(cql2_text.parse(text))
    assert word in raised.value.detail
    assert raised.value.at is not None
    assert at is None or raised.value.at == at


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("{x", "x"),
        ("[" * 7000, "[" * 20),
        ("1e400", ""),
        ("NaN", "NaN"),
        ("9" * 4000, ""),
        ('{"op": "and"}', "$"),
        ('{"op": "drop", "args": []}', "$"),
        ('{"op": "and", "args": [true]}', "$"),
        ('{"op": "and", "args": [true, {"op": "=", "args": [{"property": "no"}, 1]}]}', "$.args[1].args[0]"),
        ('{"op": "in", "args": [{"property": "kind"}, "air"]}', "$"),
        (
            '{"op": "s_within", "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": "x"}]}',
            "$.args[1]",
        ),
        ('{"op": "s_within", "args": [{"property": "geometry"}, {"type": "Circle"}]}', "$.args[1]"),
        ('{"op": "=", "args": [{"property": "kind"}, null]}', "$.args[1]"),
        ('{"bbox": [1, 2, "3", 4]}', "$"),
        ('{"interval": ["2026-01-01"]}', "$"),
        ('{"interval": ["2026-01-01", 5]}', "$"),
        ('{"interval": [{"property": "kind"}, ".."]}', "$"),
    ],
)
def test_json_refuses_and_names_the_place(text: str, near: str) -> None:
    with pytest.raises(Fault) as raised:
        kept(cql2_json.parse(text))
    if near:
        assert raised.value.near == near


def test_a_deep_json_is_refused_without_recursion() -> None:
    deep = '{"op":"not","args":[' * 300 + "true" + "]}" * 300
    with pytest.raises(Fault, match="nested at most 30"):
        cql2_json.parse(deep)


def test_vertices_are_counted_over_all_geometries() -> None:
    line = f"LINESTRING({', '.join(f'{i} 0' for i in range(150))})"
    text = " OR ".join([f"S_INTERSECTS(geometry, {line})"] * 7)
    with pytest.raises(Fault, match="at most 1000 vertices"):
        cql2_text.parse(text)


_WORDS = st.sampled_from(
    (
        *(
            "kind",
            "area",
            "=",
            "<",
            "'air'",
            "5",
            "and",
            "or",
            "not",
            "(",
            ")",
            "like",
            "'%a'",
            "in",
            ",",
            "is",
            "null",
        ),
        *(
            "between",
            "geometry",
            "s_intersects",
            "bbox",
            "point",
            "1e9",
            "-",
            "+",
            "timestamp",
            "'x",
            '"',
            "open",
            "casei",
        ),
    )
)


@given(st.lists(_WORDS, max_size=12))
def test_any_text_is_answered_or_refused(words: list[str]) -> None:
    try:
        kept(cql2_text.parse(" ".join(words)))
    except Fault as fault:
        assert fault.at is not None
        assert 0 <= fault.at <= len(" ".join(words))


@given(st.text(max_size=40))
def test_any_text_at_all_is_answered_or_refused(text: str) -> None:
    try:
        kept(cql2_text.parse(text))
    except Fault as fault:
        assert fault.detail


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.sampled_from(["air", "%a", "2026-11-01"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {
                "op": st.sampled_from(["and", "=", "like", "in", "s_within", "t_after", "+", "casei"]),
                "args": st.lists(inner),
            }
        )
        | st.builds(lambda name: {"property": name}, st.sampled_from(["kind", "area", "geometry", "newest"]))
    ),
    max_leaves=12,
)


@given(_JSON)
def test_any_json_is_answered_or_refused(found: Any) -> None:
    try:
        kept(cql2_json.parse(json.dumps(found)))
    except Fault as fault:
        assert fault.detail


def test_a_filter_and_its_negation_keep_what_is_known_and_nothing_twice() -> None:
    for text in ("kind = 'air'", "area > 10", "S_INTERSECTS(geometry, POINT(106.2 22.6))", "name LIKE '%a%'"):
        one, other = (set(kept(cql2_text.parse(said))) for said in (text, f"NOT ({text})"))
        assert not one & other


def test_an_empty_layer_keeps_nothing() -> None:
    none = Features((), shapes([]), dict.fromkeys(FIELDS, ()))
    judge = Judge(none, FIELDS, _reader(CRS84))
    for text in (
        "kind = 'air'",
        "newest > DATE('2026-01-01')",
        "S_INTERSECTS(geometry, POINT(1 2))",
        "area > 1",
        "open",
    ):
        assert judge.keeps(cql2_text.parse(text)).tolist() == []
    assert np.shape(judge.keeps(cql2_text.parse("true"))) == (0,)
