"""The held stream, on real lines: nothing lost, nothing shown to who may not see it, nobody holds up anybody."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from nonnuoc.api.live.held import Server
from nonnuoc.api.live.hub import Batch
from nonnuoc.records.accounts import access, access_keys
from nonnuoc.records.accounts.entrance import presences
from nonnuoc.records.accounts.models import DataClass, Role
from nonnuoc.records.monitoring import news, observations, services
from nonnuoc.records.monitoring.models import Datastream, Thing
from tests.api.listening import PATIENCE_S, Listener, serving
from tests.portal import network
from tests.records.accounts import staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NOON = observations.micros(datetime(2026, 11, 20, 5, tzinfo=UTC))


@pytest.fixture
def streams() -> dict[str, Datastream]:
    """One datastream at a public station and one at a restricted one of an enterprise."""
    office = staff.office("x", "enterprise")
    facts = {"KK01": {"kind": Thing.Kind.AMBIENT_AIR}, "XT01": {"kind": Thing.Kind.WASTEWATER, "office": office}}
    facts["XT01"]["data_class"] = DataClass.RESTRICTED
    properties = {"KK01": "PM2.5", "XT01": "COD"}
    return {code: network.instrument(network.station(code, **known), properties[code]) for code, known in facts.items()}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


_minutes = iter(range(10**9))


def put(stream: Datastream, value: float = 20.0) -> None:
    """A newer value than any before."""
    network.put(stream, np.array([NOON + next(_minutes) * 60_000_000]), np.array([value]))


def value(event: dict[str, Any]) -> float:
    return float(event["data"]["datastreams"][0]["value"])


def heard_up_to(listener: Listener, wanted: float) -> dict[str, Any]:
    """The event with this value; older ones may come late or again before it: an id says "at least so far"."""
    while value(event := listener.event()) < wanted:
        pass
    return event


def key_of_x() -> tuple[access_keys.AccessKey, str]:
    person = staff.person("X")
    staff.task(person, staff.office("x2", "enterprise", parent=None), Role.ENTERPRISE)
    Thing.objects.filter(code="XT01").update(office=person.appointments.get().office)
    return access_keys.make(person, name="test")


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def settled(server: Server, held: int) -> bool:
    until = time.monotonic() + PATIENCE_S
    while sum(server.held.values()) != held and time.monotonic() < until:
        time.sleep(0.01)
    return sum(server.held.values()) == held


def test_what_is_stored_is_told_at_once(server: Server, streams: dict[str, Datastream]) -> None:
    with Listener(server.port) as listener:
        assert listener.headers["Content-Type"] == "text/event-stream"
        assert (listener.block(), set(listener.block())) == ({"retry": "3000"}, {"id"})
        put(streams["KK01"], 31.0)
        event = listener.event()  # by the notification: nobody looks without one for longer than we have patience
        assert event["data"]["station"] == "KK01"
        assert event["data"]["datastreams"][0]["value"] == 31.0
        assert re.fullmatch(r"\d+", event["id"])


def test_who_comes_again_hears_what_they_missed(server: Server, streams: dict[str, Datastream]) -> None:
    with Listener(server.port) as listener:
        put(streams["KK01"], 31.0)
        last = listener.event()["id"]
    put(streams["KK01"], 32.0)
    put(streams["KK01"], 33.0)
    with Listener(server.port, Last_Event_ID=last) as listener:
        assert value(listener.event()) == 33.0  # the newest, not all between
        put(streams["KK01"], 34.0)
        assert heard_up_to(listener, 34.0)


def test_while_people_come_and_go_nothing_is_lost(server: Server, streams: dict[str, Datastream]) -> None:
    """Each listens for one event and comes again with its id: together they hear the newest value, every time."""
    with Listener(server.port) as first:
        put(streams["KK01"], 1.0)
        last = first.event()["id"]
    for number in range(2, 12):
        put(streams["KK01"], float(number))
        with Listener(server.port, Last_Event_ID=last) as listener:
            last = heard_up_to(listener, float(number))["id"]


def test_a_listener_hears_what_they_asked_for(server: Server, streams: dict[str, Datastream]) -> None:
    water = network.instrument(network.station("NM01", kind=Thing.Kind.SURFACE_WATER), "DO")
    with Listener(server.port, "/api/stream?kind=surface_water&property=DO") as listener:
        put(streams["KK01"])
        put(water, 6.5)
        assert listener.event()["data"]["station"] == "NM01"
        assert listener.hears_nothing()


def test_only_who_may_read_it_hears_it(server: Server, streams: dict[str, Datastream]) -> None:
    station_key = services.new_key(streams["XT01"].thing, label="", by=None)
    _, secret = key_of_x()
    with (
        Listener(server.port) as stranger,
        Listener(server.port, **bearer(secret)) as person,
        Listener(server.port, **bearer(station_key)) as station,
    ):
        put(streams["XT01"], 55.0)
        assert person.event()["data"]["station"] == "XT01"
        assert station.event()["data"]["station"] == "XT01"
        assert stranger.hears_nothing()
    with Listener(server.port, **bearer("wrong")) as refused:
        assert refused.status == 401
        assert json.loads(refused.everything())["code"] == "key"


def test_a_station_that_is_closed_to_the_public_is_heard_no_more(
    server: Server, streams: dict[str, Datastream]
) -> None:
    with Listener(server.port) as listener:
        put(streams["KK01"])
        assert listener.event()
        Thing.objects.update(data_class=DataClass.RESTRICTED)
        put(streams["KK01"])
        assert listener.hears_nothing()


def test_a_revoked_key_hears_no_more(streams: dict[str, Datastream]) -> None:
    key, secret = key_of_x()
    with serving(renew_s=0.2, heartbeat_s=0.1) as server, Listener(server.port, **bearer(secret)) as listener:
        put(streams["XT01"])
        assert listener.event()["data"]["station"] == "XT01"
        access_keys.AccessKey.objects.filter(id=key.id).update(revoked=timezone.now())
        assert "This key was revoked." in listener.everything()


def test_who_loses_the_task_hears_no_more_of_it(streams: dict[str, Datastream]) -> None:
    key, secret = key_of_x()
    with serving(renew_s=0) as server, Listener(server.port, **bearer(secret)) as listener:  # asked before each event
        put(streams["XT01"])
        assert listener.event()
        key.person.appointments.update(until=timezone.now())
        put(streams["XT01"])
        put(streams["KK01"])
        assert listener.event()["data"]["station"] == "KK01"


def test_who_signs_out_hears_no_more(streams: dict[str, Datastream], client: Client) -> None:
    key, _ = key_of_x()
    client.force_login(key.person)
    client.get("/api/stream")  # the door notices them
    cookie = f"sessionid={client.session.session_key}"
    with serving(renew_s=0.2, heartbeat_s=0.1) as server, Listener(server.port, Cookie=cookie) as listener:
        put(streams["XT01"])
        assert listener.event()["data"]["station"] == "XT01"
        presences.end(presences.of(key.person))
        assert "This session is over" in listener.everything()


def test_a_quiet_line_is_kept_alive() -> None:
    with serving(heartbeat_s=0.1) as server, Listener(server.port) as listener:
        listener.block(), listener.block()
        assert [listener.block(), listener.block()] == [{"": "still here"}] * 2


def test_beyond_the_limit_one_is_answered_and_let_go(streams: dict[str, Datastream]) -> None:
    with serving(of_address=2) as server:
        with Listener(server.port), Listener(server.port) as second:
            assert settled(server, 2)
            with Listener(server.port) as third:
                assert third.status == 200
                assert "retry: 15000" in third.everything()
            put(streams["KK01"])
            assert second.event()
        assert settled(server, 0)
        with Listener(server.port) as again:
            put(streams["KK01"])
            assert again.event()


def test_who_reads_too_slowly_is_told_and_let_go(streams: dict[str, Datastream]) -> None:
    put(streams["KK01"], 0.0)  # may be told to both, before the crowds or between them
    (one,) = news.since(0, news.mark(), news.Asked(stations=frozenset({"KK01"})), access.SYSTEM)
    with (
        serving(waiting=3, parting_s=30) as server,
        Listener(server.port, buffer=4096) as slow,
        Listener(server.port) as quick,
    ):
        assert settled(server, 2)
        for number in range(1, 13):
            crowd = [replace(one, datastream_id=n, value=float(number), written=2**60 + number) for n in range(5000)]
            server._loop.call_soon_threadsafe(server._tell, Batch(crowd, 1, 2))
            assert len(heard_up_to(quick, number)["data"]["datastreams"]) == 5000
        assert "you read too slowly" in slow.everything()
        put(streams["KK01"], 13.0)
        assert heard_up_to(quick, 13.0)


def test_the_database_goes_away_and_comes_back(server: Server, streams: dict[str, Datastream]) -> None:
    with Listener(server.port) as listener:
        put(streams["KK01"], 1.0)
        assert listener.event()
        with database_away():
            until = time.monotonic() + PATIENCE_S
            while not server.ear.away:
                assert time.monotonic() < until
                time.sleep(0.05)
            put(streams["KK01"], 2.0)
            with Listener(server.port) as other:
                assert (other.status, "Retry-After" in other.headers) == (503, True)
            with Listener(server.port, Accept="text/event-stream") as browser:  # gives up after any other status
                assert browser.status == 200
                assert re.fullmatch(r": The database is away\..*\n\nretry: 60000\n\n", browser.everything())
        assert heard_up_to(listener, 2.0)
        put(streams["KK01"], 3.0)
        assert heard_up_to(listener, 3.0)


@contextlib.contextmanager
def database_away() -> Iterator[None]:
    """For everybody but this test's own connection."""
    name = psycopg.sql.Identifier(connection.settings_dict["NAME"])
    facts = connection.get_connection_params() | {"dbname": "postgres"}
    own = connection.connection.info.backend_pid
    with psycopg.connect(**{one: facts[one] for one in facts if one not in ("cursor_factory", "context")}) as wire:
        wire.autocommit = True
        allow = psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        wire.execute(allow.format(name, psycopg.sql.SQL("false")))
        try:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
            wire.execute(others, [connection.settings_dict["NAME"], own])
            yield
        finally:
            wire.execute(allow.format(name, psycopg.sql.SQL("true")))


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"hello\r\n\r\n", b"400"),
        (b"GET /api/stream HTTP/2\r\n\r\n", b"400"),
        (b"GET http://elsewhere/ HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /api/stream HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", b"400"),
        (b"GET /api/stream HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET /api/stream HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"400"),
        (b"GET /api/stream HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n", b"400"),
        (b"GET /api/stream HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n", b"400"),
        (b"GET /desk/ HTTP/1.1\r\nHost: localhost\r\n\r\n", b"404"),
        (b"POST /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n", b"405"),
        (b"HEAD /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n", b"200"),
        (b"OPTIONS /api/stream HTTP/1.1\r\nHost: localhost\r\nOrigin: https://a.example\r\n\r\n", b"204"),
        (b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", b"200"),
    ],
)
def test_whatever_comes_is_answered_and_ended(server: Server, raw: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as line:
        with contextlib.suppress(ConnectionError):
            line.sendall(raw)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while more := line.recv(65536):
                answer += more
    assert answer.startswith(b"HTTP/1.1 " + status)


def test_who_says_nothing_is_not_waited_for() -> None:
    with serving(head_s=0.2) as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
        line.sendall(b"GET /api/str")
        assert line.recv(100) == b""


def test_two_hundred_hear_it_within_half_a_second(streams: dict[str, Datastream]) -> None:
    with serving(of_address=1000) as server, contextlib.ExitStack() as lines:
        listeners = [lines.enter_context(Listener(server.port)) for _ in range(200)]
        assert settled(server, 200)
        waits = []
        for number in range(5):
            began = time.monotonic()
            put(streams["KK01"], float(number))
            for listener in listeners:
                assert heard_up_to(listener, float(number))
            waits.append(time.monotonic() - began)
        assert min(waits) < 0.5
