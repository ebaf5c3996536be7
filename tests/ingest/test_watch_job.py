"""The watch as the worker runs it: by its own schedule, from files that arrive, whatever else the worker does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from nonnuoc.ingest import background, tasks, waiting
from nonnuoc.records.alerts.models import Incident, Watch
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.alerts.watch import watching
from tests import factories as f
from tests.ingest.ftp_door import eventually

NOON, MINUTE = f.NOON, timedelta(minutes=1)
LATENESS = timedelta(seconds=40)  # from the time of a value until its file is here


@pytest.fixture
def home(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


def schedule(since: datetime, until: datetime) -> list[datetime]:
    """The moments at which the worker would start the watch."""
    times = app.periodic_registry.periodic_tasks[tasks.watch.name, ""].croniter
    times.set_current(start_time=since.timestamp() - 1)
    found = []
    while (at := datetime.fromtimestamp(times.get_next(float), UTC)) <= until:
        found.append(at)
    return found


def test_the_watch_goes_round_every_half_minute():
    times = schedule(NOON, NOON + 5 * MINUTE)
    assert [at.second for at in times[:4]] == [0, 30, 0, 30]
    assert len(times) == 11


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("lateness", [timedelta(seconds=5), LATENESS, timedelta(minutes=2)])
def test_a_five_minute_station_that_falls_silent_shows_within_eleven_minutes(home, monkeypatch, lateness):
    rules.load_shipped()
    thing = f.station("KK01", ["PM2.5", "PM10"])
    dies = NOON + 15 * MINUTE
    files = [(at + lateness, at) for at in (NOON + n * 5 * MINUTE for n in range(4)) if at <= dies]
    shown = None
    for at in schedule(NOON, dies + 12 * MINUTE):
        while files and files[0][0] <= at:
            received, time = files.pop(0)
            f.send(f.line("PM2.5", 12, time), f.line("PM10", 20, time), at=received)
        monkeypatch.setattr(tasks, "timezone", SimpleNamespace(now=lambda at=at: at))
        tasks.watch(int(at.timestamp()))
        if shown is None and Incident.objects.filter(family="silence").exists():
            shown = at
    incident = Incident.objects.get(family="silence")
    assert (incident.thing, incident.onset) == (thing, dies)
    assert timedelta(minutes=10) < shown - dies <= timedelta(minutes=11)


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def clean_queue(transactional_db):
    """Django empties only its own tables after a test that commits."""
    _empty()
    yield
    _empty()


held_up = threading.Event()


@app.task(name="tests.ingest.hold_up")
def hold_up() -> None:
    held_up.wait(30)


@pytest.mark.slow
def test_a_job_that_takes_long_does_not_hold_up_the_watch(home, clean_queue):
    held_up.clear()
    hold_up.defer()
    stop = threading.Event()
    threads = [background.start(stop)]
    try:
        assert eventually(lambda: ProcrastinateJob.objects.filter(task_name=hold_up.name, status="doing").exists(), 15)
        threads.append(background.start_watch(stop))
        Watch.objects.all().delete()
        assert eventually(Watch.objects.exists, 35)
        assert ProcrastinateJob.objects.filter(task_name=hold_up.name, status="doing").exists()
    finally:
        held_up.set()
        stop.set()
        for thread in threads:
            thread.join(20)


@pytest.mark.slow
def test_a_pass_that_fails_is_logged_and_the_next_runs(home, clean_queue, monkeypatch):
    passes = []

    def watch(at, **_):
        passes.append(at)
        raise RuntimeError("no")

    monkeypatch.setattr(watching, "watch", watch)
    stop = threading.Event()
    thread = background.start_watch(stop)
    try:
        for n in (1, 2):
            app.configure_task(tasks.watch.name, queue="watch", queueing_lock=f"test-{n}").defer(timestamp=n)
            assert eventually(lambda n=n: len(passes) >= n, 15)
    finally:
        stop.set()
        thread.join(20)
    failed = ProcrastinateJob.objects.filter(task_name=tasks.watch.name, status="failed")
    assert eventually(lambda: failed.count() >= 2, 5)


@pytest.mark.django_db
def test_what_waits_is_told_in_seconds(home):
    _empty()
    assert waiting.seconds(home) == {"deliveries": 0.0, "jobs": 0.0, "judgements": 0.0, "messages": 0.0}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at) "
            "VALUES ('q', %s, '{}', 'todo', now() + interval '1 minute') RETURNING id",
            [tasks.judge_again.name],
        )
        (job,) = cursor.fetchone()
        cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [job])
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'deferred', now() - interval '1 hour')",
            [job],
        )
    told = waiting.seconds(home)
    assert (told["jobs"], round(told["judgements"])) == (0.0, 3600)
