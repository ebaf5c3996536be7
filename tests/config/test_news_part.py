"""The part `news` as a process of its own, with a crowd on its lines, and behind the shipped nginx example."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import connection

from bench import pages
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Datastream, Thing
from tests.api.listening import Listener
from tests.installation import open_folder
from tests.portal import network

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NOON = observations.micros(datetime(2026, 11, 20, 5, tzinfo=UTC))
LINES, OF_ADDRESS = 200, 20
_minutes = itertools.count()


@dataclass
class Part:
    process: subprocess.Popen[bytes]
    port: int


@pytest.fixture
def part() -> Iterator[Part]:
    """On the database of the test; it believes what a proxy on this machine says of addresses."""
    facts, port = connection.settings_dict, pages.free_port()
    url = f"postgresql://{facts['USER']}:{facts['PASSWORD']}@/{facts['NAME']}?host={facts['HOST']}&port={facts['PORT']}"
    env = {**os.environ, "DATABASE_URL": url, "NONNUOC_PROXIES": "127.0.0.1"}
    command = [sys.executable, "-m", "nonnuoc.config", "serve", "news", "--stream-port", str(port)]
    process = subprocess.Popen(command, env=env)
    until = time.monotonic() + 30
    while not _answers(port):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.05)
    yield Part(process, port)
    process.kill()
    process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
        return bool(answer.status == 200)
    return False


@pytest.fixture
def stream() -> Datastream:
    return network.instrument(network.station("KK01", kind=Thing.Kind.AMBIENT_AIR), "PM2.5")


def put(stream: Datastream, value: float) -> float:
    """Store a newer value than any before; give when it was committed."""
    network.put(stream, np.array([NOON + next(_minutes) * 60_000_000]), np.array([value]))
    return time.monotonic()


def hears(listener: Listener, value: float) -> None:
    while listener.event()["data"]["datastreams"][0]["value"] != value:
        pass


def test_a_crowd_hears_what_is_stored(part: Part, stream: Datastream) -> None:
    with contextlib.ExitStack() as lines:

        def listener(number: int) -> Listener:
            address = f"192.0.2.{number // OF_ADDRESS}"
            return lines.enter_context(Listener(part.port, X_Forwarded_For=address, X_Forwarded_Proto="https"))

        listeners = [listener(number) for number in range(LINES)]
        with Listener(part.port, X_Forwarded_For="192.0.2.0", X_Forwarded_Proto="https") as one_more:
            assert "retry: 15000" in one_more.everything()
        slowest = []
        for value in range(10):
            committed = put(stream, float(value))
            for one in listeners:
                hears(one, float(value))
            slowest.append(time.monotonic() - committed)
        assert sorted(slowest)[len(slowest) // 2] < 0.5
        part.process.send_signal(signal.SIGTERM)
        assert part.process.wait(10) == 0
        assert all(one.everything() is not None for one in listeners)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx (Debian: apt install nginx-light)")
def test_behind_the_shipped_example_each_event_passes_at_once(part: Part, stream: Datastream) -> None:
    with pages.nginx(part.port, open_folder(), news=part.port) as front, Listener(front) as listener:
        assert listener.status == 200
        for value in range(3):
            committed = put(stream, float(value))
            hears(listener, float(value))
            assert time.monotonic() - committed < 1
