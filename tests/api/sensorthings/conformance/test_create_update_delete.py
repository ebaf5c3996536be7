"""A.2 Create-Update-Delete: what Capability2Tests of ets-sta10 does, by the key of an administrator that may write."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from nonnuoc.records.accounts import access_keys
from tests.api.observed import World
from tests.api.sensorthings.conformance.service import ROOT, SETS, Service

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

POINT = {"type": "Point", "coordinates": [106.05, 22.55]}
PLACE = {"name": "Mái nhà", "description": "Phía tây", "encodingType": "application/geo+json", "location": POINT}
SENSOR = {
    "name": "Áp kế",
    "description": "Một áp kế",
    "encodingType": "application/pdf",
    "metadata": "https://example.vn/ap-ke.pdf",
}
OBSERVED = {"name": "Dew point", "definition": "http://dbpedia.org/page/Dew_point", "description": "Điểm sương"}
FEATURE = {"name": "Bờ sông", "description": "Đoạn bờ", "encodingType": "application/geo+json", "feature": POINT}
UNIT = {"name": "Celsius", "symbol": "degC", "definition": "http://qudt.org/vocab/unit#DegreeCelsius"}
STREAM = {
    "name": "Điểm sương ở bờ sông",
    "description": "Đo thử",
    "unitOfMeasurement": UNIT,
    "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
}
THING = {"name": "Trạm thử", "description": "Lập qua API", "properties": {"reference": "tầng ba"}}
READING = {"phenomenonTime": "2026-03-01T00:40:00Z", "result": 8}


@dataclass
class Writer(Service):
    """Writes, too; every address is that of the service."""

    secret: str

    def answer(self, address: str, **options: object) -> HttpResponse:
        self.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {self.secret}"
        return super().answer(address, **options)

    def send(self, method: str, address: str, body: Any = None) -> HttpResponse:
        path = address if address.startswith("http") else f"{ROOT}/{address}"
        return self.client.generic(
            method,
            path.removeprefix("http://testserver"),
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}"},
        )

    def post(self, address: str, body: Any) -> dict[str, Any]:
        """The entity that was made, as its Location answers."""
        response = self.send("POST", address, body)
        assert response.status_code == 201, response.content
        found: dict[str, Any] = self.get(response["Location"])
        assert found["@iot.selfLink"] == response["Location"]
        return found

    def change(self, entity: dict[str, Any], method: str = "PATCH", **body: Any) -> dict[str, Any]:
        """The entity after it was changed: 200."""
        response = self.send(method, entity["@iot.selfLink"], body)
        assert response.status_code == 200, response.content
        found: dict[str, Any] = self.get(response.headers.get("Location", entity["@iot.selfLink"]))
        return found

    def counts(self) -> dict[str, int]:
        return {name: self.get(name, count="true", top=0)["@iot.count"] for name in SETS}


@pytest.fixture
def writer(world: World) -> Writer:
    _, secret = access_keys.make(world.people["administrator"], name="test", writes=True)
    return Writer(Client(), secret)


def link(entity: dict[str, Any]) -> dict[str, int]:
    return {"@iot.id": entity["@iot.id"]}


def whole(**changes: Any) -> dict[str, Any]:
    """A station with everything in one body."""
    stream = {**STREAM, "Sensor": SENSOR, "ObservedProperty": OBSERVED, "Observations": [READING]}
    return {**THING, "Locations": [PLACE], "Datastreams": [stream], **changes}


def has(entity: dict[str, Any], told: dict[str, Any]) -> bool:
    """Whether the entity says what it was told; its JSON may say more."""
    return all(
        has(entity[name], value) if isinstance(value, dict) and name in ("properties",) else entity[name] == value
        for name, value in told.items()
    )


def test_create_each_entity_and_link_it_to_those_there(writer: Writer) -> None:
    thing = writer.post("Things", THING)
    assert has(thing, THING)
    place = writer.post("Locations", PLACE)
    assert has(place, PLACE)
    sensor = writer.post("Sensors", SENSOR)
    assert has(sensor, SENSOR)
    observed = writer.post("ObservedProperties", OBSERVED)
    assert has(observed, OBSERVED)
    feature = writer.post("FeaturesOfInterest", FEATURE)
    assert has(feature, FEATURE)
    linked = {"Thing": link(thing), "Sensor": link(sensor), "ObservedProperty": link(observed)}
    stream = writer.post("Datastreams", {**STREAM, **linked})
    assert has(stream, STREAM)
    assert writer.get(f"{stream['@iot.selfLink']}/Sensor") == sensor
    reading = writer.post("Observations", {**READING, "Datastream": link(stream), "FeatureOfInterest": link(feature)})
    assert has(reading, READING)
    assert writer.get(f"{reading['@iot.selfLink']}/FeatureOfInterest") == feature


def test_create_behind_a_relation(writer: Writer) -> None:
    thing = writer.post("Things", THING)
    stream = writer.post(
        f"Things({thing['@iot.id']})/Datastreams", {**STREAM, "Sensor": SENSOR, "ObservedProperty": OBSERVED}
    )
    assert writer.get(f"{stream['@iot.selfLink']}/Thing") == thing


def test_feature_and_historical_location_come_by_themselves(writer: Writer) -> None:
    thing = writer.post("Things", THING)
    place = writer.post("Locations", PLACE)
    writer.change(thing, Locations=[link(place)])
    (history,) = writer.get(f"{thing['@iot.selfLink']}/HistoricalLocations", expand="Locations")["value"]
    assert [one["@iot.id"] for one in history["Locations"]] == [place["@iot.id"]]
    stream = writer.post(
        "Datastreams", {**STREAM, "Thing": link(thing), "Sensor": SENSOR, "ObservedProperty": OBSERVED}
    )
    first = writer.post("Observations", {**READING, "Datastream": link(stream)})
    second = writer.post(
        "Observations", {**READING, "phenomenonTime": "2026-03-01T01:40:00Z", "Datastream": link(stream)}
    )
    feature = writer.get(f"{first['@iot.selfLink']}/FeatureOfInterest")
    assert feature["feature"] == POINT
    assert writer.get(f"{second['@iot.selfLink']}/FeatureOfInterest") == feature


def test_deep_insert_makes_everything(writer: Writer) -> None:
    before = writer.counts()
    thing = writer.post("Things", whole())
    (stream,) = writer.get(f"{thing['@iot.selfLink']}/Datastreams", expand="Sensor,ObservedProperty,Observations")[
        "value"
    ]
    assert has(stream, STREAM)
    assert has(stream["Sensor"], SENSOR)
    assert has(stream["ObservedProperty"], OBSERVED)
    assert has(stream["Observations"][0], READING)
    assert has(writer.get(f"{thing['@iot.selfLink']}/Locations")["value"][0], PLACE)
    assert {name: after - before[name] for name, after in writer.counts().items()} == dict.fromkeys(SETS, 1)


def test_deep_insert_of_an_observation_makes_its_feature(writer: Writer) -> None:
    thing = writer.post("Things", whole())
    (stream,) = writer.get(f"{thing['@iot.selfLink']}/Datastreams")["value"]
    told = {"phenomenonTime": "2026-03-02T00:00:00Z", "result": 9.25}
    reading = writer.post("Observations", {**told, "Datastream": link(stream), "FeatureOfInterest": FEATURE})
    assert has(reading, told)
    assert has(writer.get(f"{reading['@iot.selfLink']}/FeatureOfInterest"), FEATURE)


STREAM_WITH = {**STREAM, "Sensor": SENSOR, "ObservedProperty": OBSERVED}


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("Things", whole(Datastreams=[{**STREAM, "ObservedProperty": OBSERVED}])),
        ("Things", whole(Datastreams=[{**STREAM, "Sensor": SENSOR}])),
        ("Things", whole(Datastreams=[STREAM_WITH, {**STREAM_WITH, "unitOfMeasurement": 5}])),
        ("Things", whole(Locations=[{**PLACE, "location": {"type": "Point", "coordinates": [500, 22]}}])),
        ("Things", whole(Datastreams=[{**STREAM_WITH, "Observations": [READING, {"result": "x"}]}])),
        ("Things", {"description": "without a name"}),
        ("Things", {**THING, "nothing": 1}),
        ("Datastreams", STREAM_WITH),
        ("Datastreams", {**STREAM_WITH, "Thing": {"@iot.id": 999999}}),
        ("Observations", READING),
        ("Observations", {**READING, "Datastream": {"@iot.id": 999999}}),
    ],
)
def test_a_refused_insert_leaves_nothing_behind(writer: Writer, address: str, body: dict[str, Any]) -> None:
    before = writer.counts()
    response = writer.send("POST", address, body)
    assert response.status_code in (400, 409), response.content
    assert response["Content-Type"] == "application/problem+json"
    assert writer.counts() == before


def test_patch_changes_what_it_names_and_no_more(writer: Writer) -> None:
    thing = writer.post("Things", whole())
    (stream,) = writer.get(f"{thing['@iot.selfLink']}/Datastreams", expand="Sensor,ObservedProperty,Observations")[
        "value"
    ]
    (place,) = writer.get(f"{thing['@iot.selfLink']}/Locations")["value"]
    feature = writer.post("FeaturesOfInterest", FEATURE)
    there = {"type": "Point", "coordinates": [106.5, 22.5]}
    other = {"name": "Entropy", "symbol": "S", "definition": "http://qudt.org/vocab/unit#Entropy"}
    for entity, told in (
        (thing, {"description": "đã sửa"}),
        (place, {"location": there}),
        (stream["Sensor"], {"metadata": "PATCHED"}),
        (stream["ObservedProperty"], {"description": "PATCHED"}),
        (feature, {"feature": there}),
        (stream, {"description": "đã sửa"}),
        (stream, {"unitOfMeasurement": other}),
        (stream["Observations"][0], {"result": 9.5}),
    ):
        before = writer.get(entity["@iot.selfLink"])
        changed = writer.change(entity, **told)
        volatile = {"resultQuality"}  # the value is checked anew
        assert {k: v for k, v in changed.items() if k not in volatile} == {
            k: v for k, v in {**before, **told}.items() if k not in volatile
        }


def test_patch_of_what_cannot_be_is_refused(writer: Writer) -> None:
    thing = writer.post("Things", whole())
    (stream,) = writer.get(f"{thing['@iot.selfLink']}/Datastreams")["value"]
    for entity, told in (
        (thing, {"Datastreams": [STREAM_WITH]}),
        (thing, {"name": 5}),
        (thing, {"nothing": 5}),
        (stream, {"Thing": {"@iot.id": 999999}}),
        (stream, {"Sensor": SENSOR}),
    ):
        response = writer.send("PATCH", entity["@iot.selfLink"], told)
        assert response.status_code in (400, 409), (told, response.content)
        assert writer.get(entity["@iot.selfLink"]) == entity
    assert writer.send("PATCH", "Things(999999)", {"name": "x"}).status_code == 404


def test_delete_answers_200_and_takes_along_what_hangs_from_it(writer: Writer) -> None:
    thing = writer.post("Things", whole())
    (stream,) = writer.get(f"{thing['@iot.selfLink']}/Datastreams", expand="Observations")["value"]
    reading = stream["Observations"][0]
    response = writer.send("DELETE", thing["@iot.selfLink"])
    assert response.status_code == 200, response.content
    for gone in (thing, stream, reading):
        assert writer.answer(gone["@iot.selfLink"]).status_code == 404
    assert writer.send("DELETE", thing["@iot.selfLink"]).status_code == 404


@pytest.mark.parametrize("name", SETS)
def test_delete_of_nothing_is_404(writer: Writer, name: str) -> None:
    assert writer.send("DELETE", f"{name}(999999)").status_code == 404


def test_delete_of_an_observation(writer: Writer) -> None:
    thing = writer.post("Things", whole())
    (stream,) = writer.get(f"{thing['@iot.selfLink']}/Datastreams", expand="Observations")["value"]
    (reading,) = stream["Observations"]
    assert writer.send("DELETE", reading["@iot.selfLink"]).status_code == 200
    assert writer.answer(reading["@iot.selfLink"]).status_code == 404
    assert writer.get(f"{stream['@iot.selfLink']}/Observations", count="true")["@iot.count"] == 0


def test_the_same_observation_twice_is_409_and_says_which(writer: Writer) -> None:
    thing = writer.post("Things", whole())
    (stream,) = writer.get(f"{thing['@iot.selfLink']}/Datastreams")["value"]
    again = {**READING, "result": 9, "Datastream": link(stream)}
    response = writer.send("POST", "Observations", again)
    assert response.status_code == 409, response.content
    assert writer.get(f"{stream['@iot.selfLink']}/Observations", count="true")["@iot.count"] == 1


@pytest.mark.parametrize(("method", "address"), [("POST", "Things"), ("PATCH", "Things(1)"), ("DELETE", "Things(1)")])
def test_a_stranger_writes_nothing(world: World, method: str, address: str) -> None:
    response = Client().generic(method, f"/api/sensorthings/v1.1/{address}", "{}", content_type="application/json")
    assert response.status_code == 401
