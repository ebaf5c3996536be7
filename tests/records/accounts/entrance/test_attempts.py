"""Tries are counted once each, whoever counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from nonnuoc.records.accounts.entrance import attempts
from nonnuoc.records.accounts.entrance.attempts import Limit
from nonnuoc.records.accounts.entrance.models import Tries

pytestmark = pytest.mark.django_db
THREE = Limit("test", 3, timedelta(minutes=15))
AT = datetime(2026, 3, 2, 5, tzinfo=UTC)


def test_so_many_tries_within_the_time_then_a_wait_to_its_end() -> None:
    assert [THREE.spend("a", at=AT + timedelta(minutes=minute)) for minute in range(5)] == [0, 0, 0, 720, 660]
    assert THREE.spend("a", at=AT + timedelta(minutes=15)) == 0
    assert THREE.spend("b", at=AT) == 0


def test_waiting_is_not_made_longer_by_trying() -> None:
    for _ in range(50):
        THREE.spend("a", at=AT)
    assert THREE.spend("a", at=AT + timedelta(minutes=14)) == 60


def test_what_was_right_is_given_back_or_forgiven() -> None:
    for _ in range(3):
        THREE.spend("a", at=AT)
    THREE.give_back("a")
    assert THREE.spend("a", at=AT) == 0
    assert THREE.spend("a", at=AT) > 0
    THREE.forgive("a")
    assert THREE.spend("a", at=AT) == 0


def test_nobody_is_counted_for_another() -> None:
    other = Limit("other", 3, timedelta(minutes=15))
    for _ in range(4):
        THREE.spend("a", "b", at=AT)
    assert THREE.spend("a", at=AT) == THREE.spend("ab", at=AT) == THREE.spend("b", "a", at=AT) == 0
    assert other.spend("a", "b", at=AT) == 0


def test_the_database_holds_nobodys_address() -> None:
    THREE.spend("an@example.vn", "10.0.0.1", at=AT)
    assert len(bytes(Tries.objects.get().key)) == 32


def test_old_counts_are_forgotten() -> None:
    THREE.spend("old", at=AT)
    THREE.spend("new", at=AT + timedelta(minutes=30))
    assert attempts.forget_old(at=AT + timedelta(minutes=61)) == 1
    assert Tries.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_are_a_hundred() -> None:
    def spend(_: int) -> int:
        try:
            return THREE.spend("a", at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(spend, range(100)))
    assert answers.count(0) == 3
    assert Tries.objects.get().count == 100
