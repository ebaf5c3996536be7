"""/healthz and /readyz."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from nonnuoc.config import health, home
from nonnuoc.ingest import disk
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts.models import Watch
from nonnuoc.records.outbox.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_watch_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither that of another test, nor one that is missed because this process has run tests for so long."""
    Watch.objects.all().delete()
    monkeypatch.setattr(health, "STARTED", time.monotonic())


@contextmanager
def waiting(age_s: float) -> Iterator[Path]:
    file = home.folder("inbox/new") / f"{time.time_ns() - round(age_s * 10**9):020d}-00000000-1-0"
    file.write_bytes(b"{}\n")
    try:
        yield file
    finally:
        file.unlink()


def job(sql_age: str, status: str = "todo") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at) "
            f"VALUES ('q', 't', '{{}}', %s, now() + interval '{sql_age}')",
            [status],
        )


def test_healthz_needs_no_database(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-cache" in answer["Cache-Control"]


def test_readyz_is_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    facts = answer.json()
    assert facts["ready"] is True
    assert facts["problems"] == []
    assert facts["free_disk_bytes"] > 0


def test_readyz_tells_of_deliveries_nobody_takes_in(client: Client) -> None:
    with waiting(health.LONGEST_WAIT_S - 60):
        assert client.get("/readyz").status_code == 200
    with waiting(health.LONGEST_WAIT_S + 60):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["inbox"]
    assert answer.json()["oldest_delivery_s"] == pytest.approx(health.LONGEST_WAIT_S + 60, abs=30)


def test_readyz_tells_of_due_jobs_only(client: Client) -> None:
    job("1 hour")
    job("-2 hours", status="succeeded")
    assert client.get("/readyz").json()["oldest_job_s"] == 0
    job("-1 hour")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["jobs"]
    assert answer.json()["oldest_job_s"] == pytest.approx(3600, abs=60)


def test_readyz_tells_of_a_full_disk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "of", lambda _folder: disk.Disk(health.LEAST_FREE - 1, None))
    assert client.get("/readyz").json()["problems"] == ["disk"]


def test_readyz_tells_of_a_database_that_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> float:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "oldest_job_s", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["database"]
    assert answer.json()["oldest_job_s"] is None


def passed(age_s: float) -> None:
    at = timezone.now() - timedelta(seconds=age_s)
    Watch.objects.update_or_create(id=1, defaults={"at": at, "since": at})


def test_readyz_tells_of_a_watch_that_does_not_go_round(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "STARTED", time.monotonic() - 3600)
    passed(health.LONGEST_S["watch"] - 60)
    assert client.get("/readyz").status_code == 200
    passed(health.LONGEST_S["watch"] + 60)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["watch"]
    assert answer.json()["last_watch_s"] == pytest.approx(360, abs=30)


def test_readyz_gives_the_watch_time_after_a_start(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    passed(86400)
    monkeypatch.setattr(health, "STARTED", time.monotonic() - 60)
    assert client.get("/readyz").status_code == 200


def test_readyz_tells_of_a_watch_that_never_began(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "STARTED", time.monotonic() - 60)
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(health, "STARTED", time.monotonic() - 3600)
    assert client.get("/readyz").json()["problems"] == ["watch"]


def test_readyz_tells_of_messages_nobody_sends(client: Client) -> None:
    now = timezone.now()
    person = Person.objects.create(email="a@example.vn", name="A")
    facts = {"key": "k", "topic": "t", "person": person, "channel": "email", "template": "t", "give_up": now}
    message = Message.objects.create(queued=now, due=now + timedelta(hours=1), **facts)
    assert client.get("/readyz").json()["oldest_message_s"] == 0
    Message.objects.filter(id=message.id).update(due=now - timedelta(hours=1))
    answer = client.get("/readyz")
    assert answer.json()["problems"] == ["messages"]
    assert answer.json()["oldest_message_s"] == pytest.approx(3600, abs=60)
