"""Data arrays (OGC 18-088, clause 14): what DataArrayTests of ets-sta10 looks at, and every page to the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from nonnuoc.records.monitoring.models import ObservationFeature
from tests.api import observed
from tests.api.observed import World
from tests.api.sensorthings.conformance.service import ROOT, Service

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

COMPONENTS = ["id", "phenomenonTime", "result", "resultTime", "resultQuality", "validTime", "parameters"]


def as_entities(pages: Any) -> list[dict[str, Any]]:
    """The rows of data arrays as the entities they stand for, with their datastream."""
    return [
        {"Datastream": group["Datastream@iot.navigationLink"], **dict(zip(group["components"], row, strict=True))}
        for page in pages
        for group in page["value"]
        for row in group["dataArray"]
    ]


def test_shape_of_a_page(service: Service) -> None:
    page = service.get("Observations", resultFormat="dataArray", count="true", top=3)
    assert page["@iot.count"] == len(service.all("Observations"))
    assert page["@iot.nextLink"].startswith(ROOT)
    assert sum(group["dataArray@iot.count"] for group in page["value"]) == 3
    for group in page["value"]:
        assert group["Datastream@iot.navigationLink"].startswith(f"{ROOT}/Datastreams(")
        assert group["components"] == COMPONENTS
        assert group["dataArray@iot.count"] == len(group["dataArray"])
        assert all(len(row) == len(COMPONENTS) for row in group["dataArray"])


@pytest.mark.parametrize("top", [7, 50, 20_000])
def test_pages_hold_every_observation_once_and_as_json_does(insider: Service, top: int) -> None:
    rows = as_entities(insider.pages("Observations", resultFormat="dataArray", top=top))
    entities = {one["@iot.id"]: one for one in insider.all("Observations", top=1000)}
    assert len(rows) == len(entities) == len({row["id"] for row in rows})
    for row in rows:
        entity = entities[row.pop("id")]
        stream = insider.get(entity["Datastream@iot.navigationLink"])["@iot.selfLink"] if row is rows[0] else None
        assert stream in (None, row["Datastream"])
        assert {name: entity[name] for name in COMPONENTS[1:]} == {name: row[name] for name in COMPONENTS[1:]}


def test_select_and_filter_and_order_hold(service: Service, world: World) -> None:
    stream = world.stream("KK01", "PM2.5").id
    asked = {"filter": "result gt 22 and result lt 28", "orderby": "result desc", "select": "result,phenomenonTime"}
    (group,) = service.get(f"Datastreams({stream})/Observations", resultFormat="dataArray", **asked)["value"]
    assert group["components"] == ["result", "phenomenonTime"]
    entities = service.all(f"Datastreams({stream})/Observations", **asked)
    assert group["dataArray"] == [[one["result"], one["phenomenonTime"]] for one in entities]
    assert entities == sorted(entities, key=lambda one: -one["result"])
    assert entities


def test_missing_value_is_null(service: Service, world: World) -> None:
    stream = world.stream("KK01", "PM2.5").id
    options = {"filter": "resultQuality/flag eq 'missing'", "select": "result,resultQuality"}
    (group,) = service.get(f"Datastreams({stream})/Observations", resultFormat="dataArray", **options)["value"]
    ((result, quality),) = group["dataArray"]
    assert result is None
    assert quality == {"flag": "missing", "checks": ["missing"], "standing": "provisional", "late": False}


def test_a_result_that_came_later_says_so_everywhere(service: Service, world: World) -> None:
    stream = world.stream("KK01", "PM2.5")
    later = observed.NOON + timedelta(minutes=7)
    ObservationFeature.objects.create(datastream=stream, time=observed.NOON, result_time=later)
    address, options = f"Datastreams({stream.id})/Observations", {"orderby": "phenomenonTime desc", "top": 1}
    assert service.get(address, **options)["value"][0]["resultTime"] == "2026-11-20T05:07:00Z"
    (group,) = service.get(address, resultFormat="dataArray", select="resultTime", **options)["value"]
    assert group["dataArray"] == [["2026-11-20T05:07:00Z"]]
    table = service.answer(address, resultFormat="CSV", select="resultTime,phenomenonTime", **options).content
    assert table.splitlines()[1] == b"2026-11-20T05:07:00Z,2026-11-20T05:00:00Z"


def test_nothing_found_is_an_empty_list(service: Service) -> None:
    page = service.get("Observations", resultFormat="dataArray", filter="result lt -1000", count="true")
    assert page == {"@iot.count": 0, "value": []}


def test_only_observations_come_so(service: Service) -> None:
    assert service.refused("Things", resultFormat="dataArray")["parameter"] == "$resultFormat"
    assert service.refused("Observations", resultFormat="dataArray", expand="Datastream")["parameter"]
    assert service.refused("Observations", resultFormat="dataArray", select="Datastream,nothing")["position"] == 11
