"""Paths: to entities, their properties and references, or a fault with the place it is at."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.api.sensorthings import limits, paths
from nonnuoc.api.sensorthings.paths import Resource
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Step
from nonnuoc.records.monitoring.sensorthings.schema import SETS


def test_collection_entity_and_what_hangs_from_it() -> None:
    assert paths.read("Things") == Resource((Step("Things"),), SETS["Things"], many=True)
    assert paths.read("Things(1)") == Resource((Step("Things", 1),), SETS["Things"], many=False)
    steps = (Step("Things", 1), Step("Datastreams", 2), Step("Observations"))
    assert paths.read("Things(1)/Datastreams(2)/Observations") == Resource(steps, SETS["Observations"], many=True)
    steps = (Step("Observations", 9), Step("Datastream"), Step("Thing"))
    assert paths.read("Observations(9)/Datastream/Thing") == Resource(steps, SETS["Things"], many=False)


def test_property_value_and_reference() -> None:
    kind = paths.read("Datastreams(7)/Thing/properties/kind/$value")
    assert (kind.properties, kind.value, kind.entities) == (("properties", "kind"), True, SETS["Things"])
    assert paths.read("Things(1)/name").properties == ("name",)
    assert paths.read("Things(1)/Datastreams/$ref").reference
    assert paths.read("Datastreams(1)/Thing/$ref").reference


def test_a_number_that_no_column_holds_is_nobodys() -> None:
    assert paths.read(f"Things({10**30})").steps == (Step("Things", 2**63 - 1),)


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("Nothing", 0),
        ("Things('a')", 7),
        ("Things(1,2)", 7),
        ("Things()", 7),
        ("Things(1)/Nothing", 10),
        ("Things/name", 7),
        ("Things/Datastreams", 7),
        ("Things/Datastreams/$ref", 7),
        ("Datastreams(1)/Thing(2)", 15),
        ("Things(1)/$value", 10),
        ("Things(1)/name/", 10),
        ("Things(1)//name", 10),
        ("things(1)", 0),
        ("Things(1)/$ref/name", 10),
        ("/".join(["Datastreams(1)/Thing", *["Datastreams(1)/Thing"] * 6]), 105),
    ],
)  # fmt: skip
def test_fault_names_its_place(path: str, at: int) -> None:
    with pytest.raises(AskingError) as raised:
        paths.read(path)
    assert (raised.value.parameter, raised.value.at) == ("path", at)


SEGMENTS = st.sampled_from(
    ["Things", "Things(1)", "Datastreams(2)", "Thing", "name", "$ref", "$value", "properties", "", "Things(x)", "(1)"]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=30), st.lists(SEGMENTS, max_size=14).map("/".join)))
def test_any_path_is_read_or_refused(path: str) -> None:
    try:
        found = paths.read(path)
    except AskingError as error:
        assert error.parameter == "path"
        assert -1 <= error.at <= len(path)
    else:
        assert 0 < len(found.steps) <= limits.PATH_STEPS
