"""CSV: of observations from columns, of other entities one by one; nothing in it runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from nonnuoc.api.sensorthings import tables
from nonnuoc.records.monitoring.models import Thing
from tests.api.observed import World

pytestmark = pytest.mark.django_db
ROOT = "/api/sensorthings/v1.1"


def ask(path: str, **options: object) -> HttpResponse:
    response = Client().get(f"{ROOT}/{path}", {f"${name}": value for name, value in options.items()})
    assert response.status_code == 200, response.content
    return response


def table(path: str, **options: object) -> list[dict[str, str]]:
    response = ask(path, resultFormat="CSV", **options)
    assert response["Content-Type"].startswith("text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))


def entities(path: str, **options: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(path, top=1000, **options).json()["value"]
    return found


def test_observations_say_the_same_as_json(world: World) -> None:
    rows = {row["@iot.id"]: row for row in table("Observations")}
    every = entities("Observations")
    assert len(rows) == len(every)
    for entity in every:
        row = rows[str(entity["@iot.id"])]
        quality, parameters = entity["resultQuality"], entity["parameters"]
        assert row == {
            "@iot.id": str(entity["@iot.id"]),
            "Datastream/@iot.id": row["Datastream/@iot.id"],
            "phenomenonTime": entity["phenomenonTime"],
            "result": "" if entity["result"] is None else str(entity["result"]),
            "resultTime": entity["resultTime"],
            "resultQuality/flag": quality["flag"],
            "resultQuality/checks": " ".join(quality["checks"]),
            "resultQuality/standing": quality["standing"],
            "resultQuality/late": str(quality["late"]).lower(),
            "validTime": "",
            "parameters/status": str(parameters.get("status", "")),
            "parameters/completeness": str(parameters.get("completeness", "")),
            "parameters/leading": parameters.get("leading", ""),
        }


def test_selected_columns_in_the_order_they_were_named(world: World) -> None:
    stream = world.stream("KK01", "PM2.5").id
    response = ask(f"Datastreams({stream})/Observations", resultFormat="CSV", select="result,phenomenonTime", top=2)
    assert response.content == b"result,phenomenonTime\r\n29,2026-11-19T23:00:00Z\r\n28.875,2026-11-19T23:05:00Z\r\n"
    assert response["Link"].startswith(f"<http://testserver{ROOT}/Datastreams({stream})/Observations?$resultFormat=CSV")


def test_order_holds_over_datastreams(world: World) -> None:
    rows = table("Observations", orderby="phenomenonTime desc,id", select="Datastream,resultTime")
    times = [row["resultTime"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert rows[0].keys() == {"Datastream/@iot.id", "resultTime"}


def test_entities_with_what_is_one_expanded(world: World) -> None:
    rows = table("Datastreams", expand="Thing,ObservedProperty($select=name)", select="name,unitOfMeasurement")
    every = entities("Datastreams", expand="Thing,ObservedProperty")
    assert len(rows) == len(every)
    for row, entity in zip(rows, every, strict=True):
        assert row["name"] == entity["name"]
        assert row["unitOfMeasurement/symbol"] == (entity["unitOfMeasurement"]["symbol"] or "")
        assert row["Thing/properties/code"] == entity["Thing"]["properties"]["code"]
        assert row["ObservedProperty/name"] == entity["ObservedProperty"]["name"]
        assert "ObservedProperty/definition" not in row


def test_observations_with_their_datastream(world: World) -> None:
    rows = table("Observations", expand="Datastream($select=name)", select="result", top=3)
    assert rows[0].keys() == {"result", "Datastream/name"}


def test_many_have_no_room_in_a_row(world: World) -> None:
    response = Client().get(f"{ROOT}/Things", {"$expand": "Datastreams", "$resultFormat": "CSV"})
    assert response.status_code == 400
    assert response.json()["parameter"] == "$expand"


def test_nothing_found_still_has_its_header(world: World) -> None:
    assert ask("Things", filter="name eq ''", select="name", resultFormat="CSV").content == b"name\r\n"
    found = ask("Observations", filter="result lt -9", select="result", resultFormat="CSV", count="true")
    assert (found.content, found["X-Total-Count"]) == (b"result\r\n", "0")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_text_is_taken_for_a_formula(world: World, text: str) -> None:
    Thing.objects.filter(id=world.things["KK01"].id).update(name=text)
    rows = table("Things", filter="properties/code eq 'KK01'")
    assert rows[0]["name"] == f"'{text}"
    assert tables.safe(-1.5) == "-1.5"


def test_quotes_commas_and_lines_stay_in_their_cell(world: World) -> None:
    said = 'Trạm "A", cổng\nsố 1'
    Thing.objects.filter(id=world.things["KK01"].id).update(name=said)
    assert table("Things", filter="properties/code eq 'KK01'", select="name") == [{"name": said}]
