"""Whatever is written, the answer is a deed or a problem that names its place; nothing half done, no fault of ours."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.sensorthings import writer as w
from tests.api.sensorthings.writer import Writer

pytestmark = pytest.mark.django_db
EXAMPLES = 40
AT, AT_AND_RESULT = "2026-11-20T05:30:00Z", ("phenomenonTime", "result")
ODD = st.sampled_from(
    [
        *(None, True, 0, -1, 2**31, 2**63 - 1, 2**63, 2**64, 1e308, -0.0, "", " ", "\x00", "\ud800", "x" * 70_000),
        *([], {}, [[]], [{}], {"@iot.id": 1}, {"@iot.id": "1"}, {"@iot.id": None}, [{"@iot.id": -1}], {"": ""}),
        *("2026-11-20T05:30:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "12,5", "<0.5", "$1", "%s", "'; --"),
        *({"type": "Point"}, {"type": "Point", "coordinates": [[1, 2]]}, {"type": "Polygon", "coordinates": 7}),
        *({"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}]},),
        {"name": "\x00", "symbol": 1, "definition": []},
    ]
)
STREAM = w.datastream(Thing=w.thing(), ObservedProperty=w.observed_property(), Sensor=w.sensor())
WHOLE = {
    "Things": w.thing(properties={"code": "A", "kind": "other"}, Locations=[w.location()], Datastreams=[
        w.datastream(ObservedProperty=w.observed_property(), Sensor=w.sensor(properties={"range_min": 1})) | {
            "properties": {"interval_s": 300}, "Observations": [{"phenomenonTime": AT, "result": 1}]}]),
    "Locations": w.location(Things=[{"@iot.id": 1}]),
    "HistoricalLocations": {"time": "2026-11-20T05:30:00Z", "Thing": {"@iot.id": 1}, "Locations": [w.location()]},
    "Sensors": w.sensor(Datastreams=[]),
    "ObservedProperties": w.observed_property(properties={"decimals": 1}),
    "FeaturesOfInterest": w.feature(),
    "Datastreams": STREAM,
    "Observations": {"phenomenonTime": "2026-11-20T05:30:00Z", "result": 1, "Datastream": {"@iot.id": 1},
                     "FeatureOfInterest": w.feature(), "parameters": {"status": 0}},
    "CreateObservations": [{"Datastream": {"@iot.id": 1}, "components": [*AT_AND_RESULT, "FeatureOfInterest/id"],
                            "dataArray": [["2026-11-20T05:30:00Z", 1, 1]]}],
    "$batch": {"requests": [{"id": "1", "method": "post", "url": "Things", "body": w.thing(), "atomicityGroup": "g"},
                            {"id": "2", "method": "get", "url": "$1/name", "dependsOn": ["1"], "headers": {}}]},
}  # fmt: skip


def places(body: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a body."""
    pairs = list(body.items()) if isinstance(body, dict) else list(enumerate(body)) if isinstance(body, list) else []
    return [(body, key) for key, _ in pairs] + [one for _, value in pairs for one in places(value)]


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, Any]:
    """A body for one of the addresses, whole but for one or two places."""
    path = draw(st.sampled_from(sorted(WHOLE)))
    body = deepcopy(WHOLE[path])
    for _ in range(draw(st.integers(1, 2))):
        if not (left := places(body)):  # the only key there was is gone
            break
        container, key = draw(st.sampled_from(left))
        what = draw(st.sampled_from(["set", "drop", "rename"]))
        if what == "set":
            container[key] = deepcopy(draw(ODD))
        elif isinstance(container, list):
            container.append(container[key])
        elif key in container:
            value = container.pop(key)
            if what == "rename":
                container[draw(st.sampled_from(["properties", "Things", "name", "@iot.id", "\x00", "é"]))] = value
    return path, body


@pytest.fixture
def someone(administrator):
    return Writer.of(administrator)


@pytest.fixture
def made(someone):
    """The number of one entity of each set."""
    thing = someone.make("Things", w.thing(Locations=[w.location()]))
    stream = someone.make("Datastreams", {**STREAM, "Thing": {"@iot.id": thing}})
    at = {"phenomenonTime": "2026-11-20T05:30:00Z", "result": 1, "Datastream": {"@iot.id": stream}}
    found = {"Things": thing, "Datastreams": stream, "Observations": someone.make("Observations", at)}
    for name in ("Sensors", "ObservedProperties", "FeaturesOfInterest", "Locations"):
        found[name] = someone.get(name)["value"][0]["@iot.id"]
    return found | {"HistoricalLocations": found["Locations"]}


@given(asked=st.lists(spoilt(), min_size=1, max_size=3), number=st.sampled_from([1, 2, 7, 2**31, 2**63 - 1, 2**63, 0]))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_is_written_is_a_fault_of_ours(someone, asked, number):
    for path, body in asked:
        answers = [someone.send("POST", path, sent(body))]
        if path.isalpha() and path != "CreateObservations":
            answers += [someone.send(method, f"{path}({number})", sent(body)) for method in ("PATCH", "PUT")]
        for response in answers:
            assert response.status_code < 500, (path, body)
            if response.status_code >= 400:
                assert response.json()["detail"], (path, body)


@given(asked=spoilt())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_change_of_what_there_is_is_a_fault_of_ours(someone, made, asked):
    path, body = asked
    for method in ("PATCH", "PUT") if path in made else ():
        address = f"{path}({made[path]})"
        assert someone.send(method, address, sent(body)).status_code < 500, (method, path, body)
        assert someone.send("GET", address).status_code == 200, (method, path, body)


def sent(body: Any) -> bytes:
    return json.dumps(body).encode()
