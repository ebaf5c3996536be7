"""The OGC suite's walk through "create, update, delete" and "data array" (ets-sta10, A.3 and A.6), step by step.

Where our answer differs on purpose, the test says so: the number of an observation holds its time, so that a PATCH of
phenomenonTime is refused; and we write a time without its milliseconds where it has none.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.api.sensorthings import writer as w
from tests.api.sensorthings.writer import Writer

pytestmark = pytest.mark.django_db
SETS = (
    *("Things", "Locations", "HistoricalLocations", "Datastreams"),
    *("Sensors", "ObservedProperties", "FeaturesOfInterest", "Observations"),
)


@pytest.fixture
def someone(administrator):
    """Who may do everything, in a province without anything."""
    return Writer.of(administrator)


def numbers(someone, name):
    return [one["@iot.id"] for one in someone.get(name)["value"]]


def deep_thing(**of_stream):
    """The Thing of the suite: with a place, a datastream, its sensor and its property."""
    stream = w.datastream(
        ObservedProperty=w.observed_property("Luminous Flux"), Sensor=w.sensor(name="Acme Fluxomatic 1000")
    )
    stream |= {"unitOfMeasurement": {"name": "Lumen", "symbol": "lm", "definition": "http://qudt.org/Lumen"}}
    where = w.location(-117.05, 51.05, name="West Roof", description="West Roof")
    about = {"reference": "Third Floor"}
    return w.thing("Office Building", properties=about, Locations=[where], Datastreams=[{**stream, **of_stream}])


@pytest.fixture
def entities(someone):
    """createEntities: one of each, one after the other."""
    made = {
        "Things": someone.make("Things", w.thing()),
        "Locations": someone.make("Locations", w.location()),
        "Sensors": someone.make("Sensors", w.sensor()),
        "ObservedProperties": someone.make("ObservedProperties", w.observed_property()),
        "FeaturesOfInterest": someone.make("FeaturesOfInterest", w.feature()),
    }
    links = {"Thing": made["Things"], "ObservedProperty": made["ObservedProperties"], "Sensor": made["Sensors"]}
    made["Datastreams"] = someone.make("Datastreams", w.datastream(**links))
    observation = {"phenomenonTime": "2015-03-01T00:40:00.000Z", "result": 8}
    linked = {"Datastream": {"@iot.id": made["Datastreams"]}}
    about = {"FeatureOfInterest": {"@iot.id": made["FeaturesOfInterest"]}}
    made["Observations"] = someone.make("Observations", {**observation, **linked, **about})
    return made


def test_entities_are_created(someone, entities):
    thing, stream = entities["Things"], {"@iot.id": entities["Datastreams"]}
    place = {"Locations": [{"@iot.id": entities["Locations"]}]}
    assert someone.send("PATCH", f"Things({thing})", place).status_code == 200
    first = {"phenomenonTime": "2015-03-01T00:00:00.000Z", "resultTime": "2015-03-01T01:00:00.000Z", "result": 100}
    one = someone.make("Observations", {**first, "Datastream": stream})
    other = someone.make(
        "Observations", {"phenomenonTime": "2015-05-01T00:00:00Z", "result": 105, "Datastream": stream}
    )
    assert someone.get(f"Observations({one})")["resultTime"] == "2015-03-01T01:00:00Z"
    automatic = [someone.get(f"Observations({number})/FeatureOfInterest") for number in (one, other)]
    assert automatic[0]["feature"] == w.location()["location"]
    assert automatic[0]["@iot.id"] == automatic[1]["@iot.id"] != entities["FeaturesOfInterest"]
    own = someone.get(f"Observations({entities['Observations']})/FeatureOfInterest")
    assert own["@iot.id"] == entities["FeaturesOfInterest"]
    history = {"time": "2015-03-01T00:40:00.000Z", "Thing": {"@iot.id": thing}, **place}
    stood = someone.make("HistoricalLocations", history)
    assert someone.get(f"HistoricalLocations({stood})")["time"] == "2015-03-01T00:40:00Z"
    assert {one["@iot.id"] for one in someone.get(f"Things({thing})/HistoricalLocations")["value"]} >= {stood}


def test_entities_are_created_with_all_they_hold(someone):
    thing = someone.make("Things", deep_thing())
    (stream,) = someone.get(f"Things({thing})/Datastreams")["value"]
    assert stream["unitOfMeasurement"] == {"name": "Lumen", "symbol": "lm", "definition": "http://qudt.org/Lumen"}
    assert (stream["name"], stream["observationType"]) == ("test datastream.", w.MEASUREMENT)
    (where,) = someone.get(f"Things({thing})/Locations")["value"]
    posted = w.location(-117.05, 51.05, name="West Roof", description="West Roof")
    assert {name: where[name] for name in posted} == posted
    assert len(someone.get(f"Things({thing})/HistoricalLocations")["value"]) == 1
    sensor = someone.get(f"Datastreams({stream['@iot.id']})/Sensor")
    posted = w.sensor(name="Acme Fluxomatic 1000")
    assert {name: sensor[name] for name in posted} == posted
    observed = someone.get(f"Datastreams({stream['@iot.id']})/ObservedProperty")
    posted = w.observed_property("Luminous Flux")
    assert {name: observed[name] for name in posted} == posted
    assert someone.get(f"Things({thing})/properties")["properties"]["reference"] == "Third Floor"


def test_a_datastream_is_created_with_its_observations_and_an_observation_with_its_feature(someone):
    thing = someone.make("Things", deep_thing())
    deep = w.datastream(Thing=thing, ObservedProperty=w.observed_property("Luminous Flux"), Sensor=w.sensor())
    stream = someone.make(
        "Datastreams", {**deep, "Observations": [{"phenomenonTime": "2015-03-01T00:10:00Z", "result": 10}]}
    )
    (held,) = someone.get(f"Datastreams({stream})/Observations")["value"]
    assert (held["phenomenonTime"], held["result"]) == ("2015-03-01T00:10:00Z", 10)
    about = w.feature(-114.05, 51.05)
    body = {"phenomenonTime": "2015-03-01T00:00:00Z", "result": 100, "FeatureOfInterest": about}
    number = someone.make("Observations", {**body, "Datastream": {"@iot.id": stream}})
    found = someone.get(f"Observations({number})/FeatureOfInterest")
    assert {name: found[name] for name in about} == about


def test_a_refused_deep_insert_leaves_nothing_behind(someone):
    without_sensor = deep_thing()
    del without_sensor["Datastreams"][0]["Sensor"]
    assert someone.refused("POST", "Things", without_sensor)["path"] == "$.Datastreams[0].Sensor"
    assert {name: numbers(someone, name) for name in SETS} == {name: [] for name in SETS}
    thing = someone.make("Things", w.thing("Office Building"))
    whole = w.datastream(Thing=thing, ObservedProperty=w.observed_property("Luminous Flux"), Sensor=w.sensor())
    whole["Observations"] = [{"phenomenonTime": "2015-03-01T00:10:00Z", "result": 10}]
    for missing in ("Sensor", "ObservedProperty", "Thing"):
        told = someone.refused("POST", "Datastreams", {name: one for name, one in whole.items() if name != missing})
        assert told["path"] == f"$.{missing}"
    told = someone.refused("POST", "Datastreams", whole)  # the thing stands nowhere
    assert (told["code"], told["path"]) == ("no_feature", "$.Observations[0].FeatureOfInterest")
    for name in ("Datastreams", "Sensors", "Observations", "FeaturesOfInterest", "ObservedProperties"):
        assert numbers(someone, name) == [], name
    del whole["Observations"]
    stream = someone.make("Datastreams", whole)
    body = {"phenomenonTime": "2015-03-01T00:00:00Z", "result": 100, "Datastream": {"@iot.id": stream}}
    assert someone.refused("POST", "Observations", body)["code"] == "no_feature"
    about = w.feature()
    del about["encodingType"]
    told = someone.refused("POST", "Observations", {**body, "FeatureOfInterest": about})
    assert told["path"] == "$.FeatureOfInterest.encodingType"
    assert numbers(someone, "Observations") == numbers(someone, "FeaturesOfInterest") == []


def test_entities_that_lack_what_they_must_have_are_refused(someone, entities):
    links = {
        "Thing": entities["Things"],
        "ObservedProperty": entities["ObservedProperties"],
        "Sensor": entities["Sensors"],
    }
    for missing in links:
        told = someone.refused("POST", "Datastreams", w.datastream(**{k: v for k, v in links.items() if k != missing}))
        assert (told["code"], told["path"]) == ("missing", f"$.{missing}")
    about = {"FeatureOfInterest": {"@iot.id": entities["FeaturesOfInterest"]}}
    told = someone.refused("POST", "Observations", {"phenomenonTime": "2015-03-01T00:40:00Z", "result": 8, **about})
    assert told["path"] == "$.Datastream"


PATCHES = {
    "Things": {"description": "This is a PATCHED Test Thing"},
    "Locations": {"location": {"type": "Point", "coordinates": [114.05, -50]}},
    "Sensors": {"metadata": "PATCHED"},
    "ObservedProperties": {"description": "PATCHED"},
    "FeaturesOfInterest": {"feature": {"type": "Point", "coordinates": [114.05, -51.05]}},
    "Datastreams": {"description": "Patched Description"},
}


@pytest.mark.parametrize("name", PATCHES)
def test_a_patch_changes_what_it_names_and_nothing_else(someone, entities, name):
    address = f"{name}({entities[name]})"
    before = someone.get(address)
    response = someone.send("PATCH", address, PATCHES[name])
    assert response.status_code == 200
    assert someone.get(address) == {**before, **PATCHES[name]} == response.json()


def test_the_unit_of_a_datastream_is_written_anew(someone, entities):
    address = f"Datastreams({entities['Datastreams']})"
    links = {"Sensor": entities["Sensors"], "ObservedProperty": entities["ObservedProperties"]}
    other = someone.make("Datastreams", w.datastream(Thing=someone.make("Things", w.thing()), **links))
    anew = {"name": "Entropy2", "symbol": "S2", "definition": "http://qudt.org/vocab/unit#Entropy2"}
    assert someone.send("PATCH", address, {"unitOfMeasurement": anew}).status_code == 200
    assert someone.get(address)["unitOfMeasurement"] == anew
    # a unit is the property's: it is written anew wherever that is observed
    assert someone.get(f"Datastreams({other})")["unitOfMeasurement"] == anew


def test_the_time_a_thing_came_to_a_place_is_changed(someone, entities):
    body = {"time": "2015-03-01T00:40:00Z", "Thing": {"@iot.id": entities["Things"]}}
    stood = someone.make("HistoricalLocations", {**body, "Locations": [{"@iot.id": entities["Locations"]}]})
    for method, time in (("PATCH", "2015-07-01T00:00:00Z"), ("PUT", "2015-08-01T00:00:00Z")):
        assert someone.send(method, f"HistoricalLocations({stood})", {"time": time}).status_code == 200
        assert someone.get(f"HistoricalLocations({stood})")["time"] == time


PUTS = {
    "Things": {"name": "This is a Updated Test Thing", "description": "This is a Updated Test Thing"},
    "Locations": {**w.location(-114.05, 50), "name": "UPDATED NAME", "description": "UPDATED DESCRIPTION"},
    "Sensors": {**w.sensor(), "name": "UPDATED", "description": "UPDATED", "metadata": "UPDATED"},
    "ObservedProperties": {"name": "POIUYTREW", "definition": "ZXCVB", "description": "POIUYTREW"},
    "FeaturesOfInterest": {**w.feature(-114.05, 51.05), "name": "POIUYTREW", "description": "POIUYTREW"},
    "Datastreams": {
        "name": "Data coming from sensor on ISS.",
        "description": "Data coming from sensor on ISS.",
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation",
        "unitOfMeasurement": {"name": "Entropy", "symbol": "S", "definition": "http://qudt.org/vocab/unit#Entropy"},
    },
}


@pytest.mark.parametrize("name", PUTS)
def test_a_put_replaces(someone, entities, name):
    address = f"{name}({entities[name]})"
    assert someone.send("PUT", address, PUTS[name]).status_code == 200
    found = someone.get(address)
    assert {key: found[key] for key in PUTS[name]} == PUTS[name]


def test_a_put_of_an_observation_replaces_its_result_and_its_time_stays(someone, entities):
    address = f"Observations({entities['Observations']})"
    told = someone.refused("PATCH", address, {"phenomenonTime": "2015-07-01T00:40:00.000Z"})
    assert (told["code"], told["path"]) == ("identity", "$.phenomenonTime")
    response = someone.send("PUT", address, {"result": "99", "phenomenonTime": "2015-03-01T00:40:00.000Z"})
    assert response.status_code == 200
    assert someone.get(address)["result"] == response.json()["result"] == 99


def test_a_patch_describes_no_other_entities(someone, entities):
    stream = {"unitOfMeasurement": w.unit()}
    observation = {"phenomenonTime": "2015-03-01T00:40:00Z", "result": 8}
    for name, body in (
        ("Things", {"Locations": [w.location()]}),
        ("Things", {"Datastreams": [stream]}),
        ("Sensors", {"Datastreams": [stream]}),
        ("ObservedProperties", {"Datastreams": [stream]}),
        ("Datastreams", {"ObservedProperty": w.observed_property("Count")}),
        ("Datastreams", {"Sensor": w.sensor()}),
        ("Datastreams", {"Thing": w.thing()}),
        ("Datastreams", {"Observations": [observation]}),
        ("Observations", {"result": 1, "FeatureOfInterest": w.feature()}),
    ):
        someone.refused("PATCH", f"{name}({entities[name]})", body)


def test_entities_are_deleted_and_then_are_not_there(someone, entities):
    order = (
        "Observations",
        "FeaturesOfInterest",
        "Datastreams",
        "ObservedProperties",
        "Sensors",
        "Locations",
        "Things",
    )
    for name in order:
        address = f"{name}({entities[name]})"
        assert someone.send("DELETE", address).status_code == 200, name
        assert someone.send("GET", address).status_code == 404, name
        assert someone.send("DELETE", address).status_code == 404, name


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("Things", {"Things", "Datastreams", "HistoricalLocations", "Observations"}),
        ("Datastreams", {"Datastreams", "Observations"}),
        ("Locations", {"Locations", "HistoricalLocations"}),
        ("HistoricalLocations", {"HistoricalLocations"}),
        ("Sensors", {"Sensors", "Datastreams", "Observations"}),
        ("ObservedProperties", {"ObservedProperties", "Datastreams", "Observations"}),
        ("FeaturesOfInterest", {"FeaturesOfInterest", "Observations"}),
        ("Observations", {"Observations"}),
    ],
)
def test_with_an_entity_goes_what_cannot_be_without_it(someone, name, gone):
    someone.make("Things", deep_thing(Observations=[{"phenomenonTime": "2015-03-01T00:00:00Z", "result": 10}]))
    (number,) = numbers(someone, name)
    assert someone.send("DELETE", f"{name}({number})").status_code == 200
    assert {one for one in SETS if not numbers(someone, one)} == gone


def test_what_is_not_there_cannot_be_deleted(someone):
    for name in SETS:
        assert someone.send("DELETE", f"{name}({2**63 - 1})").status_code == 404, name


def test_data_arrays_are_written_row_by_row(someone):
    thing = someone.make("Things", w.thing("Thing 1"))
    someone.make("Locations", w.location(8, 51, Things=[{"@iot.id": thing}]))
    observed = someone.make("ObservedProperties", w.observed_property("Air temperature of Thing 1"))
    streams = [
        someone.make("Datastreams", {
            **w.datastream(Thing=thing, ObservedProperty=observed, Sensor=someone.make("Sensors", w.sensor())),
            "observationType": "someType",
        })
        for _ in range(2)
    ]  # fmt: skip
    feature = someone.make("FeaturesOfInterest", w.feature(8, 51))
    rows = [
        {
            "Datastream": {"@iot.id": streams[0]},
            "components": ["phenomenonTime", "result", "FeatureOfInterest/id"],
            "dataArray@iot.count": 2,
            "dataArray": [
                ["2010-12-23T10:20:00-0700", 20, feature],
                ["2010-12-23T10:21:00-0700", 30, "probablyNotAValidId"],
            ],
        },
        {
            "Datastream": {"@iot.id": streams[1]},
            "components": ["phenomenonTime", "result"],
            "dataArray@iot.count": 2,
            "dataArray": [["2010-12-23T10:20:00-0700", 65], ["2010-12-23T10:21:00-0700", 60]],
        },
    ]
    response = someone.send("POST", "CreateObservations", rows)
    assert response.status_code == 201
    first, wrong, *others = response.json()
    assert wrong.startswith("error")
    assert [someone.send("GET", link).json()["result"] for link in (first, *others)] == [20, 65, 60]
    assert someone.get(f"{first}/FeatureOfInterest")["@iot.id"] == feature
    when = datetime.fromisoformat(someone.send("GET", first).json()["phenomenonTime"])
    assert when == datetime.fromisoformat("2010-12-23T10:20:00-07:00")
