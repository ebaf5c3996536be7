"""The database thinks about a read for three seconds at most, and changes nothing meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InternalError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.patience import patience
from nonnuoc.api.doors.problems import Problem

pytestmark = pytest.mark.django_db


def ask(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@read(max_age=60)
def sleeper(request: HttpRequest, caller: Caller) -> HttpResponse:
    ask("SELECT pg_sleep(10)")
    return HttpResponse("awake")


class Addresses:
    urlpatterns = [path("api/sleeper", sleeper)]


def test_what_takes_too_long_is_given_up_with_advice() -> None:
    begun = time.monotonic()
    with pytest.raises(Problem) as raised, patience(0.2):
        ask("SELECT pg_sleep(10)")
    assert time.monotonic() - begun < 1
    assert (raised.value.status, raised.value.code) == (503, "too_slow")
    assert "Narrow the filter" in raised.value.detail


@pytest.mark.slow
def test_a_door_gives_up_after_three_seconds(client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = Addresses
    begun = time.monotonic()
    answer = client.get("/api/sleeper")
    assert 2.9 < time.monotonic() - begun < 3.6
    assert (answer.status_code, answer.json()["code"]) == (503, "too_slow")
    assert answer.headers["retry-after"] == "60"
    assert ask("SELECT 1") == 1


def test_many_short_statements_are_no_way_around() -> None:
    begun = time.monotonic()
    with pytest.raises(Problem), patience(0.3):
        for _ in range(100):
            ask("SELECT pg_sleep(0.05)")
    assert time.monotonic() - begun < 0.6


def test_the_last_statement_gets_what_is_left() -> None:
    begun = time.monotonic()
    with pytest.raises(Problem), patience(0.4):
        ask("SELECT pg_sleep(0.3)")
        ask("SELECT pg_sleep(10)")
    assert time.monotonic() - begun < 0.7


def test_a_long_filter_is_not_compiled_while_nobody_looks_at_the_clock() -> None:
    with patience():
        assert ask("SELECT current_setting('jit')") == "off"


def test_nothing_is_written_within() -> None:
    with pytest.raises(InternalError, match="read-only transaction"), patience():
        ask("DELETE FROM observation RETURNING 1")


@pytest.fixture
def timeout() -> Iterator[Any]:
    """The limit that holds, in tenths of a second."""
    yield lambda: round(ask("SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'") / 100)


def test_afterwards_there_is_no_limit_and_writing_is_possible(timeout: Any) -> None:
    with patience(1):
        assert timeout() == 10
    assert timeout() == 0
    with pytest.raises(Problem), patience(0.05):
        ask("SELECT pg_sleep(1)")
    assert timeout() == 0
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE written (a int)")


def test_one_within_another_has_no_more_than_that(timeout: Any) -> None:
    with patience(1):
        with patience(9):
            assert timeout() == 10
        with patience(0.5):
            assert timeout() == 5
        assert timeout() == 10


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_around_it_leaves_none_behind(timeout: Any) -> None:
    with patience(1):
        assert timeout() == 10
        assert ask("SELECT current_setting('transaction_read_only')") == "on"
    assert timeout() == 0
    assert not connection.in_atomic_block
    with transaction.atomic():
        assert ask("SELECT current_setting('transaction_read_only')") == "off"


def test_another_fault_of_the_database_stays_what_it_is() -> None:
    error = OperationalError("gone")
    with pytest.raises(OperationalError, match="gone"), patience():
        raise error
