"""Somebody else's client, unchanged and over a real line: frost-sta-client of Fraunhofer IOSB (docs/CLIENTS.md)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frost_sta_client as fsc
import pytest
import requests
from frost_sta_client.model.ext import data_array_document, data_array_value, unitofmeasurement

from nonnuoc.records.accounts import access_keys
from nonnuoc.records.monitoring.models import Thing
from tests.api import observed
from tests.api.observed import NOON, World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:furl.pathstr is deprecated"),
]
AROUND = "geography'POLYGON((106.2 22.6,106.3 22.6,106.3 22.7,106.2 22.7,106.2 22.6))'"


class Bearer(fsc.AuthHandler):
    """The client knows passwords; a key goes in by the same hook (docs/CLIENTS.md shows it)."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key

    def add_auth_header(self) -> Any:
        def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = f"Bearer {self.key}"
            return request

        return sign


@pytest.fixture
def there(live_server: Any) -> World:
    """Committed: another thread answers."""
    return observed.build()


@pytest.fixture
def stranger(live_server: Any, there: World) -> fsc.SensorThingsService:
    return fsc.SensorThingsService(f"{live_server.url}/api/sensorthings/v1.1")


@pytest.fixture
def writer(live_server: Any, there: World) -> fsc.SensorThingsService:
    _, key = access_keys.make(there.people["administrator"], name="frost", writes=True)
    return fsc.SensorThingsService(f"{live_server.url}/api/sensorthings/v1.1", auth_handler=Bearer(key))


def test_things_are_listed_and_found(stranger: fsc.SensorThingsService, there: World) -> None:
    assert {thing.name for thing in stranger.things().query().list()} == {"Trạm KK01", "Trạm NM01"}
    thing = stranger.things().find(there.things["KK01"].id)
    assert (thing.name, thing.id) == ("Trạm KK01", there.things["KK01"].id)


def test_pages_are_walked_to_the_count(stranger: fsc.SensorThingsService, there: World) -> None:
    stream = stranger.datastreams().find(there.stream("KK01", "PM10").id)
    found = stream.get_observations().query().count().orderby("phenomenonTime", "asc").top(10).list()
    assert found.count == 73
    walked = list(found)
    assert len(walked) == 73
    times = [one.phenomenon_time for one in walked]
    assert times == sorted(times)


def test_filters_reach_through_links_and_over_ground(stranger: fsc.SensorThingsService, there: World) -> None:
    number = there.stream("KK01", "PM2.5").id
    since = (NOON - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    wanted = f"Datastream/id eq {number} and phenomenonTime ge {since} and result lt 21"
    found = list(stranger.observations().query().filter(wanted).select("id", "result").list())
    assert {one.result for one in found} == {20.0, 20.125, 20.25, 20.375, 20.5, 20.625, 20.75, 20.875}
    near = stranger.things().query().filter(f"st_within(Locations/location, {AROUND}) and startswith(name, 'Trạm')")
    assert [thing.name for thing in near.list()] == ["Trạm KK01"]


def test_expanded_entities_come_with_their_own(stranger: fsc.SensorThingsService, there: World) -> None:
    expansion = "Locations,Datastreams($select=id,name,unitOfMeasurement;$expand=ObservedProperty,Sensor)"
    (thing,) = stranger.things().query().filter("name eq 'Trạm KK01'").expand(expansion).list()
    assert thing.locations.entities[0].location["coordinates"] == [106.26, 22.67]
    units = {stream.observed_property.id: stream.unit_of_measurement.symbol for stream in thing.datastreams.entities}
    assert units[there.stream("KK01", "PM2.5").observed_property_id] == "µg/Nm3"


def test_what_is_not_public_is_not_there_and_a_wrong_name_is_told(
    stranger: fsc.SensorThingsService, there: World
) -> None:
    with pytest.raises(requests.HTTPError) as refused:
        stranger.things().find(there.things["XT01"].id)
    assert refused.value.response.status_code == 404
    with pytest.raises(requests.HTTPError) as wrong:
        stranger.things().query().filter("nome eq 'x'").list()
    assert (wrong.value.response.status_code, wrong.value.response.json()["parameter"]) == (400, "$filter")


def new_thing() -> fsc.Thing:
    """A thing with its place and one datastream, in one request."""
    stream = fsc.Datastream(
        name="Nhiệt độ",
        description="Nhiệt độ không khí",
        observation_type="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        unit_of_measurement=unitofmeasurement.UnitOfMeasurement("degree Celsius", "°C", "ucum:Cel"),
        observed_property=fsc.ObservedProperty(
            name="Air temperature", definition="http://example.org/temperature", description="of the air"
        ),
        sensor=fsc.Sensor(
            name="DHT22", description="a sensor", encoding_type="application/pdf", metadata="https://example.org/a.pdf"
        ),
    )
    place = fsc.Location(
        name="Trường học",
        description="sân trường",
        encoding_type="application/geo+json",
        location={"type": "Point", "coordinates": [106.25, 22.66]},
    )
    thing = fsc.Thing(name="Hộp đo", description="của học sinh", properties={"class": "6A"})
    thing.datastreams, thing.locations = [stream], [place]
    return thing


def test_a_thing_is_made_changed_filled_and_deleted(writer: fsc.SensorThingsService, there: World) -> None:
    thing = new_thing()
    writer.create(thing)
    found = writer.things().find(thing.id)
    assert (found.name, found.properties["class"]) == ("Hộp đo", "6A")
    (stream,) = list(found.get_datastreams().query().list())
    assert stream.unit_of_measurement.symbol == "°C"

    found.description = "của lớp 6A"
    writer.update(found)
    assert writer.things().find(thing.id).description == "của lớp 6A"

    first = fsc.Observation(phenomenon_time="2026-11-26T01:00:00Z", result=21.5, datastream=stream)
    writer.create(first)  # the client sends all it knows of the datastream, not only its number
    assert writer.observations().find(first.id).result == 21.5

    values = data_array_value.DataArrayValue()
    values.datastream = stream
    values.components = {values.Property.PHENOMENON_TIME, values.Property.RESULT}
    for minute, result in ((5, 21.6), (10, 21.7)):
        when = f"2026-11-26T01:{minute:02}:00Z"
        values.add_observation(fsc.Observation(phenomenon_time=when, result=result, datastream=stream))
    document = data_array_document.DataArrayDocument()
    document.add_data_array_value(values)
    writer.observations().create(document)
    listed = stream.get_observations().query().orderby("phenomenonTime", "asc").list()
    assert [one.result for one in listed] == [21.5, 21.6, 21.7]

    writer.delete(found)
    assert not Thing.objects.filter(id=thing.id).exists()
