"""The years of the table, and the promises that its triggers keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from threading import Barrier, Thread
from time import monotonic, sleep

import numpy as np
import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from nonnuoc.records.monitoring import observations, partitions
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Sensor, Thing
from nonnuoc.records.monitoring.observations import Rows

NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
STEP = 300_000_000
pytestmark = pytest.mark.django_db


@pytest.fixture
def stream() -> Datastream:
    thing = Thing.objects.create(code="KK01", name="Trạm", kind=Thing.Kind.AMBIENT_AIR, state=Thing.State.ACTIVE)
    sensor = Sensor.objects.create(kind=Sensor.Kind.INSTRUMENT, name="analyser")
    observed = ObservedProperty.objects.create(code="x", name_vi="x", name_en="x", unit="1")
    return Datastream.objects.create(thing=thing, sensor=sensor, observed_property=observed, procedure="raw")


@pytest.fixture
def years_put_back(transactional_db: None) -> Iterator[None]:
    """Partitions made in earnest, outside the test's transaction, are taken away again."""
    before = partitions.years()
    yield
    with connection.cursor() as cursor:
        for year in set(partitions.years()) - set(before):
            cursor.execute(f"DROP TABLE observation_{year:04d}")


def first_of(year: int) -> int:
    return observations.micros(datetime(year, 1, 1, tzinfo=UTC))


def put(stream: Datastream, *times: int, value: float = 1.0) -> None:
    observations.write(rows_of(stream, *times, value=value), by="test", reason="test", at=NOW)


def rows_of(stream: Datastream, *times: int, value: float = 1.0) -> Rows:
    n = len(times)
    return Rows(np.full(n, stream.id), np.array(times), np.full(n, value), np.zeros(n), np.ones(n))  # type: ignore[arg-type]


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def sql(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)


# years


def test_the_years_of_the_migration_are_there() -> None:
    assert partitions.years() == list(range(2010, 2040))


def test_a_year_is_one_of_utc(stream: Datastream) -> None:
    put(stream, first_of(2026) - 1, first_of(2026))
    assert (count("observation_2025"), count("observation_2026")) == (1, 1)


def test_a_missing_year_is_made_and_its_waiting_rows_moved(stream: Datastream) -> None:
    put(stream, first_of(2051) - 1, first_of(2051), first_of(2052) - 1, first_of(2052))
    assert count("observation_default") == 4
    assert partitions.ensure(2051, 2051) == [2051]
    assert (count("observation_default"), count("observation_2051")) == (2, 2)
    assert len(observations.read(stream.id, first_of(2050), first_of(2053))) == 4
    put(stream, first_of(2051), value=2.0)
    assert observations.read(stream.id, first_of(2051), first_of(2051) + 1).value.tolist() == [2.0]


def test_years_that_are_there_are_left_alone() -> None:
    assert partitions.ensure(2038, 2041) == [2040, 2041]
    assert partitions.ensure(2038, 2041) == []


@pytest.mark.parametrize(("first", "last"), [(0, 2020), (2020, 9999)])
def test_a_year_no_date_can_have_is_refused(first: int, last: int) -> None:
    with pytest.raises(ValueError, match="use 1 to 9998"):
        partitions.ensure(first, last)


def test_at_night_waiting_years_and_the_next_one_are_settled(stream: Datastream) -> None:
    put(stream, first_of(1999), first_of(2077))
    assert partitions.settle(today=date(2039, 12, 1)) == [1999, 2077, 2040]
    assert count("observation_default") == 0
    assert partitions.settle(today=date(2039, 12, 1)) == []


@pytest.mark.slow
def test_two_who_make_the_same_years_while_one_writes_do_no_harm(years_put_back: None, stream: Datastream) -> None:
    put(stream, *(first_of(year) for year in range(2060, 2064)))
    start, made, failed = Barrier(3), [], []

    def together(work: Callable[[], object]) -> Thread:
        def run() -> None:
            try:
                start.wait(10)
                work()
            except Exception as error:
                failed.append(error)
            finally:
                connection.close()

        thread = Thread(target=run)
        thread.start()
        return thread

    def send() -> None:
        for step in range(1, 40):
            put(stream, *(first_of(year) + step * STEP for year in range(2060, 2064)))

    def make() -> None:
        for year in range(2060, 2064):
            made.extend(partitions.ensure(year, year))

    for thread in [together(send), together(make), together(make)]:
        thread.join(60)
    assert failed == []
    assert sorted(made) == [2060, 2061, 2062, 2063]
    assert count("observation_default") == 0
    assert [count(f"observation_{year}") for year in range(2060, 2064)] == [40] * 4


@pytest.mark.slow
def test_who_writes_while_a_year_is_made_waits_and_then_finds_it(
    years_put_back: None, stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "MAKE", "SELECT pg_sleep(0.7);" + partitions.MAKE)

    def make() -> None:
        try:
            partitions.ensure(2060, 2060)
        finally:
            connection.close()

    maker = Thread(target=make)
    maker.start()
    until = monotonic() + 10
    while not _default_is_locked() and monotonic() < until:
        sleep(0.01)
    assert maker.is_alive()
    # What `write` does, without its look at what is held: that would wait for the year and hide a missing lock.
    with transaction.atomic():
        observations.hold([stream.id])
        observations._append(rows_of(stream, first_of(2060)))
    maker.join(10)
    assert (count("observation_default"), count("observation_2060")) == (0, 1)


def _default_is_locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'observation_default'::regclass"
            " AND mode = 'AccessExclusiveLock' AND granted"
        )
        return bool(cursor.fetchone()[0])


# closed years


@pytest.mark.slow
def test_a_closed_year_is_laid_in_order_once(stream: Datastream) -> None:
    other = Datastream.objects.create(
        thing=stream.thing, sensor=stream.sensor, observed_property=stream.observed_property, procedure="mean_1h"
    )
    for hour in range(50):
        put(stream, first_of(2020) + hour * 12 * STEP)
        put(other, first_of(2020) + hour * 12 * STEP)
    before = observations.read([stream.id, other.id], first_of(2020), first_of(2021))
    assert partitions.cluster_closed_years(today=date(2021, 2, 28)) == []
    assert partitions.cluster_closed_years(today=date(2021, 3, 2)) == [2020]
    assert partitions.cluster_closed_years(today=date(2021, 3, 3)) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT datastream_id FROM observation_2020 ORDER BY ctid")
        assert [d for (d,) in cursor.fetchall()] == [stream.id] * 50 + [other.id] * 50
    after = observations.read([stream.id, other.id], first_of(2020), first_of(2021))
    assert [c.tolist() for c in after.columns()] == [c.tolist() for c in before.columns()]


@pytest.mark.slow
def test_a_year_in_use_is_left_for_another_night(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "_in_order", lambda year: year != 2020)
    reader = psycopg.connect(
        **{**connection.get_connection_params(), "cursor_factory": psycopg.Cursor, "context": None}
    )
    try:
        reader.execute("SELECT FROM observation_2020")
        assert partitions.cluster_closed_years(today=date(2026, 3, 2)) == []
        reader.rollback()
        assert partitions.cluster_closed_years(today=date(2026, 3, 2)) == [2020]
    finally:
        reader.close()


# promises of the database

ROW = "INSERT INTO observation (datastream_id, time, value, status, quality) VALUES (%s, now(), 1, 0, 1)"


def test_the_database_refuses_a_row_of_an_unknown_datastream() -> None:
    with pytest.raises(IntegrityError, match="observations of a datastream that does not exist: 999999"):
        sql(ROW, 999_999)


def test_the_database_refuses_to_delete_or_renumber_a_datastream_with_rows(stream: Datastream) -> None:
    put(stream, first_of(2026))
    with pytest.raises(IntegrityError, match="has observations"):
        sql("DELETE FROM monitoring_datastream WHERE id = %s", stream.id)
    with pytest.raises(IntegrityError, match="has observations"):
        sql("UPDATE monitoring_datastream SET id = 999999 WHERE id = %s", stream.id)


def test_a_datastream_without_rows_may_go(stream: Datastream) -> None:
    stream.delete()
    assert not Datastream.objects.exists()


def test_the_database_refuses_to_move_a_row_to_another_datastream(stream: Datastream) -> None:
    put(stream, first_of(2026))
    with pytest.raises(IntegrityError, match="never moves"):
        sql("UPDATE observation SET datastream_id = datastream_id + 1")


def test_emptying_the_datastreams_empties_the_observations(stream: Datastream) -> None:
    put(stream, first_of(2026))
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("TRUNCATE monitoring_datastream CASCADE")
    assert count("observation") == 0


@pytest.mark.slow
def test_the_migration_can_be_taken_back_and_made_again(stream: Datastream) -> None:
    migration = import_module("nonnuoc.records.monitoring.migrations.0002_observation")
    put(stream, first_of(2026))
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(migration.BACKWARD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('observation')::text")
        assert cursor.fetchone() == (None,)
    sql(migration.FORWARD)
    assert partitions.years() == list(range(2010, 2040))
    assert count("observation") == 0
