"""kill -9 at every step of the worker and of the FTP door; each with a control that breaks the order and is noticed.

The processes are forked and kill themselves at their n-th step, for n = 1, 2, 3 … until one lives to the end.
"""

from __future__ import annotations

import contextlib
import ftplib
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from nonnuoc.ingest import deriving, judging, parsing, pipeline, placing
from nonnuoc.ingest.ftp import Door, Setup
from nonnuoc.ingest.ftp_accounts import Accounts
from nonnuoc.ingest.spool import Envelope, Spool
from nonnuoc.ingest.sweep import Sweep
from nonnuoc.ingest.worker import Worker
from nonnuoc.records.monitoring import deliveries, observations
from nonnuoc.records.monitoring.models import Delivery, Observation
from tests import factories
from tests.ingest import ftp_door

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MOST_STEPS = 60
#: Every step of the river, all of them in one transaction, as it begins; and the commit.
RIVER = [
    (pipeline, "_arrive"),
    (deliveries, "known"),
    (pipeline, "_flow"),
    (parsing, "parse"),
    (placing, "place"),
    (judging, "judge"),
    (judging, "store"),
    (deriving, "derive"),
    (observations, "write"),
    (placing, "settle"),
    (deliveries, "add"),
    (BaseDatabaseWrapper, "_commit"),
]


def die_at(step: int) -> None:
    """In a forked process: be killed as the step-th of what touches the disk or the database begins."""
    count = [0]
    lock = threading.Lock()

    def counted(function):
        def call(*args, **kwargs):
            with lock:
                count[0] += 1
                if count[0] == step:
                    os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return call

    for owner, name in [
        (os, "fsync"),
        (os, "write"),
        (Path, "rename"),
        (Path, "replace"),
        (Path, "unlink"),
        (Path, "write_text"),
        *RIVER,
    ]:
        setattr(owner, name, counted(getattr(owner, name)))
    real = pipeline.accept
    pipeline.accept = lambda arrivals: (real(arrivals), counted(lambda: None)())[0]  # after the commit


def forked(work, step: int) -> int:
    connections.close_all()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            die_at(step)
            work()
            os._exit(0)
        os._exit(1)
    return child


def ended(child: int) -> bool:
    """Whether it lived to its end; False: it was killed."""
    _, status = os.waitpid(child, 0)
    assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFEXITED(status)


def worker(home, accept=None) -> Worker:
    return Worker(Spool(home), Sweep(home), threading.Event(), accept=accept or pipeline.accept)


def lines(number: int) -> bytes:
    return factories.tt10(factories.line("PM2.5", 10 + number, factories.NOON))


def lost_by_kills(tmp_path, drain) -> list[bytes]:
    """Kill `drain` at every step, each time with three new files; give the bodies that are nowhere afterwards."""
    factories.station()
    lost: list[bytes] = []
    for step in range(1, MOST_STEPS):
        home = tmp_path / str(step)
        spool = Spool(home)
        bodies = {lines(10 * step + number) for number in range(3)}
        for body in sorted(bodies):
            spool.put(Envelope("ftp", "KK01", factories.name("KK01")), body)
        survived = ended(forked(lambda home=home: drain(home), step))
        restarted = worker(home)
        restarted._recover()
        while restarted.drain_once():
            pass
        assert spool.state().waiting == spool.state().held == 0
        rows = Delivery.objects.filter(sha256__in=[deliveries.sha256(body) for body in bodies])
        lost += bodies - {deliveries.original(row) for row in rows}
        assert len(rows) == len({bytes(row.sha256) for row in rows})
        if survived:
            return lost
    raise AssertionError("it never came to its end")


def test_a_worker_killed_at_any_step_loses_nothing_and_counts_nothing_twice(tmp_path):
    def drain(home):
        worker(home, lambda arrivals: pipeline.accept(arrivals)).drain_once()

    assert lost_by_kills(tmp_path, drain) == []
    assert Observation.objects.filter(datastream__procedure="raw").count() == 1


def test_control_a_worker_that_deletes_before_the_commit_is_noticed(tmp_path):
    def drain(home):
        spool = Spool(home)
        names = spool.take(files=10, size=1 << 20)
        batch = [spool.read(name) for name in names]
        spool.done(names)
        pipeline.accept(batch)

    assert lost_by_kills(tmp_path, drain) != []


def rows_of(code: str):
    """Everything held of a station, means and indices included."""
    kept = Observation.objects.filter(datastream__thing__code=code)
    columns = ("datastream__procedure", "datastream__symbol", "time", "value", "status", "quality")
    return sorted(map(repr, kept.values_list(*columns)))


def differing_after_kills(tmp_path, accept) -> list[int]:
    """Kill a worker at every step with two hours of a station in hand; the steps that left another database behind."""
    differing = []
    body = factories.tt10(*factories.every("PM2.5", range(10, 35)), *factories.every("PM10", range(20, 45)))
    factories.station("NONE")
    pipeline.accept([factories.arrival(body, "NONE", at=factories.NOON)])
    wanted = rows_of("NONE")
    assert {row.split("'")[1] for row in wanted} >= {"raw", "mean_1h", "aqi_1h"}
    for step in range(1, MOST_STEPS):
        code, home = f"K{step:03}", tmp_path / str(step)
        factories.station(code)
        spool = Spool(home)
        put = spool.put(Envelope("ftp", code, factories.name(code)), body)
        ours = f"{int(factories.NOON.timestamp() * 1e9):020d}{put[20:]}"
        (spool.new / put).rename(spool.new / ours)
        survived = ended(forked(lambda home=home: worker(home, accept).drain_once(), step))
        restarted = worker(home)
        restarted._recover()
        while restarted.drain_once():
            pass
        if rows_of(code) != wanted:
            differing.append(step)
        if survived:
            return differing
    raise AssertionError("it never came to its end")


def test_a_worker_killed_at_any_step_leaves_the_database_it_would_have_left(tmp_path):
    assert differing_after_kills(tmp_path, lambda arrivals: pipeline.accept(arrivals)) == []


def test_control_a_river_without_its_one_transaction_is_noticed(tmp_path):
    steps_apart = pipeline._accept.__wrapped__
    assert differing_after_kills(tmp_path, lambda arrivals: steps_apart(arrivals)) != []


def serve(home, port, settle=None) -> None:
    accounts = Accounts(load=ftp_door.hashed)
    accounts.refresh()
    if settle:
        Door.settle = settle
    door = Door(Setup(port=port, reserve=0), Spool(home), accounts)
    door.serve_forever(handle_exit=False)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def acknowledged(port: int, bodies) -> list[bytes]:
    """What a logger was told is stored before the door died."""
    told: list[bytes] = []
    with contextlib.suppress(EOFError, OSError, *ftplib.all_errors):
        client = ftplib.FTP(timeout=5)
        ftp_door.eventually(lambda: _connects(client, port))
        client.login("KK01", ftp_door.KEYS["KK01"])
        for number, body in enumerate(bodies):
            name = "upload.tmp" if number == 1 else f"{number}.txt"
            ftp_door.store(client, body, name)
            if name.endswith(".tmp"):
                client.rename(name, f"{number}.txt")
            told.append(body)
    return told


def _connects(client: ftplib.FTP, port: int) -> bool:
    try:
        client.connect("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    return True


def acknowledged_and_lost(tmp_path, settle=None) -> list[bytes]:
    lost: list[bytes] = []
    bodies = [b"one\n" * 50, b"two\n" * 50, b"three\n" * 20_000]
    for step in range(1, MOST_STEPS):
        home, port = tmp_path / str(step), free_port()
        child = forked(lambda home=home, port=port: serve(home, port, settle), step)
        told = acknowledged(port, bodies)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        spool = Spool(home)
        kept = [spool.read(name) for name in spool.take(files=100, size=1 << 30)]
        assert {arrival.body for arrival in kept} <= set(bodies), "half a file was taken for a whole one"
        lost += [body for body in told if body not in [arrival.body for arrival in kept]]
        if len(told) == len(bodies):
            return lost
    raise AssertionError("it never came to its end")


def test_a_door_killed_at_any_step_has_acknowledged_nothing_it_lost(tmp_path):
    assert acknowledged_and_lost(tmp_path) == []


def test_control_a_door_that_acknowledges_before_it_writes_is_noticed(tmp_path):
    def settle(door, upload, sender_is_there, done):
        upload.begin_settling()
        done(None)
        time.sleep(0.05)  # the acknowledgement is on its way
        upload.settle(sender_is_there)

    assert acknowledged_and_lost(tmp_path, settle) != []
