"""The job queue beside the worker: real jobs, in a real database."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from nonnuoc.ingest import background, tasks, worker
from nonnuoc.ingest.spool import Envelope, Spool
from nonnuoc.records.monitoring import partitions
from nonnuoc.records.monitoring.models import Delivery
from tests import factories as f
from tests.ingest.ftp_door import eventually

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_jobs_of_other_tests():
    """Django empties only its own tables after a test that commits: what others queued would be worked off here."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def home(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


def running(true, seconds=15) -> bool:
    stop = threading.Event()
    thread = background.start(stop)
    try:
        return eventually(true, seconds)
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def test_what_could_not_be_placed_is_read_again_after_registration():
    f.send(f.line("PM2.5", 12, f.NOON), code="KK07")
    assert Delivery.objects.get().state == "quarantined"
    f.station("KK07")
    assert running(lambda: Delivery.objects.get().state == "committed")
    assert Delivery.objects.get().stored == 1


def test_a_job_deferred_in_a_transaction_is_part_of_it_while_jobs_run():
    stop = threading.Event()
    thread = background.start(stop)
    try:
        assert eventually(lambda: _workers() == 1, 10)
        from django.db import transaction

        with pytest.raises(ZeroDivisionError), transaction.atomic():
            tasks.replay.configure(queue="nobody").defer(thing_id=1)
            raise ZeroDivisionError
        assert not ProcrastinateJob.objects.filter(queue_name="nobody").exists()
    finally:
        stop.set()
        thread.join(20)


def test_stale_uploads_end_as_quarantined_deliveries(home):
    spool = Spool(home)
    path = spool.receiving / "abc.part"
    path.write_bytes(Envelope("ftp", "KK01", f.name("KK01")).line + f.tt10(f.line("PM2.5", 12, f.NOON)))
    scrap = spool.receiving / "scrap.tmp"
    scrap.write_bytes(b"killed while it was written")
    f.station()
    assert tasks.retire_stale_uploads(0) == 0
    for one in (path, scrap):
        os.utime(one, (0, 0))
    assert tasks.retire_stale_uploads(0) == 1
    assert list(spool.receiving.iterdir()) == []
    worker.Worker(spool, worker.Sweep(home), threading.Event()).drain_once()
    row = Delivery.objects.get()
    assert (row.state, row.code, row.stored, row.station_code) == ("quarantined", "unfinished", 0, "KK01")
    assert row.reason


def its_worker_dies() -> None:
    """Every job that waits was in the hands of a worker that was killed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE status = 'todo'", cursor.fetchone()
        )


def look_after_stalled_jobs() -> None:
    async def restart():
        from procrastinate.contrib.django.django_connector import DjangoConnector

        with app.replace_connector(DjangoConnector().get_worker_connector()):
            async with app.open_async():
                job = type("Nothing", (), {})()
                await tasks.restart_stalled_jobs(_context(job), 0)

    asyncio.run(restart())


def test_a_job_whose_worker_was_killed_starts_again():
    thing = f.station()
    ProcrastinateJob.objects.all()._raw_delete("default")
    tasks.replay.defer(thing_id=thing.id)
    its_worker_dies()
    look_after_stalled_jobs()
    assert ProcrastinateJob.objects.get().status == "todo"


def test_one_of_which_the_like_waits_already_is_left_to_that_and_holds_up_no_other():
    thing = f.station()
    ProcrastinateJob.objects.all()._raw_delete("default")
    tasks.count_what_arrived.defer(timestamp=0)
    tasks.replay.defer(thing_id=thing.id)
    its_worker_dies()
    tasks.count_what_arrived.defer(timestamp=300)
    look_after_stalled_jobs()
    left = ProcrastinateJob.objects.order_by("id").values_list("task_name", "status", "args")
    assert list(left) == [
        ("nonnuoc.ingest.tasks.replay", "todo", {"thing_id": thing.id}),
        ("nonnuoc.ingest.tasks.count_what_arrived", "todo", {"timestamp": 300}),
    ]


def test_jobs_wait_while_the_database_is_away_and_stop_when_told(monkeypatch, caplog):
    async def away(stop, queues):
        raise OSError("connection refused")

    monkeypatch.setattr(background, "_serve", away)
    with caplog.at_level(logging.WARNING):
        assert running(lambda: "connection refused" in caplog.text)


def test_sigterm_stops_the_worker_process(home):
    f.station()
    Spool(home).put(Envelope("ftp", "KK01", f.name("KK01")), f.tt10(f.line("PM2.5", 12, f.NOON)))
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    threading.Thread(target=_terminate_when, args=(home,)).start()
    started = time.monotonic()
    try:
        worker.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert time.monotonic() - started < 20
    assert Delivery.objects.get().stored == 1


def _terminate_when(home: Path) -> None:
    eventually(lambda: not list((home / "inbox" / "new").iterdir()), 10)
    os.kill(os.getpid(), signal.SIGTERM)


def _workers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        return int(cursor.fetchone()[0])


def _context(job) -> JobContext:
    return type("Context", (), {"app": app})()


def test_years_are_put_in_order_every_night(monkeypatch):
    done = []
    monkeypatch.setattr(partitions, "settle", lambda *, today: done.append(("settled", today)))
    monkeypatch.setattr(partitions, "cluster_closed_years", lambda *, today: done.append(("clustered", today)))
    midnight = datetime(2031, 1, 1, tzinfo=UTC)
    tasks.put_years_in_order(int(midnight.timestamp()))
    assert done == [("settled", midnight.date()), ("clustered", midnight.date())]
    assert "43 2 * * *" in {periodic.cron for periodic in app.periodic_registry.periodic_tasks.values()}
