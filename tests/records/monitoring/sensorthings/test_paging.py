"""Pages: every order walks to exactly the count, whatever is missing, and whatever happens meanwhile."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring.models import Sensor
from nonnuoc.records.monitoring.rows import micros
from tests.api.observed import NOON, World
from tests.portal import network
from tests.records.monitoring.sensorthings.asked import columns, fault, ids, page, walked

pytestmark = pytest.mark.django_db

ORDERS = [
    ("Things", "name"),
    ("Things", "properties/river desc"),
    ("Things", "properties/decimal,name desc"),
    ("Things", "properties/simulated desc,properties/kind"),
    ("Things", "@iot.id desc"),
    ("Things", "length(name) mul 2 desc"),
    ("Datastreams", "ObservedProperty/name,Sensor/name desc"),
    ("Datastreams", "phenomenonTime desc,name"),
    ("Datastreams", "properties/interval_s"),
    ("Datastreams", "Thing/properties/decimal"),
    ("Datastreams", "phenomenonTime sub resultTime"),
    ("Sensors", "name"),
    ("Sensors", "properties/range_min desc"),
    ("ObservedProperties", "definition desc"),
    ("Locations", "name desc"),
    ("Locations", "location desc"),
    ("FeaturesOfInterest", "feature"),
    ("Datastreams", "observedArea"),
    ("HistoricalLocations", "time desc"),
    ("FeaturesOfInterest", "name"),
    ("Observations", "@iot.id"),
    ("Observations", "@iot.id desc"),
    ("Observations", "phenomenonTime"),
    ("Observations", "phenomenonTime desc"),
    ("Observations", "result"),
    ("Observations", "result desc,phenomenonTime"),
    ("Observations", "Datastream/name desc,resultTime desc"),
    ("Observations", "parameters/leading"),
    ("Observations", "1 sub 1,resultQuality/flag"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("path", "order"), ORDERS)
def test_pages_walk_to_exactly_the_count(world: World, path: str, order: str) -> None:
    Sensor.objects.filter(name="KK01 PM2.5").update(range_min=0.5)
    rights = world.rights["operator"]
    size = "97" if path == "Observations" else "2"
    found = ids(walked(rights, path, orderby=order, top=size))
    assert len(found) == len(set(found)) == page(rights, path, count="true", top="0").count
    assert found == ids(walked(rights, path, orderby=order, top="1000"))


def test_what_is_missing_comes_first_and_last_when_descending(world: World) -> None:
    rights = world.rights["anybody"]
    path = f"Datastreams({world.stream('KK01', 'PM2.5').id})/Observations"
    assert walked(rights, path, orderby="result", top="7")[0]["result"] is None
    assert walked(rights, path, orderby="result desc", top="7")[-1]["result"] is None
    values = [one["result"] for one in walked(rights, path, orderby="result desc", top="7")][:-1]
    assert values == sorted(values, reverse=True)
    assert values[0] == 480


def test_what_is_inserted_meanwhile_is_never_given_twice(world: World) -> None:
    rights, stream = world.rights["anybody"], world.stream("KK01", "PM10")
    path = f"Datastreams({stream.id})/Observations"
    first = page(rights, path, orderby="phenomenonTime desc", top="10")
    network.put(stream, np.array([micros(NOON) + network.STEP]), np.array([1.0]))
    rest = walked_on(rights, path, first.after, orderby="phenomenonTime desc", top="10")
    assert len(ids(first)) + len(rest) == 73
    assert not set(ids(first)) & set(rest)


def walked_on(rights: Rights, path: str, after: str, **asked: str) -> list[int]:
    found: list[int] = []
    while after:
        one = page(rights, path, skiptoken=after, **asked)
        found += ids(one)
        after = one.after
    return found


def test_skip_and_top_stand_in_the_order_of_the_standard(world: World) -> None:
    rights = world.rights["anybody"]
    path = f"Datastreams({world.stream('KK01', 'PM2.5').id})/Observations"
    asked = {"filter": "result lt 25", "orderby": "phenomenonTime asc", "count": "true"}
    every = ids(walked(rights, path, **asked, top="1000"))
    found = page(rights, path, **asked, skip="2", top="1")
    assert (found.count, ids(found)) == (len(every), every[2:3])
    assert [*ids(found), *walked_on(rights, path, found.after, **asked, skip="2", top="1")] == every[2:]


def test_a_page_of_nothing_still_counts(world: World) -> None:
    for path in ("Things", "Observations"):
        found = page(world.rights["anybody"], path, top="0", count="true")
        assert (found.entities, found.after) == ([], "")
        assert found.count


def test_the_last_page_goes_nowhere(world: World) -> None:
    assert page(world.rights["anybody"], "Things", top="2").after == ""
    assert page(world.rights["anybody"], "Things", top="1").after != ""
    assert page(world.rights["anybody"], "Things", skip="5").entities == []


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "after",
    ["x", "!", "ä", "A" * 5000, packed("{}"), packed("[]"), packed("[1]"), packed('["a", "b"]'), packed("[null, 1]"),
     packed('["nan", 1]'), packed('["1", 99999999999999999999]'), packed('["1", true]'), packed("[[1], 1]"),
     packed('["1", 1, 2, 3]')],
)  # fmt: skip
def test_a_strange_place_is_refused(world: World, after: str) -> None:
    error = fault(world.rights["anybody"], "Observations", orderby="result", skiptoken=after)
    assert error.parameter == "$skiptoken"


def test_an_order_that_is_none_is_refused(world: World) -> None:
    rights = world.rights["anybody"]
    for path, order in (
        ("Things", "Datastreams/name"),
        ("Things", "Datastreams"),
        ("Things", "nome"),
        ("Observations", "resultQuality"),
    ):
        assert fault(rights, path, orderby=order).at == 0


def test_columns_are_the_pages(world: World) -> None:
    rights = world.rights["operator"]
    for asked in ({}, {"orderby": "phenomenonTime desc"}, {"orderby": "result"}, {"filter": "result gt 40"}):
        found, entities = [], walked(rights, "Observations", top="1000", **asked)
        after: dict[str, str] = {}
        while True:
            one = columns(rights, "Observations", top="200", **asked, **after)
            found.append(one)
            if not one.after:
                break
            after = {"skiptoken": one.after}
        assert np.concatenate([one.ids for one in found]).tolist() == ids(entities)
        values = np.concatenate([one.value for one in found])
        assert [None if np.isnan(one) else one for one in values.tolist()] == [one["result"] for one in entities]
        ends = np.concatenate([one.time for one in found]) - np.concatenate([one.start for one in found])
        hourly = np.array(["/" in one["phenomenonTime"] for one in entities])
        assert ((ends > 0) == hourly).all()
        told = [
            one.parameters(stream, status)
            for one in found
            for stream, status in zip(one.datastream.tolist(), one.status.tolist(), strict=True)
        ]
        assert told == [one["parameters"] for one in entities]


def test_columns_of_nothing_are_empty(world: World) -> None:
    found = columns(world.rights["anybody"], "Observations", filter="Datastream/name eq 'x'", count="true")
    assert (len(found.ids), len(found.value), found.count, found.after) == (0, 0, 0, "")
