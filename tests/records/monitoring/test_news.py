"""What is new: nothing is lost, nothing is shown to who may not see it, and PostgreSQL tells of it at the commit."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import numpy as np
import psycopg
import pytest
from django.db import connection, transaction

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import news, observations
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.news import Asked
from tests.portal import network

pytestmark = pytest.mark.django_db(transaction=True)
EVERYTHING = Asked()
NOON = observations.micros(datetime(2026, 11, 20, 5, tzinfo=UTC))


def raw(code: str = "KK01", **facts: object) -> Datastream:
    known: dict[str, object] = {"kind": Thing.Kind.AMBIENT_AIR, **facts}
    return network.instrument(network.station(code, **known), "PM2.5")


def put(stream: Datastream, value: float = 20.0, minutes: int = 0) -> None:
    network.put(stream, np.array([NOON + minutes * 60_000_000]), np.array([value]))


def told(heard: int, asked: Asked = EVERYTHING, reader: access.Rights = access.ANYBODY) -> dict[str, float | None]:
    return {one.station: one.value for one in news.since(heard, news.mark(), asked, reader)}


def listener() -> psycopg.Connection[tuple[object, ...]]:
    facts = connection.get_connection_params()
    facts.pop("cursor_factory", None)
    facts.pop("context", None)
    wire = psycopg.connect(**facts, autocommit=True)
    wire.execute(f"LISTEN {news.CHANNEL}")
    return wire


def payloads(wire: psycopg.Connection[tuple[object, ...]], seconds: float = 0.3) -> list[str]:
    return [one.payload for one in wire.notifies(timeout=seconds)]


def test_what_was_written_since_a_mark_is_news() -> None:
    stream, other = raw(), raw("KK02")
    put(other)
    heard = news.mark().heard
    put(stream, 21.5)
    assert told(heard)["KK01"] == 21.5


def test_what_was_written_before_a_mark_is_no_news_once_older_transactions_have_ended() -> None:
    put(raw())
    until = time.monotonic() + 30
    while told(news.mark().heard):  # other tests' transactions on the same server hold the mark back
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_commit_that_overtakes_another_hides_nothing() -> None:
    """The one that began first ends last: whoever has heard the second must still hear the first."""
    slow, quick = raw("KK01"), raw("KK02")
    begun, go = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            put(slow, 11.0)
            begun.set()
            assert go.wait(10)
        connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert begun.wait(10)
    put(quick, 12.0)
    heard = news.mark().heard
    go.set()
    thread.join()
    assert told(heard)["KK01"] == 11.0


def test_what_is_written_in_a_savepoint_is_not_lost() -> None:
    """A row written there carries the number of the savepoint, not that of its transaction."""
    stream = raw()
    begun, go = threading.Event(), threading.Event()

    def nested() -> None:
        with transaction.atomic():
            Thing.objects.filter(code="KK01").update(source="x")  # so that the transaction has a number of its own
            with transaction.atomic():
                put(stream, 13.0)
            begun.set()
            assert go.wait(10)
        connection.close()

    thread = threading.Thread(target=nested)
    thread.start()
    assert begun.wait(10)
    heard = news.mark().heard
    assert "KK01" not in told(heard)
    go.set()
    thread.join()
    assert told(heard)["KK01"] == 13.0


def test_a_missing_value_is_none() -> None:
    stream, heard = raw(), news.mark().heard
    network.put(stream, np.array([NOON]), np.array([np.nan]), quality=9)
    assert told(heard) == {"KK01": None}


def test_what_came_late_is_no_news() -> None:
    """An older value than the newest one changes nothing of what is told."""
    stream = raw()
    put(stream, 20.0, minutes=60)
    with listener() as wire:
        put(stream, 99.0)
        assert payloads(wire) == []
    assert told(0)["KK01"] == 20.0


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(stations=frozenset({"KK01"})), {"KK01"}),
        (Asked(kinds=frozenset({"surface_water"})), {"NM01"}),
        (Asked(properties=frozenset({"DO"})), {"NM01"}),
        (Asked(procedures=frozenset({"mean_1h"})), set()),
        (Asked(stations=frozenset({"KK01"}), properties=frozenset({"DO"})), set()),
        (EVERYTHING, {"KK01", "NM01"}),
    ],
)
def test_a_filter_says_the_same_in_sql_and_here(asked: Asked, found: set[str]) -> None:
    put(raw())
    water = network.instrument(network.station("NM01", kind=Thing.Kind.SURFACE_WATER), "DO")
    put(water)
    assert set(told(0, asked)) == found
    assert {one.station for one in news.newest(EVERYTHING, access.ANYBODY)[1] if asked.takes(one)} == found


def test_nobody_hears_of_what_they_may_not_read() -> None:
    put(raw("NB01", data_class=DataClass.INTERNAL))
    assert told(0) == {}
    assert told(0, reader=access.SYSTEM) == {"NB01": 20.0}
    chosen = Asked(stations=frozenset({"NB01"}))
    assert news.unknown(chosen, access.ANYBODY) == ("station", "NB01")
    assert news.unknown(chosen, access.SYSTEM) is None


def test_postgresql_tells_of_the_stations_at_the_commit_and_once() -> None:
    stream = raw()
    with listener() as wire:
        with transaction.atomic():
            put(stream)
            put(stream, 21.0, minutes=5)
            assert payloads(wire) == []
        assert payloads(wire) == [str(stream.thing_id)]
        with transaction.atomic():
            put(stream, 22.0, minutes=10)
            transaction.set_rollback(True)
        assert payloads(wire) == []


def test_too_many_stations_for_one_notification_are_told_without_names() -> None:
    things = Thing.objects.bulk_create(
        [Thing(code=f"K{n}", name="x", kind=Thing.Kind.AMBIENT_AIR, state=Thing.State.ACTIVE) for n in range(2500)]
    )
    first = raw()
    facts = {"observed_property": first.observed_property, "sensor": first.sensor, "procedure": "raw"}
    streams = Datastream.objects.bulk_create([Datastream(thing=thing, **facts) for thing in things])
    size = len(streams)
    rows = observations.Rows(
        np.array([one.id for one in streams]), np.full(size, NOON), np.ones(size), np.zeros(size), np.ones(size)
    )
    with listener() as wire:
        observations.write(rows, by="test", reason="test", at=datetime(2026, 11, 20, 6, tzinfo=UTC))
        assert payloads(wire) == [""]


def test_waiting_hears_what_was_told() -> None:
    stream, other = raw(), raw("KK02")
    news.listen()
    assert news.wait(0.01) == set()
    put(stream)
    put(other)
    assert news.wait(5, gather_s=0.2) == {stream.thing_id, other.thing_id}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_notify('{news.CHANNEL}', '')")
    assert news.wait(5) is None
    connection.close()


def test_standing_differs_after_any_commit_and_only_then() -> None:
    stream = raw()
    before = news.standing()
    put(stream)
    assert news.standing() != before
    with transaction.atomic():
        put(stream, minutes=5)
        assert news.standing() != news.standing()
