"""What is durable, in which order it is taken, and that one station's backlog delays nobody."""

from __future__ import annotations

import errno
import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from nonnuoc.ingest import spool as spools
from nonnuoc.ingest.arrival import station_in
from nonnuoc.ingest.spool import Envelope, NoRoomError, Spool, fair


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path)


def put(spool, number=0, station="KK01", body=b"x"):
    return spool.put(Envelope("ftp", station, f"{number}.txt"), body)


@pytest.mark.parametrize("body", [b"", b"\n", b"\r\nline\n\n", bytes(range(256)) * 100])
def test_bytes_and_envelope_come_back_as_they_went_in(spool, body):
    name = spool.put(Envelope("ftp", "KK01", 'Trạm "\n\\ 1.txt', unfinished=True), body)
    arrival = spool.read(name)
    assert (arrival.body, arrival.name, arrival.bound, arrival.unfinished) == (body, 'Trạm "\n\\ 1.txt', "KK01", True)
    assert abs(arrival.received - datetime.now(UTC)) < timedelta(seconds=5)
    assert list(spool.receiving.iterdir()) == []


def test_file_and_folder_are_synced_before_put_returns(spool, monkeypatch):
    steps = []
    real_sync, real_rename = os.fsync, spools.Path.rename

    def sync(descriptor):
        steps.append(str(spools.Path(f"/proc/self/fd/{descriptor}").readlink()))
        real_sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(spools.Path, "rename", lambda a, b: (steps.append("rename"), real_rename(a, b))[1])
    put(spool)
    assert steps[0].startswith(str(spool.receiving))
    assert steps[1:] == ["rename", str(spool.new)]


def test_a_disk_that_fills_up_leaves_no_trace(spool, monkeypatch):
    def full(descriptor, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        put(spool)
    assert [*spool.receiving.iterdir(), *spool.new.iterdir()] == []


def test_a_short_write_is_continued(spool, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data[:7])))
    name = put(spool, body=b"0123456789" * 5)
    assert spool.read(name).body == b"0123456789" * 5


def test_what_is_left_of_the_disk_belongs_to_the_database(tmp_path):
    with pytest.raises(NoRoomError) as refusal:
        put(Spool(tmp_path, reserve=1 << 60))
    assert refusal.value.errno == errno.ENOSPC


def test_every_stations_oldest_comes_first_and_its_order_is_kept(spool):
    for number in range(6):
        put(spool, number, "BACKLOG")
    for number in range(2):
        put(spool, number, "LIVE")
    taken = [spool.read(name) for name in spool.take(files=5, size=1 << 20)]
    assert [(a.bound, a.name) for a in taken] == [
        ("LIVE", "0.txt"),
        ("BACKLOG", "0.txt"),
        ("LIVE", "1.txt"),
        ("BACKLOG", "1.txt"),
        ("BACKLOG", "2.txt"),
    ]


def test_a_live_file_waits_for_one_batch_whatever_the_backlog(spool):
    backlog = [f"{n:020d}-aaaaaaaa-1-{n:x}" for n in range(150_000)]
    live = f"{10**18:020d}-bbbbbbbb-1-1"
    started = time.process_time()
    assert fair([*backlog, live], 2000)[0] == live
    assert time.process_time() - started < 5


def test_a_live_file_is_in_the_next_batch_though_more_stations_return_than_it_takes(spool):
    returning = [f"{n:020d}-{n % 500:08x}-1-{n:x}" for n in range(2000)]
    live = [f"{10**18 + n:020d}-{n + 1000:08x}-1-1" for n in range(5)]
    batch = fair([*returning, *live], 50)
    assert batch[:5] == live
    assert batch[5:] == returning[:45]


def test_a_batch_ends_before_it_grows_too_large_but_takes_at_least_one(spool):
    names = [put(spool, n, body=b"x" * 1000) for n in range(4)]
    assert spool.take(files=10, size=10) == names[:1]
    assert spool.take(files=10, size=2500) == names[:2]
    assert spool.take(files=10, size=1 << 20) == names


def test_held_entries_are_listed_with_their_reason_and_can_be_released(spool):
    name = put(spool, body=b"poison")
    spool.hold(name, "Traceback: why")
    assert (spool.take(files=9, size=99), spool.held_names()) == ([], [name])
    assert (spool.held / f"{name}.txt").read_text() == "Traceback: why"
    spool.release(name)
    assert spool.take(files=9, size=99) == [name]
    assert list(spool.held.iterdir()) == []


def test_the_state_tells_how_much_waits_and_for_how_long(spool):
    assert spool.state().waiting == 0
    assert spool.state().oldest_s == 0
    name = put(spool)
    old = f"{time.time_ns() - 90 * 10**9:020d}{name[20:]}"
    (spool.new / name).rename(spool.new / old)
    put(spool)
    state = spool.state()
    assert (state.waiting, round(state.oldest_s), state.held) == (2, 90, 0)


def test_what_is_none_of_ours_is_told_apart(spool):
    (spool.new / f"{0:020d}-aaaaaaaa-1-0").write_bytes(b"no envelope")
    with pytest.raises(ValueError, match="no envelope"):
        spool.read(spool.take(files=1, size=1)[0])


@pytest.mark.parametrize(
    ("name", "station"),
    [
        ("CB_CS01_KK01_20260302120000.txt", "KK01"),
        ("CB_CS01_KK_01_20260302120000.TXT", "KK_01"),
        ("folder/CB_CS01_KK01_20260302120000.txt", "KK01"),
        ("CB_CS01_20260302120000.txt", ""),
        ("CB_CS01_KK01_2026.txt", ""),
        ("history.csv", ""),
        ("", ""),
    ],
)
def test_the_name_tells_the_station_or_nothing(name, station):
    assert station_in(name) == station
