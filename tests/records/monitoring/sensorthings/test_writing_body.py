"""Bodies read name by name; names made plain; geometry that is on earth."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.sensorthings import writing_geometry, writing_names
from nonnuoc.records.monitoring.sensorthings.writing_body import MOST_PROPERTIES, Body, WritingError, merged, moment

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Trạm Đông Khê", "Tram-Dong-Khe"),
        ("đá/vôi  (1)", "da-voi-1"),
        ("水", "thing"),
        ("", "thing"),
        ("PM2.5", "PM2.5"),
    ],
)
def test_names_are_made_plain(name, plain):
    assert writing_names.plain(name, 32) == plain


@given(st.text(), st.integers(3, 40))
def test_every_name_gives_a_code_the_database_takes(name, longest):
    code = writing_names.plain(name, longest)
    assert 0 < len(code) <= max(longest, len("thing"))
    assert code[0].isalnum()
    assert set(code) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")


def test_a_code_that_is_taken_gets_a_number_behind_it():
    taken = {"Cau", "Cau-2"}
    assert writing_names.unused("Cầu", 32, taken.__contains__) == "Cau-3"
    assert writing_names.unused("x" * 40, 32, {"x" * 32}.__contains__) == "x" * 30 + "-2"


def test_what_nobody_asked_for_is_refused_but_links_and_what_is_computed():
    body = Body({"name": "n", "@iot.selfLink": "x", "Things@iot.count": 3, "told": 1, "nmae": "x"})
    body.text("name", 10)
    with pytest.raises(WritingError) as fault:
        body.finish("a Thing", ("told",))
    assert (fault.value.path, fault.value.code) == ("$.nmae", "unknown_property")
    assert "name" in fault.value.detail


def test_paths_lead_through_lists_and_odd_names():
    body = Body({"Datastreams": [{"@iot.id": 3}, {"a b": 1}]})
    linked, inline = body.many("Datastreams")
    assert (linked, inline.path, inline.at("a b")) == (3, "$.Datastreams[1]", "$.Datastreams[1]['a b']")


@pytest.mark.parametrize("number", [0, -1, 2**63, 1.0, "1", True, None])
def test_a_link_is_a_number_an_entity_can_have(number):
    with pytest.raises(WritingError) as fault:
        Body({"Thing": {"@iot.id": number}}).one("Thing")
    assert fault.value.path == "$.Thing['@iot.id']"


@pytest.mark.parametrize(
    "text", ["2026-11-26", "2026-11-26T01:00:00", "now", "0001-01-01T00:00:00+14:00", "9" * 50, 7, None]
)
def test_a_time_has_a_zone(text):
    with pytest.raises(WritingError):
        moment(text, "$.time")


def test_times_are_read_as_written():
    assert moment("2026-11-26T08:00:00+07:00", "$") == datetime(2026, 11, 26, 1, tzinfo=UTC)


def test_properties_are_merged_and_bounded():
    assert merged({"a": 1, "b": 2}, {"b": None, "c": 3}, "$") == {"a": 1, "c": 3}
    with pytest.raises(WritingError, match="longer"):
        merged({}, {"a": "x" * MOST_PROPERTIES}, "$")
    with pytest.raises(WritingError) as fault:
        merged({}, {"a": [{"b": "\x00"}]}, "$.properties")
    assert fault.value.path == "$.properties.a[0].b"


@given(JSON)
def test_any_geometry_is_taken_or_refused(given):
    body = Body({"feature": given})
    for read in (writing_geometry.feature, writing_geometry.point):
        try:
            read(body, "feature")
        except WritingError as fault:
            assert fault.path.startswith("$.feature")


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]},
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [[106, 22], [107, 23]]},
            "properties": {},
        },
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]},
    ],
)
def test_a_feature_is_any_geometry(geometry):
    assert writing_geometry.feature(Body({"feature": geometry}), "feature") == geometry


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [22.6, 106.2]},
        {"type": "Point", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, 1]]]},
        {"type": "LineString", "coordinates": [[n / 100, 0] for n in range(1001)]},
        {"type": "Circle"},
        {"type": "Feature", "geometry": None},
    ],
)
def test_a_feature_is_on_earth_and_of_bounded_size(geometry):
    with pytest.raises(WritingError):
        writing_geometry.feature(Body({"feature": geometry}), "feature")


def test_every_kind_has_words():
    from nonnuoc.look import words

    for kind in Thing.Kind.values:
        assert words.kind(kind)
        assert words.kind_group(kind)
