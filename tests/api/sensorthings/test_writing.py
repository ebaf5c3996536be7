"""Entities written over HTTP: how a body becomes a station of ours, what is refused and where, and who may write."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from nonnuoc.domain import quality as q
from nonnuoc.records.accounts.models import AuditEntry, Role
from nonnuoc.records.monitoring.models import (
    Datastream,
    Delivery,
    FeatureOfInterest,
    Location,
    ObservationHistory,
    ObservedProperty,
    Thing,
)
from tests import factories as f
from tests.api.observed import NOON
from tests.api.sensorthings import writer as w
from tests.api.sensorthings.writer import Writer
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db
AT = "2026-11-20T05:30:00Z"


@pytest.fixture
def someone(administrator):
    return Writer.of(administrator)


@pytest.fixture
def stream(someone):
    """A measured datastream of a thing that stands somewhere."""
    thing = someone.make("Things", w.thing(Locations=[w.location(106.2, 22.6)]))
    return someone.make(
        "Datastreams", w.datastream(Thing=thing, ObservedProperty=w.observed_property(), Sensor=w.sensor())
    )


def observation(stream, result=12.5, at=AT, **more):
    return {"phenomenonTime": at, "result": result, "Datastream": {"@iot.id": stream}, **more}


# --- things


def test_a_thing_is_a_station_of_ours(someone):
    here, office = staff.commune(), staff.office("chi-cuc")
    facts = {
        "code": "KK09",
        "kind": "ambient_air",
        "state": "planned",
        "commune_code": here.code,
        "office": office.code,
    }
    facts |= {"facility": "F-1", "data_class": "internal", "simulated": True, "source": "QĐ 1/2026", "colour": ["grey"]}
    number = someone.make("Things", w.thing("Trạm Đông Khê", properties=facts))
    thing = Thing.objects.get(id=number)
    assert (thing.code, thing.kind, thing.state, thing.commune, thing.office) == (
        "KK09",
        "ambient_air",
        "planned",
        here,
        office,
    )
    assert (thing.facility, thing.data_class, thing.simulated, thing.source) == ("F-1", "internal", True, "QĐ 1/2026")
    assert thing.properties == {"colour": ["grey"]}
    assert FeatureOfInterest.objects.filter(thing=thing).exists()
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"station.registered", "station.assigned"}


def test_a_thing_without_a_code_gets_a_plain_one_of_its_name(someone):
    for code in ("Tram-Dong-Khe", "Tram-Dong-Khe-2", "Tram-Dong-Khe-3"):
        number = someone.make("Things", w.thing("Trạm Đông Khê"))
        thing = Thing.objects.get(id=number)
        assert (thing.code, thing.kind, thing.state, thing.data_class) == (code, "other", "active", "public")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], "$"),
        ({"description": "d"}, "$.name"),
        ({"name": "n"}, "$.description"),
        ({"name": " ", "description": "d"}, "$.name"),
        ({"name": 7, "description": "d"}, "$.name"),
        ({"name": "n\x00", "description": "d"}, "$.name"),
        ({"name": "n" * 161, "description": "d"}, "$.name"),
        (w.thing(nmae="x"), "$.nmae"),
        (w.thing(properties=[]), "$.properties"),
        (w.thing(properties={"kind": "volcano"}), "$.properties.kind"),
        (w.thing(properties={"state": 3}), "$.properties.state"),
        (w.thing(properties={"code": "không"}), "$.properties.code"),
        (w.thing(properties={"commune_code": "99999"}), "$.properties.commune_code"),
        (w.thing(properties={"river_code": "nile"}), "$.properties.river_code"),
        (w.thing(properties={"office": "nobody"}), "$.properties.office"),
        (w.thing(properties={"data_class": "secret"}), "$.properties.data_class"),
        (w.thing(properties={"note": "\x00"}), "$.properties.note"),
        ({**w.thing(), "@iot.id": 7}, "$['@iot.id']"),
        (w.thing(Locations={}), "$.Locations"),
        (w.thing(Locations=[w.location(), w.location()]), "$.Locations"),
        (w.thing(Locations=[w.location(location={"type": "Point", "coordinates": [1]})]), "$.Locations[0].location"),
        (w.thing(Locations=[w.location(location={"type": "Polygon"})]), "$.Locations[0].location"),
        (w.thing(Locations=[w.location(200, 3)]), "$.Locations[0].location"),
        (w.thing(Locations=[w.location(encodingType="text/plain")]), "$.Locations[0].encodingType"),
        (w.thing(Locations=[{"@iot.id": 2**63}]), "$.Locations[0]['@iot.id']"),
        (w.thing(Locations=[{"@iot.id": 123456}]), "$.Locations"),
        (w.thing(Datastreams=[{"@iot.id": 1}]), "$.Datastreams"),
        (w.thing(HistoricalLocations=[{"time": AT}]), "$.HistoricalLocations"),
    ],
)
def test_a_fault_names_its_place(someone, body, path):
    told = someone.refused("POST", "Things", body)
    assert told["path"] == path
    assert len(told["detail"]) > 20
    assert not Thing.objects.exists()
    assert not Location.objects.exists()


def test_what_is_no_json_is_refused(someone):
    assert someone.refused("POST", "Things", b"{'name'}")["code"] == "json"
    assert someone.refused("POST", "Things", b"\xff\xfe{}")["code"] == "json"
    assert someone.send("POST", "Things", b"[" * 100_000).status_code == 400


def test_a_code_that_is_held_is_a_conflict_with_a_link_to_who_holds_it(someone):
    number = someone.make("Things", w.thing(properties={"code": "KK01"}))
    told = someone.refused("POST", "Things", w.thing(properties={"code": "KK01"}), status=409)
    assert told["@iot.selfLink"].endswith(f"/Things({number})")


def test_a_patch_of_properties_changes_those_it_names(someone):
    number = someone.make("Things", w.thing(properties={"code": "A", "data_class": "internal", "a": 1, "b": 2, "c": 3}))
    found = someone.get(f"Things({number})")
    assert someone.send("PATCH", f"Things({number})", {"properties": {"a": 7, "b": None}}).status_code == 200
    after = someone.get(f"Things({number})")["properties"]
    assert {name: after.get(name) for name in ("a", "b", "c")} == {"a": 7, "b": None, "c": 3}
    assert someone.send("PUT", f"Things({number})", found).status_code == 200  # as it was read
    assert someone.get(f"Things({number})") == found
    assert someone.send("PUT", f"Things({number})", w.thing()).status_code == 200
    after = someone.get(f"Things({number})")["properties"]
    assert "a" not in after
    assert after["data_class"] == "internal"  # what is ours, and not named, stays: nothing becomes public by omission


def test_the_code_and_the_kind_of_a_station_with_datastreams_stay(someone, world):
    admin, thing = Writer.of(world.people["administrator"]), world.things["KK01"].id
    assert admin.refused("PATCH", f"Things({thing})", {"properties": {"code": "KK99"}})["path"] == "$.properties.code"
    assert admin.refused("PATCH", f"Things({thing})", {"properties": {"kind": "other"}})["code"] == "kind"


# --- places


def test_a_thing_goes_from_place_to_place_and_its_history_tells(someone):
    thing = someone.make("Things", w.thing(Locations=[w.location(106, 22)]))
    second = someone.make(f"Things({thing})/Locations", w.location(107, 23))
    loose = someone.make("Locations", w.location(108, 23.5, name="Loose"))
    assert someone.send("PATCH", f"Things({thing})", {"Locations": [{"@iot.id": loose}]}).status_code == 200
    assert [one["@iot.id"] for one in someone.get(f"Things({thing})/Locations")["value"]] == [loose]
    rows = list(Location.objects.filter(thing_id=thing).order_by("since"))
    assert [row.lon for row in rows] == [106, 107, 108]
    assert [row.until for row in rows] == [rows[1].since, rows[2].since, None]
    assert rows[1].id == second


def test_a_place_of_long_ago_fits_between_the_others(someone):
    thing = someone.make("Things", w.thing(Locations=[w.location(106, 22)]))
    link = {"Thing": {"@iot.id": thing}}
    for year, lon in ((2015, 101), (2010, 100)):
        someone.make(
            "HistoricalLocations", {"time": f"{year}-01-01T00:00:00Z", **link, "Locations": [w.location(lon, 20)]}
        )
    rows = list(Location.objects.filter(thing_id=thing).order_by("since"))
    assert [row.lon for row in rows] == [100, 101, 106]
    assert [row.until for row in rows] == [rows[1].since, rows[2].since, None]
    told = someone.refused(
        "POST", "HistoricalLocations", {"time": "2015-01-01T00:00:00Z", **link, "Locations": [w.location()]}, status=409
    )
    assert told["path"] == "$.time"


def test_a_thing_leaves_its_place(someone):
    thing = someone.make("Things", w.thing(Locations=[w.location(106, 22)]))
    assert someone.send("PATCH", f"Things({thing})", {"Locations": []}).status_code == 200
    assert someone.get(f"Things({thing})/Locations")["value"] == []
    assert len(someone.get(f"Things({thing})/HistoricalLocations")["value"]) == 1


# --- properties, sensors, datastreams


def test_a_property_of_the_catalogue_is_linked_and_never_changed(someone, world):
    admin, pm25 = Writer.of(world.people["administrator"]), ObservedProperty.objects.get(code="PM2.5")
    for body in (w.observed_property("PM2.5"), w.observed_property("Dust", properties={"code": "pm2.5"})):
        assert admin.refused("POST", "ObservedProperties", body, status=409)["@iot.selfLink"].endswith(f"({pm25.id})")
    for method, body in (("PATCH", {"description": "x"}), ("DELETE", None)):
        assert admin.refused(method, f"ObservedProperties({pm25.id})", body, status=409)["code"] == "catalogue"


def test_a_property_takes_its_unit_from_its_first_datastream(someone):
    thing = someone.make("Things", w.thing())
    observed, sensor = someone.make("ObservedProperties", w.observed_property()), someone.make("Sensors", w.sensor())
    links = {"Thing": thing, "ObservedProperty": observed, "Sensor": sensor}
    assert ObservedProperty.objects.get(id=observed).unit == ""
    someone.make("Datastreams", w.datastream(**links))
    assert ObservedProperty.objects.get(id=observed).unit == "degC"
    told = someone.refused("POST", "Datastreams", {**w.datastream(**links), "unitOfMeasurement": w.unit("furlong")})
    assert (told["code"], told["path"]) == ("unit", "$.unitOfMeasurement")


@pytest.mark.parametrize(("symbol", "said"), [("µg/m3", ""), ("mg/m3", "1 mg/m3 = 1000 µg/Nm3"), ("kg", "not in kg")])
def test_a_datastream_is_in_the_unit_of_its_property(world, symbol, said):
    admin, pm25 = Writer.of(world.people["administrator"]), ObservedProperty.objects.get(code="PM2.5")
    thing = admin.make("Things", w.thing())
    body = w.datastream(Thing=thing, ObservedProperty=pm25.id, Sensor=w.sensor()) | {
        "unitOfMeasurement": w.unit(symbol)
    }
    if said:
        assert said in admin.refused("POST", "Datastreams", body)["detail"]
    else:
        number = admin.make("Datastreams", body)
        assert admin.get(f"Datastreams({number})")["unitOfMeasurement"] == w.unit(symbol)


def test_a_datastream_of_a_station_brings_its_means(world):
    admin, so2 = Writer.of(world.people["administrator"]), ObservedProperty.objects.get(code="SO2")
    body = w.datastream(Thing=world.things["KK01"].id, ObservedProperty=so2.id, Sensor=w.sensor())
    body |= {"unitOfMeasurement": w.unit("µg/Nm3"), "properties": {"interval_s": 300, "note": "new"}}
    stream = Datastream.objects.get(id=admin.make("Datastreams", body))
    assert (stream.procedure, stream.symbol, stream.interval_s, stream.properties) == (
        "raw",
        "SO2",
        300,
        {"note": "new"},
    )
    assert Datastream.objects.filter(thing=stream.thing, observed_property=so2, procedure="mean_1h").exists()
    told = admin.refused("POST", "Datastreams", body, status=409)  # there is one already
    assert told["@iot.selfLink"].endswith(f"/Datastreams({stream.id})")


def test_what_is_computed_is_not_written(world):
    admin, mean = Writer.of(world.people["administrator"]), world.stream("KK01", "PM2.5", "mean_1h")
    pm25 = mean.observed_property_id
    body = w.datastream(Thing=world.things["NM01"].id, ObservedProperty=pm25, Sensor=w.sensor())
    body |= {"unitOfMeasurement": w.unit("µg/Nm3"), "properties": {"procedure": "mean_24h"}}
    assert admin.refused("POST", "Datastreams", body)["code"] == "derived"
    body |= {"properties": {}, "Sensor": {"@iot.id": mean.sensor_id}}
    assert admin.refused("POST", "Datastreams", body)["code"] == "derived"
    for method, path, sent in (
        ("PATCH", f"Datastreams({mean.id})", {"name": "x"}),
        ("DELETE", f"Datastreams({mean.id})", None),
        ("PATCH", f"Sensors({mean.sensor_id})", {"name": "x"}),
        ("DELETE", f"Sensors({mean.sensor_id})", None),
        ("POST", f"Datastreams({mean.id})/Observations", {"phenomenonTime": AT, "result": 1}),
    ):
        assert admin.refused(method, path, sent)["code"] == "derived", path


def test_results_are_numbers(someone, stream):
    path = f"Datastreams({stream})"
    kind = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_TruthObservation"
    assert someone.refused("PATCH", path, {"observationType": kind})["path"] == "$.observationType"


# --- observations


def test_an_observation_goes_through_the_river(world):
    raw, admin = world.stream("KK01", "PM2.5"), Writer.of(world.people["operator"])
    number = admin.make("Observations", observation(raw.id, 9999, parameters={"status": 0}))
    found = admin.get(f"Observations({number})")
    assert found["resultQuality"]["flag"] == "fail"  # beyond what air can hold
    assert Delivery.objects.get(by=world.people["operator"]).stored == 1
    assert found["phenomenonTime"] == AT


@pytest.mark.parametrize("number", [999_999, 2**63 - 1])
def test_below_a_datastream_that_is_not_there_is_nothing(someone, number):
    told = someone.refused(
        "POST", f"Datastreams({number})/Observations", {"phenomenonTime": AT, "result": 1}, status=404
    )
    assert told["code"] == "unknown"


def test_one_observation_costs_few_statements(someone, stream, django_assert_max_num_queries):
    path = f"Datastreams({stream})/Observations"
    someone.make(path, {"phenomenonTime": AT, "result": 1})
    # and eight of `arrays`, which Django does not count; four are the rules of alarm: a savepoint, what they are, where
    with django_assert_max_num_queries(28):
        someone.make(path, {"phenomenonTime": AT.replace(":00Z", ":01Z"), "result": 1})


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"phenomenonTime": "2026-11-20T05:30:00.5Z"}, "$.phenomenonTime"),
        ({"phenomenonTime": "2026-11-20T05:30:00"}, "$.phenomenonTime"),
        ({"phenomenonTime": "2026-11-20T05:30:00Z/2026-11-20T06:30:00Z"}, "$.phenomenonTime"),
        ({"phenomenonTime": "2096-11-20T05:30:00Z"}, "$.phenomenonTime"),
        ({"phenomenonTime": 7}, "$.phenomenonTime"),
        ({"result": "warm"}, "$.result"),
        ({"result": True}, "$.result"),
        ({"result": [1]}, "$.result"),
        ({"validTime": "2026-11-20T05:30:00Z/2026-11-20T06:30:00Z"}, "$.validTime"),
        ({"resultQuality": {"flag": "good"}}, "$.resultQuality"),
        ({"parameters": {"status": 9}}, "$.parameters.status"),
        ({"parameters": {"weather": "fog"}}, "$.parameters.weather"),
        ({"FeatureOfInterest": {"@iot.id": 987654}}, "$.FeatureOfInterest"),
        ({"Datastream": {"@iot.id": 987654}}, "$.Datastream"),
        ({"rsult": 3}, "$.rsult"),
    ],
)
def test_an_observation_that_cannot_be_kept_is_refused(someone, stream, more, path):
    told = someone.refused("POST", "Observations", observation(stream) | more)
    assert told["path"] == path
    assert not len(f.held(Thing.objects.get(), "DewPoint-Temperature"))


def test_an_observation_without_a_result_is_refused_and_one_without_a_value_kept(someone, stream):
    assert someone.refused("POST", "Observations", {"Datastream": {"@iot.id": stream}})["path"] == "$.result"
    number = someone.make("Observations", observation(stream, None))
    assert someone.get(f"Observations({number})")["result"] is None


def test_a_second_value_of_a_time_is_a_conflict_or_takes_the_first_ones_place(someone, stream):
    number = someone.make("Observations", observation(stream, 12.5))
    for result in (12.5, 13):
        told = someone.refused("POST", "Observations", observation(stream, result), status=409)
        assert told["@iot.selfLink"].endswith(f"/Observations({number})")
    again = someone.send("POST", "Observations?$upsert=true", observation(stream, 12.5))
    assert (again.status_code, again.json()["result"]) == (200, 12.5)
    assert not ObservationHistory.objects.exists()
    other = someone.send("POST", "Observations", observation(stream, 13), Prefer="resolution=merge-duplicates")
    assert (other.status_code, other.json()["result"]) == (200, 13)
    assert ObservationHistory.objects.get().value == 12.5
    new = someone.send("POST", "Observations?$upsert=true", observation(stream, 1, "2026-11-20T05:35:00Z"))
    assert new.status_code == 201
    assert someone.refused("POST", "Observations?$upsert=maybe", observation(stream))["parameter"] == "$upsert"


def test_a_result_is_replaced_with_its_history(someone, stream):
    number = someone.make("Observations", observation(stream, 12.5))
    held = someone.get(f"Observations({number})")
    assert someone.send("PATCH", f"Observations({number})", {**held, "result": 14}).status_code == 200
    found = someone.get(f"Observations({number})")
    assert (found["@iot.id"], found["result"]) == (number, 14)
    row = ObservationHistory.objects.get()
    assert (row.value, row.reason) == (12.5, "another value was sent")
    assert row.replaced_by.startswith("delivery ")


def test_after_a_delete_the_same_observation_is_new(someone, stream):
    number = someone.make("Observations", observation(stream))
    assert someone.send("DELETE", f"Observations({number})?$reason=wrong place").status_code == 200
    assert ObservationHistory.objects.get().reason == "deleted: wrong place"
    assert someone.make("Observations", observation(stream)) == number


def test_many_observations_are_deleted_by_a_filter(someone, stream):
    for minute in range(10):
        someone.make("Observations", observation(stream, minute, f"2026-11-20T05:{minute:02}:00Z"))
    path = f"Datastreams({stream})/Observations"
    assert someone.refused("DELETE", path)["parameter"] == "$filter"
    assert someone.refused("DELETE", f"{path}?$filter=result gr 3")["parameter"] == "$filter"
    assert someone.refused("DELETE", "Observations?$filter=result gt 3", status=405)["code"] == "method"
    response = someone.send("DELETE", f"{path}?$filter=result gt 3 and result lt 7")
    assert (response.status_code, response.json()) == (200, {"deleted": 3})
    assert [one["result"] for one in someone.get(f"{path}?$orderby=result")["value"]] == [0, 1, 2, 3, 7, 8, 9]


def test_the_means_follow_what_is_written_and_deleted(world):
    admin, raw = Writer.of(world.people["administrator"]), world.stream("KK01", "PM2.5")
    mean = world.stream("KK01", "PM2.5", "mean_1h")
    before = f.held(world.things["KK01"], "PM2.5", "mean_1h").value[-1]
    at = NOON.strftime("%Y-%m-%dT%H:%M:%SZ")
    number = (raw.id << 36) + int(NOON.timestamp()) + 2**35
    assert admin.send("PATCH", f"Observations({number})", {"result": 90}).status_code == 200
    after = f.held(world.things["KK01"], "PM2.5", "mean_1h").value[-1]
    assert after != before
    response = admin.send(
        "DELETE", f"Datastreams({raw.id})/Observations?$filter=phenomenonTime ge 2000-01-01T00:00:00Z"
    )
    assert response.json()["deleted"] > 70
    assert not len(f.held(world.things["KK01"], "PM2.5", "mean_1h"))
    assert (
        admin.get(f"Datastreams({mean.id})/Observations?$count=true&$filter=phenomenonTime le {at}")["@iot.count"] == 0
    )


# --- who


def test_a_stranger_a_reader_and_a_key_for_reading_write_nothing(world):
    reader = Writer.of(world.people["reader"])
    for_reading = Writer.of(world.people["administrator"], writes=False)
    raw = world.stream("KK01", "PM2.5").id
    for method, path, body in (
        ("POST", "Things", w.thing()),
        ("PATCH", f"Things({world.things['KK01'].id})", {"name": "x"}),
        ("DELETE", f"Things({world.things['KK01'].id})", None),
        ("POST", "Observations", observation(raw)),
        ("DELETE", f"Datastreams({raw})/Observations?$filter=result gt 0", None),
        ("POST", "CreateObservations", []),
    ):
        Writer().refused(method, path, body, status=401)
        reader.refused(method, path, body, status=403)
        for_reading.refused(method, path, body, status=403)
    assert Thing.objects.get(code="KK01").name == "Trạm KK01"


def test_an_operator_registers_and_deletes_nothing(world):
    operator, raw = Writer.of(world.people["operator"]), world.stream("KK01", "PM2.5").id
    operator.make("Things", w.thing())
    for path in (
        f"Things({world.things['KK01'].id})",
        f"Datastreams({raw})",
        f"Datastreams({raw})/Observations?$filter=result gt 0",
    ):
        operator.refused("DELETE", path, status=403)


def test_a_station_writes_its_own_values_and_nothing_else(world):
    key = Writer.of_station(world.things["XT01"])
    own, foreign = world.stream("XT01", "COD").id, world.stream("KK01", "PM2.5").id
    number = key.make("Observations", observation(own))
    assert key.send("PATCH", f"Observations({number})", {"result": 14}).json()["result"] == 14
    assert key.make(f"Datastreams({own})/Observations", observation(own, at="2026-11-20T05:35:00Z"))
    key.refused("POST", "Observations", observation(foreign), status=403)
    key.refused("POST", f"Datastreams({foreign})/Observations", {"phenomenonTime": AT, "result": 1}, status=403)
    for method, path, body in (
        ("POST", "Things", w.thing()),
        ("PATCH", f"Datastreams({own})", {"name": "x"}),
        ("DELETE", f"Observations({number})", None),
        ("DELETE", f"Things({world.things['XT01'].id})", None),
        ("POST", "Observations", {**observation(own), "Datastream": w.datastream(Thing=1)}),
        ("POST", "Observations", {**observation(own, at="2026-11-20T05:40:00Z"), "FeatureOfInterest": w.feature()}),
    ):
        key.refused(method, path, body, status=403)


def test_an_enterprise_writes_to_its_stations_and_does_not_learn_of_others(world):
    x, own, other = Writer.of(world.people["x"]), world.stream("XT01", "COD").id, world.stream("YT01", "COD").id
    x.make("Observations", observation(own))
    told = x.refused("POST", "Observations", observation(other))
    assert told["detail"] == x.refused("POST", "Observations", observation(987654))["detail"].replace(
        "987654", str(other)
    )
    x.refused("POST", "Observations", observation(world.stream("KK01", "PM2.5").id), status=403)
    x.refused("DELETE", f"Things({world.things['YT01'].id})", status=403)


def test_somebody_of_one_commune_registers_there_only(world):
    here, there = staff.commune("01273"), staff.commune("01279")
    someone = staff.person("Xuân")
    staff.task(someone, world.offices["so"], Role.OPERATOR, here)
    local = Writer.of(someone)
    local.make("Things", w.thing(properties={"commune_code": here.code}))
    local.refused("POST", "Things", w.thing(properties={"commune_code": there.code}), status=403)
    local.refused("POST", "Things", w.thing(), status=403)


@pytest.mark.parametrize(
    "path", ["Things/$ref", "Things(1)/name", "Things(1)/$value", "Datastreams(1)/Thing", "Nothing", "Things(1"]
)
def test_only_collections_and_entities_are_written(someone, path):
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        assert someone.send(method, path, {"name": "x"}).status_code in (404, 405), method


# --- at once


@pytest.mark.django_db(transaction=True)
def test_of_two_identical_posts_one_is_created_and_one_a_conflict(administrator):
    someone = Writer.of(administrator)
    thing = someone.make("Things", w.thing(Locations=[w.location(106.2, 22.6)]))
    stream = someone.make(
        "Datastreams", w.datastream(Thing=thing, ObservedProperty=w.observed_property(), Sensor=w.sensor())
    )
    for path, body in (("Observations", observation(stream)), ("Things", w.thing(properties={"code": "TWIN"}))):
        codes, barrier = [], threading.Barrier(4)

        def post(path=path, body=body, codes=codes, barrier=barrier):
            writer = Writer(someone.headers["Authorization"].removeprefix("Bearer "))
            barrier.wait()
            codes.append(writer.send("POST", path, body).status_code)
            connection.close()

        threads = [threading.Thread(target=post) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(codes) == [201, 409, 409, 409], path


def test_what_the_observations_tell_of_quality_is_ours(someone, stream):
    number = someone.make("Observations", observation(stream, 3, parameters={"status": 1}))
    row = f.held(Thing.objects.get(), "DewPoint-Temperature")
    assert row.status.tolist() == [1]
    assert q.flag(row.quality).tolist() == [q.Flag.FAIL]
    assert someone.get(f"Observations({number})")["parameters"] == {"status": 1}


def test_a_second_instrument_beside_another_is_for_things_of_no_kind(someone, stream):
    thing = Thing.objects.get()
    links = {"Thing": thing.id, "ObservedProperty": ObservedProperty.objects.get(order=1000).id, "Sensor": w.sensor()}
    other = Datastream.objects.get(id=someone.make("Datastreams", w.datastream(**links)))
    assert (other.parallel, other.symbol) == (True, "DewPoint-Temperature-2")
    for one in (stream, other.id):
        someone.make("Observations", observation(one, 5, datetime(2026, 11, 20, 4, tzinfo=UTC).isoformat()))
        assert someone.get(f"Datastreams({one})/Observations")["value"][0]["result"] == 5
