"""Entities and collections: what they say, by which paths they are reached, and how they stood then."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from nonnuoc.domain.quality import Flag
from nonnuoc.records.monitoring.models import Datastream, Location, Thing
from nonnuoc.records.monitoring.observation_ids import observation_id
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.monitoring.sensorthings import reading
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Options, Step
from nonnuoc.records.monitoring.sensorthings.schema import SETS
from tests.api.observed import ADDED_LATER, CORRECTED, CORRECTED_AGAIN, FIRST_STORED, MOVED, NOON, PM25, WAS, World
from tests.records.monitoring.sensorthings.asked import columns, entity, ids, page, walked

pytestmark = pytest.mark.django_db


def test_every_set_tells_its_properties_in_the_order_of_the_standard(world: World) -> None:
    for name, of in SETS.items():
        (first, *_) = page(world.rights["operator"], name).entities
        assert list(first) == ["@iot.id", *of.properties]
        assert entity(world.rights["operator"], f"{name}({first['@iot.id']})") == first
        json.dumps(first)


def test_who_sees_which_stations(world: World) -> None:
    for who in world.rights:
        found = page(world.rights[who], "Things", count="true")
        assert {one["properties"]["code"] for one in found.entities} == world.readable(who)
        assert found.count == len(world.readable(who))


def test_a_path_is_walked_hop_by_hop(world: World) -> None:
    thing, stream = world.things["KK01"], world.stream("KK01", "PM2.5")
    rights = world.rights["anybody"]
    number = observation_id(stream.id, micros(NOON))
    for path in (
        f"Things({thing.id})/Datastreams({stream.id})/Observations({number})",
        f"Observations({number})",
        f"FeaturesOfInterest({thing.feature.id})/Observations({number})",
    ):
        assert entity(rights, path, select="result") == {"@iot.id": number, "result": PM25}
    found = entity(rights, f"Observations({number})/Datastream/Thing/Locations({thing.locations.get(until=None).id})")
    assert found is not None
    assert found["location"] == {"type": "Point", "coordinates": [106.26, 22.67]}
    other = world.stream("NM01", "DO")
    assert entity(rights, f"Things({thing.id})/Datastreams({other.id})") is None
    assert entity(rights, f"Datastreams({other.id})/Observations({number})") is None
    assert ids(page(rights, f"Things({thing.id})/Datastreams({other.id})/Observations")) == []


def test_nothing_leads_through_what_is_hidden(world: World) -> None:
    stream, rights = world.stream("YT01", "COD"), world.rights["x"]
    number = observation_id(stream.id, micros(NOON))
    for path in (
        f"Things({world.things['YT01'].id})",
        f"Datastreams({stream.id})",
        f"Datastreams({stream.id})/ObservedProperty",
        f"Observations({number})",
        f"Observations({number})/Datastream/ObservedProperty",
        f"Sensors({stream.sensor_id})",
    ):
        assert entity(rights, path) is None, path
        assert entity(world.rights["y"], path) is not None, path
    assert page(rights, f"Datastreams({stream.id})/Observations", count="true").count == 0
    assert len(columns(rights, f"Datastreams({stream.id})/Observations").ids) == 0


def test_an_id_nobody_has_is_not_there(world: World) -> None:
    for name in SETS:
        for number in (0, -1, 2**62, 2**63 - 1, -(2**63)):
            assert entity(world.rights["operator"], f"{name}({number})") is None


def test_a_location_is_where_the_thing_stands_and_its_past_is_kept(world: World) -> None:
    thing, rights = world.things["KK01"], world.rights["anybody"]
    old = Location.objects.get(thing=thing, until=MOVED)
    assert len(ids(page(rights, f"Things({thing.id})/Locations"))) == 1
    assert len(ids(page(rights, f"Things({thing.id})/HistoricalLocations"))) == 2
    assert ids(page(rights, f"Locations({old.id})/Things")) == []
    assert ids(page(rights, f"HistoricalLocations({old.id})/Locations")) == [old.id]
    assert entity(rights, f"HistoricalLocations({old.id})/Thing", select="name") == {
        "@iot.id": thing.id,
        "name": "Trạm KK01",
    }


def test_a_datastream_tells_what_it_is(world: World) -> None:
    found = entity(world.rights["anybody"], f"Datastreams({world.stream('KK01', 'PM2.5', 'mean_24h').id})")
    assert found is not None
    assert found["name"] == "Fine particles PM2.5, 24-hour mean – Trạm KK01"
    assert found["unitOfMeasurement"]["symbol"] == "µg/Nm3"
    assert found["phenomenonTime"] is None
    formula = found["properties"]["formula"]
    assert (formula["rule"], formula["inputs"]) == ("averaging", [world.stream("KK01", "PM2.5", "mean_1h").id])


def test_quality_is_told_in_words(world: World) -> None:
    path = f"Datastreams({world.stream('KK01', 'PM2.5').id})/Observations"
    found = {one["resultQuality"]["flag"]: one for one in walked(world.rights["anybody"], path, top="50")}
    assert found["fail"]["resultQuality"]["checks"] in (["spike"], ["status"])
    assert found["missing"]["result"] is None
    assert found["suspect"]["resultQuality"] == {
        "flag": "suspect",
        "checks": ["rate_of_change"],
        "standing": "provisional",
        "late": True,
    }


def test_values_are_read_as_they_stood_then(world: World) -> None:
    rights, stream = world.rights["anybody"], world.stream("KK01", "PM2.5")
    number = observation_id(stream.id, micros(NOON))
    path, one = f"Datastreams({stream.id})/Observations", f"Observations({number})"
    tick = timedelta(seconds=1)
    for when, value, flag, newest in (
        (FIRST_STORED - tick, None, None, 71),
        (FIRST_STORED, WAS[0][0], Flag.FAIL, 72),
        (CORRECTED - tick, WAS[0][0], Flag.FAIL, 72),
        (CORRECTED, WAS[1][0], Flag.SUSPECT, 73),
        (CORRECTED_AGAIN, PM25, Flag.GOOD, 73),
    ):
        asked = {"as_of": when.isoformat()}
        found = entity(rights, one, **asked)
        assert (found and found["result"]) == value, when
        assert (found and found["resultQuality"]["flag"]) == (flag and flag.name.lower())
        counted = page(rights, path, count="true", top="1000", **asked)
        assert (counted.count, len(counted.entities)) == (newest, newest)
        assert len(columns(rights, path, **asked).ids) == newest
        at_noon = "phenomenonTime eq 2026-11-20T05:00:00Z"
        matched = page(rights, path, filter=f"{at_noon} and result eq {value}", **asked) if value else None
        assert value is None or (matched is not None and ids(matched) == [number])
        nested = "Observations($orderby=phenomenonTime desc;$top=1;$count=true)"
        (above,) = page(rights, "Datastreams", filter=f"@iot.id eq {stream.id}", expand=nested, **asked).entities
        assert above["Observations"].count == newest
        assert above["Observations"].entities[0]["result"] == (value or 20.25)
        latest = "Observations($orderby=phenomenonTime desc;$top=1)"
        (above,) = page(rights, "Datastreams", filter=f"@iot.id eq {stream.id}", expand=latest, **asked).entities
        assert above["Observations"].entities[0]["result"] == (value or 20.25)
    assert ADDED_LATER < NOON


def test_pages_of_the_past_walk_to_their_count(world: World) -> None:
    rights = world.rights["operator"]
    asked = {"as_of": FIRST_STORED.isoformat(), "orderby": "phenomenonTime desc"}
    found = ids(walked(rights, "Observations", top="50", **asked))
    assert len(set(found)) == len(found) == page(rights, "Observations", count="true", **asked).count


def test_a_path_of_other_words_is_refused(world: World) -> None:
    for steps in ((), (Step("People"),), (Step("Things", 1), Step("people"))):
        with pytest.raises(AskingError) as caught:
            reading.collection(steps, Options(), world.rights["operator"])
        assert caught.value.parameter == "path"
    with pytest.raises(AskingError):
        reading.columns((Step("Things"),), Options(), world.rights["operator"])
    with pytest.raises(AskingError):
        reading.collection((Step("Things"),), Options(select=("password",)), world.rights["operator"])
    with pytest.raises(AskingError):
        reading.collection((Step("Things"),), Options(expand={"office": Options()}), world.rights["operator"])


def test_a_station_that_changes_hands_changes_readers(world: World) -> None:
    Thing.objects.filter(code="YT01").update(data_class="public")
    assert "YT01" in {one["properties"]["code"] for one in page(world.rights["anybody"], "Things").entities}
    assert (
        Datastream.objects.filter(thing__code="YT01").count()
        == page(world.rights["anybody"], "Datastreams", filter="Thing/properties/code eq 'YT01'", count="true").count
    )
