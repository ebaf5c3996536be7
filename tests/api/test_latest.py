"""The newest of everything: complete, only what the caller may read, made once, and made again when something came."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nonnuoc.api.live import latest
from nonnuoc.records.accounts import access_keys
from nonnuoc.records.monitoring import observations, services
from nonnuoc.records.monitoring.models import Thing
from tests.api.observed import NOON, PM25, World
from tests.portal import network

STATIONS, STREAMS = "/api/stations/latest", "/api/datastreams/latest"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon, and nothing was told before."""
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(seconds=40))
    latest._last.clear()
    latest._body.cache_clear()
    latest._listed_to_strangers.cache_clear()


def by_code(answer: Any) -> dict[str, dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    return {feature["id"]: feature for feature in answer.json()["features"]}


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.django_db
def test_a_station_is_told_with_all_that_a_map_needs(client: Client, world: World) -> None:
    answer = client.get(STATIONS)
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert answer.json()["at"] == "2026-11-20T05:00:00Z"
    feature = by_code(answer)["KK01"]
    told = feature["properties"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [106.26, 22.67]}
    assert (told["position"], told["condition"], told["mark"], told["simulated"]) == (
        "own",
        "reporting",
        "aqi-2",
        False,
    )
    assert (told["index"]["value"], told["index"]["leading"], told["index"]["current"]) == (56, "PM2.5", True)
    assert told["index"]["category"] == {
        "mark": "aqi-2", "rank": 2, "name": "Trung bình", "name_en": "Moderate", "colour": "#ffff00",
    }  # fmt: skip
    (pm25,) = [one for one in told["values"] if one["property"] == "PM2.5"]
    assert pm25 == {
        "id": world.stream("KK01", "PM2.5").id,
        "property": "PM2.5",
        "procedure": "raw",
        "time": "2026-11-20T05:00:00Z",
        "value": PM25,
        "unit": "µg/Nm3",
        "quality": {"flag": "good", "checks": [], "standing": "provisional", "late": False},
        "silent_since": None,
    }


@pytest.mark.django_db
def test_a_station_of_unknown_place_stands_at_its_commune(client: Client, world: World) -> None:
    told = by_code(client.get(STATIONS))["NM01"]
    assert (told["properties"]["position"], told["geometry"]["coordinates"]) == ("commune", [106.25, 22.66])
    Thing.objects.filter(code="NM01").update(commune=None)
    told = by_code(client.get(STATIONS))["NM01"]
    assert (told["properties"]["position"], told["geometry"]) == (None, None)


@pytest.mark.django_db
def test_what_is_doubted_is_told_with_its_checks(client: Client, world: World) -> None:
    raw = world.stream("KK01", "PM10")
    network.put(raw, np.array([observations.micros(NOON)]), np.array([480.0]), quality=4 | 1 << 9 | -(1 << 15))
    answer = client.get(STREAMS, {"ids": str(raw.id)})
    assert answer.json()["datastreams"][0]["quality"] == {
        "flag": "fail", "checks": ["spike"], "standing": "validated", "late": False,
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["administrator", "operator", "reader", "x", "y"])
def test_everybody_is_told_what_they_may_read_and_nothing_else(client: Client, world: World, who: str) -> None:
    assert set(by_code(client.get(STATIONS))) == world.readable("anybody")
    _, secret = access_keys.make(world.people[who], name="test")
    known = client.get(STATIONS, headers=bearer(secret))
    assert set(by_code(known)) == world.readable(who)
    assert known.headers["Cache-Control"] == "private, no-cache"
    assert set(by_code(client.get(STATIONS))) == world.readable("anybody")
    streams = client.get(STREAMS, headers=bearer(secret)).json()["datastreams"]
    assert {one["station"] for one in streams} == world.readable(who)


@pytest.mark.django_db
def test_a_stations_key_shows_its_own_station_too(client: Client, world: World) -> None:
    secret = services.new_key(world.things["XT01"], label="", by=None)
    assert set(by_code(client.get(STATIONS, headers=bearer(secret)))) == world.readable("anybody") | {"XT01"}


@pytest.mark.django_db
def test_the_same_is_said_once_and_then_only_that_it_is_the_same(client: Client, world: World) -> None:
    first = client.get(STATIONS)
    assert first.headers["Cache-Control"] == "public, max-age=2"
    again = client.get(STATIONS, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db(transaction=True)
def test_what_arrives_is_told_at_once(client: Client) -> None:
    raw = network.instrument(network.station("KK01", kind=Thing.Kind.AMBIENT_AIR), "PM2.5")
    time = observations.micros(NOON)
    network.put(raw, np.array([time - network.STEP]), np.array([20.0]))
    first = client.get(STATIONS)
    chosen = {"ids": str(raw.id)}
    assert client.get(STREAMS, chosen).json()["datastreams"][0]["value"] == 20.0
    network.put(raw, np.array([time]), np.array([33.0]))
    later = client.get(STATIONS, headers={"If-None-Match": first.headers["ETag"]})
    assert [one["value"] for one in by_code(later)["KK01"]["properties"]["values"]] == [33.0]
    assert client.get(STREAMS, chosen).json()["datastreams"][0]["value"] == 33.0
    Thing.objects.update(data_class="internal")
    assert by_code(client.get(STATIONS)) == {}
    assert client.get(STREAMS, chosen).json()["datastreams"] == []


@pytest.mark.django_db
def test_the_clock_alone_makes_a_station_silent(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert by_code(client.get(STATIONS))["KK01"]["properties"]["silent_since"] is None
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(hours=5))
    told = by_code(client.get(STATIONS))["KK01"]["properties"]
    assert (told["condition"], told["silent_since"]) == ("silent", "2026-11-20T05:00:00Z")


@pytest.mark.django_db
def test_as_many_queries_for_one_station_as_for_many(client: Client, world: World) -> None:
    def count() -> int:
        latest._last.clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(STATIONS)
        return len(captured)

    Thing.objects.exclude(code="NM01").update(data_class="restricted")
    one = count()
    Thing.objects.update(data_class="public")
    assert count() == one


@pytest.mark.django_db
def test_it_comes_compressed_for_who_reads_that(client: Client, world: World) -> None:
    plain = client.get(STATIONS)
    packed = client.get(STATIONS, headers={"Accept-Encoding": "br, gzip"})
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", [STATIONS, STREAMS])
def test_as_a_table(client: Client, world: World, address: str) -> None:
    answer = client.get(address, {"f": "csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    (pm25,) = [row for row in rows if (row["station"], row["property"], row["procedure"]) == ("KK01", "PM2.5", "raw")]
    assert (pm25["time"], pm25["value"], pm25["unit"]) == ("2026-11-20T05:00:00Z", "20.0", "µg/Nm3")
    assert (pm25["flag"], pm25["simulated"]) == ("good", "false")
    assert {row["station"] for row in rows} == world.readable("anybody")


@pytest.mark.django_db
def test_datastreams_are_chosen_and_told_with_where_to_listen_on(client: Client, world: World) -> None:
    chosen = {"property": "PM2.5,PM10", "procedure": "mean_1h", "station": "KK01"}
    answer = client.get(STREAMS, chosen).json()
    assert [(one["property"], one["value"]) for one in answer["datastreams"]] == [("PM2.5", 31.5), ("PM10", 31.5)]
    assert client.get("/api/stream", {"after": answer["resume"]}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "query", "status", "parameter", "words"),
    [
        (STATIONS, {"f": "xml"}, 400, "f", "json or csv"),
        (STREAMS, {"kind": "air"}, 400, "kind", "there is no 'air'; there are ambient_air"),
        (STREAMS, {"procedure": "hourly"}, 400, "procedure", "mean_1h"),
        (STREAMS, {"property": "PM25"}, 400, "property", "nothing is called 'PM25'"),
        (STREAMS, {"ids": "1,x"}, 400, "ids", "'x' is no id"),
        (STREAMS, {"ids": "99999999999999999999"}, 400, "ids", "is no id"),
        (STREAMS, {"ids": "²"}, 400, "ids", "is no id"),
        (STREAMS, {"ids": ",".join(map(str, range(1, 1002)))}, 400, "ids", "more than the 1000"),
        (STREAMS, {"station": "XT01"}, 404, "station", "No station 'XT01' can be read here"),
        (STREAMS, {"station": "NONE"}, 404, "station", "No station 'NONE' can be read here"),
        (STREAMS, {"station": "a\0b"}, 400, "station", "codes with commas"),
    ],
)
def test_what_is_wrong_with_a_query_is_told(
    client: Client, world: World, address: str, query: dict[str, str], status: int, parameter: str, words: str
) -> None:
    answer = client.get(address, query)
    told = answer.json()
    assert (answer.status_code, told["parameter"]) == (status, parameter)
    assert words in told["detail"]
