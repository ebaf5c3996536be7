"""The stream as the web server gives it: what is new since the last id, then it lets go."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from django.test import Client

from nonnuoc.api.live import news as said
from nonnuoc.records.accounts import access_keys
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import news, observations
from nonnuoc.records.monitoring.models import Thing
from tests.api.observed import NOON, World
from tests.portal import network

ADDRESS = "/api/stream"
LATER = observations.micros(NOON) + network.STEP


def heard(text: bytes) -> list[dict[str, Any]]:
    """The events a browser would see: fields of one block, `data` read as JSON."""
    blocks = [re.findall(r"^(\w+): (.*)$", block, re.M) for block in text.decode().split("\n\n")]
    found: list[dict[str, Any]] = [dict(block) for block in blocks]
    return [block | {"data": json.loads(block["data"])} for block in found if "data" in block]


def stations(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.content
    return {event["data"]["station"] for event in heard(answer.content)}


@pytest.mark.django_db
def test_at_first_only_where_to_go_on_from_is_told(client: Client, world: World) -> None:
    answer = client.get(ADDRESS)
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert re.fullmatch(rb"retry: 3000\n\nid: \d+\n\n", answer.content)


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["header", "query"])
def test_then_what_came_since(client: Client, world: World, how: str) -> None:
    since = str(news.mark().heard)
    raw = world.stream("KK01", "PM2.5")
    network.put(raw, np.array([LATER]), np.array([44.5]), quality=3 | 1 << 10)
    asked = {"headers": {"Last-Event-ID": since}} if how == "header" else {"query_params": {"after": since}}
    answer = client.get(ADDRESS, query_params={"station": "KK01"} | asked.pop("query_params", {}), **asked)
    (event,) = heard(answer.content)
    assert event["event"] == "observations"
    assert int(event["id"]) >= int(since)
    told = event["data"]
    assert (told["station"], told["kind"], told["simulated"]) == ("KK01", "ambient_air", False)
    (stream,) = [one for one in told["datastreams"] if one["id"] == raw.id]
    assert stream == {
        "id": raw.id,
        "property": "PM2.5",
        "procedure": "raw",
        "time": "2026-11-20T05:05:00Z",
        "value": 44.5,
        "unit": "µg/Nm3",
        "quality": {"flag": "suspect", "checks": ["rate_of_change"], "standing": "provisional", "late": False},
    }


@pytest.mark.django_db
def test_only_the_last_event_of_an_answer_says_that_all_was_heard(client: Client, world: World) -> None:
    """Who is cut off before it begins anew from where they were."""
    Thing.objects.update(data_class=DataClass.PUBLIC)
    events = heard(client.get(ADDRESS, {"after": "7"}).content)
    assert len(events) == 6
    assert {event["id"] for event in events[:-1]} == {"7"}
    assert int(events[-1]["id"]) > 7


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anybody", "operator", "x", "y"])
def test_everybody_hears_what_they_may_read(client: Client, world: World, who: str) -> None:
    headers = {}
    if who != "anybody":
        headers = {"Authorization": f"Bearer {access_keys.make(world.people[who], name='test')[1]}"}
    assert stations(client.get(ADDRESS, {"after": "1"}, headers=headers)) == world.readable(who)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "surface_water"}, {"NM01"}),
        ({"property": "PM10"}, {"KK01"}),
        ({"procedure": "aqi_1h"}, {"KK01"}),
        ({"station": "KK01,NM01", "property": "DO"}, {"NM01"}),
    ],
)
def test_a_listener_chooses(client: Client, world: World, query: dict[str, str], found: set[str]) -> None:
    assert stations(client.get(ADDRESS, {"after": "1", **query})) == found


@pytest.mark.django_db
def test_an_id_of_another_database_begins_anew(client: Client, world: World) -> None:
    assert stations(client.get(ADDRESS, {"after": str(10**17)})) == world.readable("anybody")


@pytest.mark.django_db
@pytest.mark.parametrize("id_", ["x", "-1", "1.5", "9" * 19, "１"])
def test_what_is_no_id_is_told(client: Client, world: World, id_: str) -> None:
    answer = client.get(ADDRESS, {"after": id_})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "after")


@pytest.mark.django_db
def test_a_station_of_others_is_as_unknown_as_one_that_is_not(client: Client, world: World) -> None:
    for code in ("XT01", "NONE"):
        answer = client.get(ADDRESS, {"station": code})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_station")
        assert answer.json()["detail"].replace(code, "") == "No station '' can be read here."


@pytest.mark.django_db
def test_of_too_many_it_is_only_said_that_there_are_many(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(said, "MOST", 2)
    (event,) = heard(client.get(ADDRESS, {"after": "1"}).content)
    assert event["event"] == "many"
    assert "/api/stations/latest" in event["data"]["advice"]
