"""The HTTP face: formats, caches, HEAD, what stood at a time, and numbers with every digit."""

from __future__ import annotations

import json
from datetime import UTC, timedelta

import pytest
from django.test import Client

from nonnuoc.records.monitoring.models import Observation
from tests.api.observed import ADDED_LATER, CORRECTED, CORRECTED_AGAIN, FIRST_STORED, NOON, PM25, WAS, World

pytestmark = pytest.mark.django_db
ROOT = "/api/sensorthings/v1.1"


def written(when: object) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("form", ["JSON", "dataArray"])
def test_as_of_gives_what_stood_then(world: World, form: str) -> None:
    address = f"{ROOT}/Datastreams({world.stream('KK01', 'PM2.5').id})/Observations"
    minute = timedelta(minutes=1)
    for when, expected in (
        (FIRST_STORED + minute, [WAS[0][0]]),
        (CORRECTED + minute, [None, WAS[1][0]]),
        (CORRECTED_AGAIN + minute, [None, PM25]),
    ):
        told = {"$filter": f"phenomenonTime ge {written(ADDED_LATER)}", "$as_of": written(when), "$resultFormat": form}
        page = Client().get(address, told | {"$orderby": "phenomenonTime"}).json()
        if form == "JSON":
            values = [one["result"] for one in page["value"]]
        else:
            values = [row[2] for group in page["value"] for row in group["dataArray"]]
        assert len(values) == len(expected)
        assert values[-1] == expected[-1]
    now = Client().get(address, {"$orderby": "phenomenonTime desc", "$top": 1}).json()["value"]
    assert now[0]["result"] == PM25


def test_as_of_stays_on_the_way_to_the_next_page(world: World) -> None:
    link = Client().get(f"{ROOT}/Observations", {"$as_of": "2026-11-20T08:00:00+07:00", "$top": 1}).json()
    assert "$as_of=2026-11-20T08:00:00%2B07:00" in link["@iot.nextLink"]
    nested = Client().get(
        f"{ROOT}/Datastreams", {"$expand": "Observations($top=1)", "$as_of": written(NOON.astimezone(UTC))}
    )
    links = [one["Observations@iot.nextLink"] for one in nested.json()["value"] if "Observations@iot.nextLink" in one]
    assert links
    assert all("$as_of=" in one for one in links)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 123456789.123456, 1e-7, 2.5e17, 5.0])
def test_numbers_keep_every_digit(world: World, value: float) -> None:
    stream = world.stream("KK01", "PM2.5").id
    Observation.objects.filter(datastream_id=stream, time=NOON).update(value=value)
    address = f"{ROOT}/Datastreams({stream})/Observations"
    asked = {"$filter": f"phenomenonTime eq {written(NOON)}", "$select": "result"}
    (one,) = Client().get(address, asked).json()["value"]
    assert one["result"] == value
    (group,) = Client().get(address, asked | {"$resultFormat": "dataArray"}).json()["value"]
    assert group["dataArray"] == [[value]]
    assert float(Client().get(address, asked | {"$resultFormat": "CSV"}).content.splitlines()[1]) == value
    assert Client().get(address, {"$filter": f"result eq {value!r}", "$count": "true"}).json()["@iot.count"] == 1


def test_whole_numbers_have_no_point(world: World) -> None:
    stream = world.stream("KK01", "PM2.5").id
    content = Client().get(f"{ROOT}/Datastreams({stream})/Observations", {"$select": "result", "$top": 1}).content
    assert b'"result":29}' in content
    entity = Client().get(f"{ROOT}/Datastreams({stream})/Observations", {"$top": 1}).json()["value"][0]["@iot.selfLink"]
    assert Client().get(f"{entity}/result/$value".removeprefix("http://testserver")).content == b"29"


def test_strangers_answers_are_cached_and_those_of_others_are_not(world: World) -> None:
    stranger = Client().get(f"{ROOT}/Things")
    assert stranger["Cache-Control"] == "public, max-age=60"
    assert stranger["Access-Control-Allow-Origin"] == "*"
    again = Client().get(f"{ROOT}/Things", headers={"If-None-Match": stranger["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    insider = Client()
    insider.force_login(world.people["administrator"])
    assert "private" in insider.get(f"{ROOT}/Things")["Cache-Control"]


def test_head_is_get_without_a_body(world: World) -> None:
    for path in ("", "/Things", "/Observations?$resultFormat=dataArray"):
        head, get = Client().head(ROOT + path), Client().get(ROOT + path)
        assert (head.status_code, head.content) == (200, b"")
        assert head["Content-Length"] == str(len(get.content))


def test_data_arrays_are_json_to_the_byte(world: World) -> None:
    content = Client().get(f"{ROOT}/Observations", {"$resultFormat": "dataArray", "$top": 500}).content
    assert json.loads(content)["value"]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("?$top=1", "$top"),
        ("/Things(1)?$filter=true", "$filter"),
        ("/Things/$ref?$select=name", "$select"),
        ("/Things?$format=json", "$format"),
        ("/Things(1)/name?$top=1", "$top"),
        ("/Things?$as_of=now", "$as_of"),
    ],
)
def test_an_option_that_means_nothing_here_is_refused(world: World, path: str, parameter: str) -> None:
    response = Client().get(ROOT + path)
    assert response.status_code == 400
    assert response.json()["parameter"] == parameter


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("", "GET, HEAD, OPTIONS"),
        ("/Things", "GET, HEAD, OPTIONS, POST"),
        ("/Things(1)", "GET, HEAD, OPTIONS, PATCH, PUT, DELETE"),
        ("/Datastreams(1)/Thing", "GET, HEAD, OPTIONS, PATCH, PUT, DELETE"),
        ("/Datastreams(1)/Observations", "GET, HEAD, OPTIONS, POST, DELETE"),
        ("/Things(1)/name", "GET, HEAD, OPTIONS"),
        ("/Things/$ref", "GET, HEAD, OPTIONS"),
        ("/Nothing", "GET, HEAD, OPTIONS"),
    ],
)
def test_an_address_tells_the_methods_it_answers(path: str, methods: str) -> None:
    assert Client().options(ROOT + path)["Allow"] == methods
    for method in {"POST", "PATCH", "PUT", "DELETE"} - set(methods.split(", ")):
        response = Client().generic(method, ROOT + path, "{}", content_type="application/json")
        assert (response.status_code, response["Allow"]) == (405, methods)


def test_slash_at_the_end_is_forgiven(world: World) -> None:
    assert Client().get(f"{ROOT}/Things/").content == Client().get(f"{ROOT}/Things").content
