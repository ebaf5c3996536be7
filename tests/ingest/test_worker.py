"""The worker: order, back-off, poison, and what a kill at any point leaves."""

from __future__ import annotations

import json
import threading
import time

import psycopg
import pytest
from django.db import DataError, InterfaceError, OperationalError

from nonnuoc.ingest import worker as workers
from nonnuoc.ingest.away import is_away
from nonnuoc.ingest.spool import Envelope, Spool
from nonnuoc.ingest.sweep import Sweep
from nonnuoc.ingest.worker import Worker


class Ledger:
    """Stands for the river: takes a batch whole or not at all, knows bytes it has seen."""

    def __init__(self):
        self.batches = []
        self.troubles = []
        self.poison = b"\0"

    def accept(self, arrivals):
        if self.troubles:
            raise self.troubles.pop(0)
        if any(self.poison == arrival.body for arrival in arrivals):
            raise ZeroDivisionError("poison")
        self.batches.append([(a.bound, a.body) for a in arrivals])

    @property
    def bodies(self):
        return [body for batch in self.batches for _, body in batch]


class Desk:
    """A worker with its folders and a stand-in for the river."""

    def __init__(self, home):
        self.home = home
        self.spool, self.sweep, self.ledger, self.stop = Spool(home), Sweep(home), Ledger(), threading.Event()
        self.worker = self.another()

    def another(self):
        return Worker(self.spool, self.sweep, self.stop, accept=self.ledger.accept)

    def put(self, *bodies, station="KK01"):
        return [self.spool.put(Envelope("ftp", station, "a.txt"), body) for body in bodies]

    def run_until(self, true, seconds=10):
        thread = threading.Thread(target=self.worker.run)
        thread.start()
        end = time.monotonic() + seconds
        while not true() and time.monotonic() < end:
            time.sleep(0.005)
        self.stop.set()
        thread.join(10)
        assert not thread.is_alive()
        assert true()


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def away():
    """The database is shut down, as Django says it."""
    error = OperationalError("terminating connection")
    error.__cause__ = psycopg.errors.AdminShutdown("terminating connection")
    return error


def test_many_files_are_one_batch_in_order_and_gone_after_it(desk):
    desk.put(b"1", b"2", b"3")
    assert desk.worker.drain_once() is True
    assert desk.ledger.batches == [[("KK01", b"1"), ("KK01", b"2"), ("KK01", b"3")]]
    assert desk.spool.state().waiting == 0
    assert desk.worker.drain_once() is False


def test_swept_files_go_the_same_way_and_are_removed_after_the_commit(desk, monkeypatch):
    monkeypatch.setattr("nonnuoc.ingest.sweep.QUIET_S", 0)
    monkeypatch.setattr(workers, "SWEEP_EVERY_S", 0)
    (desk.sweep.folder / "a.txt").write_bytes(b"swept")
    desk.worker.drain_once()
    desk.worker.drain_once()
    assert desk.ledger.bodies == [b"swept"]
    assert list(desk.sweep.folder.iterdir()) == []


@pytest.mark.slow
def test_while_the_database_is_away_files_wait_and_are_drained_in_order_when_it_returns(desk):
    desk.put(b"1", b"2")
    desk.ledger.troubles = [away(), OperationalError("connection refused")]

    def third_came_while_it_was_away():
        if len(desk.ledger.troubles) == 1 and desk.spool.state().waiting == 2:
            desk.put(b"3")
        return len(desk.ledger.bodies) == 3

    desk.run_until(third_came_while_it_was_away)
    assert desk.ledger.bodies == [b"1", b"2", b"3"]
    assert desk.spool.held_names() == []


@pytest.mark.parametrize("trouble", [away, lambda: OperationalError("refused"), lambda: InterfaceError("closed")])
def test_nothing_is_removed_while_the_database_is_away(desk, trouble):
    desk.put(b"1")
    desk.ledger.troubles = [trouble()]
    with pytest.raises((OperationalError, InterfaceError)):
        desk.worker.drain_once()
    assert desk.spool.state().waiting == 1


def test_what_the_database_refuses_is_no_absence():
    refused = DataError("value too long")
    refused.__cause__ = psycopg.errors.StringDataRightTruncation("value too long")
    cancelled = OperationalError("canceling statement")
    cancelled.__cause__ = psycopg.errors.QueryCanceled("canceling statement")
    full = OperationalError("disk full")
    full.__cause__ = psycopg.errors.DiskFull("disk full")
    failing = OperationalError("could not write")
    failing.__cause__ = psycopg.errors.IoError("could not write")
    assert [is_away(error) for error in (refused, cancelled, full, failing)] == [False, False, True, True]


def test_a_poisonous_delivery_is_set_aside_with_its_traceback_and_stops_nobody(desk):
    _, poison, _ = desk.put(b"1", b"\0", b"2")
    desk.worker.drain_once()
    assert desk.ledger.bodies == [b"1", b"2"]
    assert desk.spool.held_names() == [poison]
    assert "ZeroDivisionError: poison" in (desk.spool.held / f"{poison}.txt").read_text()
    desk.ledger.poison = b"mended"
    desk.spool.release(poison)
    desk.worker.drain_once()
    assert desk.ledger.bodies == [b"1", b"2", b"\0"]


def test_a_poisonous_swept_file_is_held_too(desk, monkeypatch):
    monkeypatch.setattr("nonnuoc.ingest.sweep.QUIET_S", 0)
    monkeypatch.setattr(workers, "SWEEP_EVERY_S", 0)
    (desk.sweep.folder / "a.txt").write_bytes(b"\0")
    (desk.sweep.folder / "b.txt").write_bytes(b"good")
    desk.worker.drain_once()
    desk.worker.drain_once()
    assert desk.ledger.bodies == [b"good"]
    (held,) = desk.spool.held_names()
    assert desk.spool.held.joinpath(held).read_bytes().endswith(b"\n\0")
    assert list(desk.sweep.folder.iterdir()) == []


def test_an_entry_without_an_envelope_is_set_aside(desk):
    name = f"{0:020d}-aaaaaaaa-1-0"
    (desk.spool.new / name).write_bytes(b"junk")
    desk.put(b"1")
    desk.worker.drain_once()
    assert (desk.ledger.bodies, desk.spool.held_names()) == ([b"1"], [name])


def test_a_delivery_the_worker_dies_of_is_set_aside_after_three_more_deaths(desk):
    """As when the kernel kills it for its memory: no exception, no traceback, the process is gone."""

    class Killed(BaseException):
        pass

    def dies(arrivals):
        if any(arrival.body == b"bomb" for arrival in arrivals):
            raise Killed
        desk.ledger.accept(arrivals)

    good, bomb = desk.put(b"good", b"bomb")
    for _ in range(6):
        desk.stop.clear()
        worker = Worker(desk.spool, desk.sweep, desk.stop, accept=dies)
        try:
            worker._recover()
            worker.drain_once()
        except Killed:
            continue
    assert desk.ledger.bodies == [b"good"]
    assert desk.spool.held_names() == [bomb]
    assert desk.spool.state().waiting == 0
    assert not (desk.spool.new / good).exists()


def test_a_worker_killed_once_takes_up_what_it_had_in_hand(desk):
    names = desk.put(b"1", b"2")
    (desk.home / "inbox" / "in-hand").write_text(json.dumps({"deaths": 0, "names": names}))
    desk.run_until(lambda: desk.ledger.bodies == [b"1", b"2"])
    assert not (desk.home / "inbox" / "in-hand").exists()


def test_batches_shrink_when_they_take_too_long_and_grow_again(desk):
    desk.worker._pace(2000, workers.BATCH_S * 2)
    assert desk.worker._files == 1000
    for _ in range(20):
        desk.worker._pace(50, 9)
    assert desk.worker._files == workers.FEWEST_FILES
    desk.worker._pace(workers.FEWEST_FILES, 0.01)
    assert desk.worker._files == workers.FEWEST_FILES * 2
    for _ in range(20):
        desk.worker._pace(workers.MOST_FILES, 0.01)
    assert desk.worker._files == workers.MOST_FILES


@pytest.mark.slow
def test_an_idle_worker_sleeps(desk):
    started = time.process_time()
    thread = threading.Thread(target=desk.worker.run)
    thread.start()
    time.sleep(1)
    desk.stop.set()
    thread.join(5)
    assert time.process_time() - started < 0.2


@pytest.mark.slow
def test_stopping_finishes_the_batch_that_was_begun(desk):
    began = threading.Event()

    def slow(arrivals):
        began.set()
        time.sleep(0.2)
        desk.ledger.accept(arrivals)

    desk.put(b"1")
    worker = Worker(desk.spool, desk.sweep, desk.stop, accept=slow)
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert began.wait(5)
    desk.stop.set()
    thread.join(5)
    assert (desk.ledger.bodies, desk.spool.state().waiting) == ([b"1"], 0)
