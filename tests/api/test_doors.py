"""Every address that is read, as the table of addresses has it: who may keep the answer, and whose eyes it is for."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from nonnuoc.api.guide import described, examples
from nonnuoc.api.guide.openapi import document
from nonnuoc.records.accounts import access_keys
from nonnuoc.records.monitoring import offered, services
from tests.api.observed import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
#: Pages for people know nobody, and the line that stays open is held elsewhere.
OTHERS = ("/api/docs", "/api/stream")


@pytest.fixture
def addresses(world: World) -> list[str]:
    """An address of each operation that reads and needs no key."""
    groups = described.groups(document("http://testserver"), examples.known(offered.to_everybody()))
    told = [one.example for group in groups for one in group.operations if one.example and not one.needs_key]
    found = [address for address in told if address != "/api/" and not address.startswith(OTHERS)]
    assert len(found) > 30
    return found


def kept(answer: HttpResponse) -> str:
    """What caches are told; the body is read to its end, as a server does."""
    if answer.streaming:
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return answer.headers["Cache-Control"]


def test_what_a_stranger_is_told_anybody_may_keep(addresses: list[str]) -> None:
    for address in addresses:
        answer = Client().get(address)
        assert answer.status_code == 200, address
        assert kept(answer).startswith(("public, max-age=", "no-cache")), address
        assert answer.headers["Access-Control-Allow-Origin"] == "*", address
        assert {"Authorization", "Cookie"} <= {word.strip() for word in answer.headers["Vary"].split(",")}, address


def test_what_somebody_known_is_told_nobody_may_keep(addresses: list[str], world: World) -> None:
    person = world.people["operator"]
    secret = access_keys.make(person, name="x")[1]
    station = services.new_key(world.things["XT01"], label="", by=None)
    signed_in = Client()
    signed_in.force_login(person)
    for address in addresses:
        for client in (
            Client(headers={"authorization": f"Bearer {secret}"}),
            Client(headers={"authorization": f"Bearer {station}"}),
            signed_in,
        ):
            answer = client.get(address)
            assert answer.status_code == 200, address
            told = kept(answer)
            assert "public" not in told and "max-age" not in told, (address, told)
            assert "private" in told or "no-store" in told, (address, told)
        assert "Access-Control-Allow-Origin" not in answer.headers, address  # the session's


def test_a_wrong_key_is_refused_everywhere(addresses: list[str]) -> None:
    for address in addresses:
        answer = Client(headers={"authorization": "Bearer nnk_wrong"}).get(address)
        assert answer.status_code in (401, 429), address
        assert kept(answer) == "no-store"


def test_what_follows_from_accept_says_so(addresses: list[str]) -> None:
    for address in addresses:
        kinds = set()
        for accept in ("text/html,*/*;q=0.8", "application/json"):
            answer = Client(headers={"accept": accept}).get(address)
            kept(answer)
            kinds.add((answer.headers["Content-Type"], "Accept" in answer.headers["Vary"].replace(",", " ").split()))
        assert len({kind for kind, _ in kinds}) == 1 or all(told for _, told in kinds), address


def test_head_is_get_without_a_body(addresses: list[str]) -> None:
    for address in addresses:
        client = Client(headers={"accept-encoding": "identity"})
        full, head = client.get(address), client.head(address)
        assert head.status_code == full.status_code == 200, address
        assert head.headers["Content-Type"] == full.headers["Content-Type"], address
        kept(full)
        assert b"".join(head) == b"", address  # type: ignore[arg-type]


def test_each_answers_a_preflight_and_refuses_other_methods_before_anything_is_asked(addresses: list[str]) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in addresses:
        asked = strict.options(address, headers={"origin": "https://x.example", "access-control-request-method": "GET"})
        assert asked.status_code == 204, address
        assert "GET" in asked.headers["Access-Control-Allow-Methods"], address
        assert strict.generic("TRACE", address).status_code == 405, address


def test_each_tells_what_is_left(addresses: list[str], settings: Any) -> None:
    settings.API_LIMITS = {"reads": 10_000, "downloads": 10_000}
    for address in addresses:
        answer = Client().get(address)
        kept(answer)
        assert answer.headers["RateLimit"].startswith(('"reads";r=', '"downloads";r=')), address


def test_the_key_of_a_station_sees_its_own_station_and_no_other(world: World) -> None:
    secret = services.new_key(world.things["XT01"], label="", by=None)
    client = Client(headers={"authorization": f"Bearer {secret}"})
    told = client.get("/api/sensorthings/v1.1/Things?$top=1000&$count=true").json()
    assert {one["properties"]["code"] for one in told["value"]} == {"KK01", "NM01", "XT01"}
    assert told["@iot.count"] == 3
