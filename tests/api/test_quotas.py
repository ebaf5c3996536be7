"""Limits hold for every process of the machine together, cost bounded memory, and tell what is left."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from nonnuoc.api.doors import quotas
from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.problems import Problem
from nonnuoc.config import neighbours
from nonnuoc.look import ledger
from nonnuoc.look.ledger import Ledger


@read(max_age=60)
def one(request: HttpRequest, caller: Caller) -> HttpResponse:
    return HttpResponse("one")


@read(max_age=60, budget=quotas.DOWNLOADS, cost=2)
def dear(request: HttpRequest, caller: Caller) -> HttpResponse:
    return HttpResponse("dear")


class Addresses:
    urlpatterns = [path("api/one", one), path("api/dear", dear)]


@pytest.fixture(autouse=True)
def small_budgets(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.API_QUOTAS = tmp_path / "quotas"
    settings.API_LIMITS = {"reads": 3, "downloads": 4}
    settings.ROOT_URLCONF = Addresses
    quotas.ledger.cache_clear()
    yield
    quotas.ledger.cache_clear()


@pytest.mark.django_db
def test_what_is_left_is_told_and_then_it_is_429(client: Client) -> None:
    told = [client.get("/api/one").headers["ratelimit"] for _ in range(3)]
    assert told == ['"reads";r=2;t=20', '"reads";r=1;t=40', '"reads";r=0;t=60']
    refused = client.get("/api/one")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_often")
    assert refused.headers["retry-after"] == "20"
    assert refused.headers["ratelimit-policy"] == '"reads";q=3;w=60'
    assert refused.headers["ratelimit"].startswith('"reads";r=0;t=')
    assert refused.headers["cache-control"] == "no-store"


@pytest.mark.django_db
def test_another_address_and_another_budget_have_their_own(client: Client) -> None:
    for _ in range(4):
        client.get("/api/one")
    assert client.get("/api/one", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert client.get("/api/dear").headers["ratelimit"] == '"downloads";r=2;t=30'
    assert client.get("/api/one").status_code == 429


@pytest.mark.django_db
def test_one_household_is_one_address(client: Client) -> None:
    for last in range(3):
        client.get("/api/one", REMOTE_ADDR=f"2001:db8::{last + 1}")
    assert client.get("/api/one", REMOTE_ADDR="2001:db8::9").status_code == 429
    assert client.get("/api/one", REMOTE_ADDR="2001:db8:0:1::9").status_code == 200


def test_a_key_has_ten_times_as_much() -> None:
    assert quotas.spend(quotas.READS, "key 1", known=True).most == 30


def test_no_limit_is_no_header_and_no_file(settings: Any, tmp_path: Path) -> None:
    settings.API_LIMITS = {}
    assert quotas.spend(quotas.READS, "x", known=False) is None
    assert quotas.headers(None) == {}
    assert not (tmp_path / "quotas").exists()


def test_it_refills_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000.0
    monkeypatch.setattr(ledger.time, "time", lambda: now)
    for _ in range(3):
        quotas.spend(quotas.READS, "x", known=False)
    with pytest.raises(Problem):
        quotas.spend(quotas.READS, "x", known=False)
    now += 20
    assert quotas.spend(quotas.READS, "x", known=False).left == 0
    now += 60
    assert quotas.spend(quotas.READS, "x", known=False).left == 2


def test_more_than_the_whole_budget_costs_the_whole_budget() -> None:
    assert quotas.spend(quotas.READS, "x", known=False, cost=99).left == 0


def test_a_clock_set_back_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 2_000_000.0
    monkeypatch.setattr(ledger.time, "time", lambda: now)
    for _ in range(3):
        quotas.spend(quotas.READS, "x", known=False)
    now -= 1_000_000
    assert quotas.spend(quotas.READS, "x", known=False).left == 2


def _ask(path: Path, times: int, allowed: Any) -> None:
    mine = Ledger(path)
    granted = sum(mine.spend("everybody", 1.0, 100.0)[0] for _ in range(times))
    with allowed.get_lock():
        allowed.value += granted


def test_all_processes_and_threads_count_together(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    allowed = context.Value("i", 0)
    processes = [context.Process(target=_ask, args=(tmp_path / "q", 100, allowed)) for _ in range(3)]
    threads = [threading.Thread(target=_ask, args=(tmp_path / "q", 50, allowed)) for _ in range(2)]
    for worker in (*processes, *threads):
        worker.start()
    for worker in (*processes, *threads):
        worker.join()
    assert 100 <= allowed.value <= 102  # the two that refill while it runs


def test_the_file_keeps_its_size_and_what_was_spent_over_a_restart(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "q")
    for number in range(20_000):
        first.spend(f"name {number}", 1.0, 60.0)
    first.spend("mine", 60.0, 60.0)
    assert (tmp_path / "q").stat().st_size == ledger.SIZE
    assert Ledger(tmp_path / "q").spend("mine", 1.0, 60.0)[0] is False


def test_rubbish_in_the_file_locks_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "q").write_bytes(b"\xff" * 1000)
    rubbish = Ledger(tmp_path / "q")
    rubbish._map[:] = b"\xff" * ledger.SIZE
    assert all(rubbish.spend(f"name {number}", 1.0, 60.0)[0] for number in range(2000))
    rubbish._map[:] = b"\x7f" * ledger.SIZE
    assert all(rubbish.spend(f"name {number}", 1.0, 60.0)[0] for number in range(2000))


def test_without_a_file_each_process_counts_for_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    alone = Ledger(tmp_path / "no such folder" / "q")
    assert alone.spend("x", 60.0, 60.0)[0] is True
    assert alone.spend("x", 60.0, 60.0)[0] is False
    assert "each process for itself" in caplog.text


def test_counting_is_quick(tmp_path: Path) -> None:
    mine = Ledger(tmp_path / "q")
    begun = time.perf_counter()
    for number in range(2000):
        mine.spend(f"name {number % 50}", 0.0, 60.0)
    assert (time.perf_counter() - begun) / 2000 < 0.0002


@pytest.mark.parametrize(
    ("told", "limits"),
    [
        ("", neighbours.API_LIMITS),
        ("off", {}),
        ("reads=1200", neighbours.API_LIMITS | {"reads": 1200}),
        (" downloads=0 , writes=7", neighbours.API_LIMITS | {"downloads": 0, "writes": 7}),
    ],
)
def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch, told: str, limits: dict[str, int]) -> None:
    monkeypatch.setenv("NONNUOC_API_LIMITS", told)
    assert neighbours.api_limits() == limits


@pytest.mark.parametrize("told", ["reads", "reads=many", "raeds=5", "reads=-1", "reads=٣"])
def test_what_is_not_understood_is_said(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("NONNUOC_API_LIMITS", told)
    with pytest.raises(neighbours.SettingError, match="NONNUOC_API_LIMITS"):
        neighbours.api_limits()
