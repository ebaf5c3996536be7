"""Two batches of one station at the same time leave what they would have left one after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from django.db import connection

from nonnuoc.ingest import judging, pipeline
from nonnuoc.ingest.arrival import Arrival
from nonnuoc.records.monitoring import streams
from nonnuoc.records.monitoring.models import Observation
from tests import factories as f

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

STEP = timedelta(minutes=5)
#: What one file says can only be judged with what the other one says: the leap, and that it was one.
FIRST = ["10", "10.2", "9.9", "10.1", "300"]
SECOND = ["10.3", "9.8", "10"]


def batches() -> tuple[list[Arrival], list[Arrival]]:
    since, until = f.NOON - STEP * len(SECOND), f.NOON
    first = f.tt10(*f.every("PM2.5", FIRST, until=since), *f.every("PM10", ["20"] * 8, until=until))
    second = f.tt10(*f.every("PM2.5", SECOND, until=until), *f.every("NO2", ["40"] * 8, until=until))
    return [f.arrival(first)], [f.arrival(second)]


def everything() -> list[tuple[str, ...]]:
    """All rows there are, told without ids."""
    columns = ("datastream__procedure", "datastream__observed_property__code", "time", "value", "status", "quality")
    return sorted(tuple(map(repr, row)) for row in Observation.objects.values_list(*columns))


def someone_waits_for_a_lock() -> bool:
    """In this database: others may run on the same server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory')"
        )
        return bool(cursor.fetchone()[0])


def at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Take both in; the first one has judged, and not stored, when the second begins. Whether that one had to wait."""
    store, first_has_judged, second_has_judged = judging.store, Event(), Event()
    waited = []

    def store_later(*arguments: object) -> None:
        if not first_has_judged.is_set():
            first_has_judged.set()
            until = monotonic() + 10
            while not (second_has_judged.is_set() or someone_waits_for_a_lock()) and monotonic() < until:
                sleep(0.01)
            waited.append(not second_has_judged.is_set())
        else:
            second_has_judged.set()
        store(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "store", store_later)
    first, second = batches()
    threads = [Thread(target=closing(lambda: pipeline.accept(first)))]
    threads[0].start()
    assert first_has_judged.wait(10)
    threads.append(Thread(target=closing(lambda: pipeline.accept(second))))
    threads[1].start()
    for thread in threads:
        thread.join(30)
    monkeypatch.setattr(judging, "store", store)
    return waited == [True]


def closing(work: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    return run


@pytest.fixture
def one_after_the_other() -> list[tuple[str, ...]]:
    f.station()
    for batch in batches():
        pipeline.accept(batch)
    rows = everything()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE monitoring_thing CASCADE")
    f.station()
    return rows


def test_two_batches_of_one_station_take_turns(one_after_the_other, monkeypatch):
    assert at_the_same_time(monkeypatch)
    assert everything() == one_after_the_other


def test_control_without_the_stations_lock_flags_and_indices_would_differ(one_after_the_other, monkeypatch):
    monkeypatch.setattr(streams, "lock", lambda thing_ids: None)
    assert not at_the_same_time(monkeypatch)
    assert everything() != one_after_the_other
