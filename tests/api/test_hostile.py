"""Five hundred questions nobody should ask: none breaks anything, takes long, or makes the process grow."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.api import hostile
from tests.api.observed import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LONGEST_S = 3.5
GROWTH_MB = 100


def grown_mb() -> float:
    """What this process holds in memory now."""
    (kilobytes,) = re.findall(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(kilobytes) / 1024


def read(answer: HttpResponse) -> bytes:
    """The beginning of the body; the rest of it is made and thrown away."""
    parts = answer.streaming_content if answer.streaming else [answer.content]  # type: ignore[attr-defined]
    begin = b""
    for part in parts:
        begin = begin or part[:2000]
    return begin


def test_there_are_five_hundred_of_them_and_none_twice(world: World) -> None:
    every = list(hostile.queries(1, "KK01"))
    assert len(every) >= 500
    assert len(every) - len(set(every)) < 20


def test_none_breaks_anything_takes_long_or_makes_the_process_grow(client: Client, world: World) -> None:
    client.raise_request_exception = False
    every = list(hostile.queries(world.stream("KK01", "PM2.5").id, "KK01"))
    for query in every[::10]:  # what is loaded once is no growth
        read(client.get(query))
    before, wrong = grown_mb(), []
    for query in every:
        begun = time.perf_counter()
        answer = client.get(query)
        begin = read(answer)
        took = time.perf_counter() - begun
        if answer.status_code >= 500 and b'"too_slow"' not in begin:
            wrong.append(f"{answer.status_code} {query[:300]} {begin[:200]!r}")
        if took > LONGEST_S:
            wrong.append(f"{took:.1f} s {query[:300]}")
        if 400 <= answer.status_code < 500 and answer.headers["Content-Type"] != "application/problem+json":
            wrong.append(f"{answer.headers['Content-Type']} {query[:300]}")
    assert not wrong, "\n".join(wrong)
    assert grown_mb() - before <= GROWTH_MB


@pytest.mark.parametrize(
    "query", ["/api/stations/latest", "/api/", "/api/docs", "/api/openapi.json", "/api/ogc/collections"]
)
def test_another_method_is_405_and_no_question_of_forms(world: World, query: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    for method in ("PUT", "POST"):
        answer = strict.generic(method, query)
        assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json"), method
