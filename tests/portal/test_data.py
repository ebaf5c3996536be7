from __future__ import annotations

import json
import math
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.records.places import geometry
from nonnuoc.records.places.models import Commune
from tests.portal import network

pytestmark = pytest.mark.django_db


def test_stations_carry_mark_number_and_whether_their_place_is_known(client: Client) -> None:
    at = timezone.now()
    where = network.commune()
    network.air("A1", at, where=where, level=12, hours=14)
    network.planned("P1", where=where)
    network.planned("P2", where=where, lon=106.3, lat=22.7)
    network.planned("P3", where=None)

    response = client.get("/data/stations.geojson")

    assert response.headers["content-type"] == "application/geo+json"
    found = {f["properties"]["code"]: f for f in response.json()["features"]}
    assert set(found) == {"A1", "P1", "P2"}  # without even a commune there is no place to draw it
    assert found["A1"]["properties"]["mark"] == "aqi-1-hollow"
    assert found["A1"]["properties"]["number"].isdigit()
    assert found["P1"]["properties"]["mark"] == "planned-hollow"
    assert found["P2"]["properties"]["mark"] == "planned"


def test_communes_are_points_and_polygons_where_boundaries_were_imported(client: Client) -> None:
    commune = network.commune()
    assert [f["geometry"]["type"] for f in client.get("/data/communes.geojson").json()["features"]] == ["Point"]
    square = '{"type":"Polygon","coordinates":[[[106.2,22.6],[106.3,22.6],[106.3,22.7],[106.2,22.7],[106.2,22.6]]]}'
    Commune.objects.filter(id=commune.id).update(
        boundary=geometry.to_wkb(geometry.from_geojson(square)), boundary_source="test"
    )
    shapes = [f["geometry"]["type"] for f in client.get("/data/communes.geojson").json()["features"]]
    assert shapes[0] == "Point" and shapes[1] in ("Polygon", "MultiPolygon")


def test_boundaries_are_sent_with_no_more_points_than_an_eye_can_use(client: Client) -> None:
    rough = [(106.2 + 0.1 * math.cos(a / 500 * math.pi), 22.6 + 0.1 * math.sin(a / 500 * math.pi)) for a in range(1000)]
    ring = [[lon, lat] for lon, lat in [*rough, rough[0]]]
    shape = geometry.from_geojson(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    Commune.objects.filter(id=network.commune().id).update(boundary=geometry.to_wkb(shape), boundary_source="test")
    sent = client.get("/data/communes.geojson").json()["features"][1]["geometry"]["coordinates"]
    assert 10 < str(sent).count("106.") < 120


def test_series_is_thinned_and_marks_what_is_flagged(client: Client) -> None:
    at = timezone.now()
    thing = network.air("A1", at, where=None, hours=48)
    network.flagged(thing, "PM2.5", at)
    asked = {
        "stream": network.stream(thing, "PM2.5", "raw").id,
        "since": (at - timedelta(days=1)).isoformat(),
        "until": at.isoformat(),
        "points": 48,
    }
    found = client.get("/data/stations/A1/series.json", asked, headers={"accept-language": "vi"}).json()
    assert found["step_s"] == 1800
    assert 40 <= len(found["time"]) <= 52
    assert len(found["value"]) == len(found["low"]) == len(found["high"]) == len(found["time"])
    assert found["flagged"]["words"] == ["bị loại: giá trị nhảy", "nghi ngờ: thay đổi quá nhanh"]


@pytest.mark.slow
def test_series_refuses_nonsense_and_another_stations_stream(client: Client) -> None:
    at = timezone.now()
    first = network.air("A1", at, where=None, hours=14)
    network.air("A2", at, where=None, hours=14)
    stream = network.stream(first, "PM2.5", "raw").id
    span = {"since": (at - timedelta(days=1)).isoformat(), "until": at.isoformat()}
    assert client.get("/data/stations/A1/series.json", {"stream": stream, **span}).status_code == 200
    assert client.get("/data/stations/A2/series.json", {"stream": stream, **span}).status_code == 404
    assert client.get("/data/stations/A1/series.json", {"stream": "x"}).status_code == 400
    backwards = {"since": span["until"], "until": span["since"]}
    assert client.get("/data/stations/A1/series.json", {"stream": stream, **backwards}).status_code == 400


def test_data_may_be_kept_and_asked_for_again(client: Client) -> None:
    network.commune()
    first = client.get("/data/communes.geojson")
    assert first.headers["cache-control"] == "public, max-age=3600"
    assert client.get("/data/communes.geojson", headers={"if-none-match": first.headers["etag"]}).status_code == 304
