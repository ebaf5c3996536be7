"""Files dropped by rsync, scp or hand: taken when complete, removed only when committed."""

from __future__ import annotations

import logging
import os
import time

import pytest

from nonnuoc.ingest import sweep as sweeps
from nonnuoc.ingest.sweep import Sweep

NAME = "CB_CS01_KK01_20260302120000.txt"


@pytest.fixture
def sweep(tmp_path):
    return Sweep(tmp_path)


def look(sweep, later=3.0, **limits):
    return sweep.take(**{"files": 100, "size": 1 << 20, "now": time.time() + later, **limits})


def settled(sweep, **limits):
    look(sweep)
    return look(sweep, **limits)


def drop(sweep, name=NAME, body=b"x"):
    path = sweep.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def test_a_file_is_taken_at_the_second_look_when_it_is_two_seconds_old(sweep):
    drop(sweep)
    assert look(sweep) == []
    assert look(sweep, later=1.0) == []
    (dropped,) = look(sweep)
    arrival = dropped.arrival
    assert (arrival.door, arrival.station_code, arrival.bound) == ("sweep", "KK01", "")
    assert (arrival.name, arrival.body) == (NAME, b"x")


def test_a_file_that_grows_between_two_looks_is_not_complete(sweep):
    path = drop(sweep)
    look(sweep)
    path.write_bytes(b"xy")
    assert look(sweep) == []
    assert look(sweep)[0].arrival.body == b"xy"


def test_an_old_modification_time_says_nothing(sweep):
    """rsync -t sets it to long ago before the file is whole."""
    path = drop(sweep)
    os.utime(path, (0, 0))
    look(sweep, later=0)
    assert look(sweep, later=0) == []


@pytest.mark.parametrize("name", ["a.tmp", "a.txt.part", "b.filepart", ".a.txt.Xy12Zq"])
def test_temporary_names_are_left_alone(sweep, name):
    path = drop(sweep, name)
    assert settled(sweep) == []
    assert path.exists()


def test_folders_below_are_swept_and_not_without_end(sweep):
    drop(sweep, f"KK01/2026/03/02/{NAME}")
    drop(sweep, "1/2/3/4/5/6/7/too-deep.txt")
    assert [one.arrival.name for one in settled(sweep)] == [NAME]


def test_links_pipes_and_huge_files_are_left_alone_with_one_warning_each(sweep, tmp_path, caplog, monkeypatch):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (sweep.folder / "link.txt").symlink_to(secret)
    (sweep.folder / "folder").symlink_to(tmp_path)
    os.mkfifo(sweep.folder / "pipe.txt")
    monkeypatch.setattr(sweeps, "MAX_BODY", 100)
    drop(sweep, "huge.txt", b"x" * 101)
    with caplog.at_level(logging.WARNING):
        assert settled(sweep) == []
        assert look(sweep) == []
    assert len(caplog.records) == 4
    assert secret.exists()


def test_a_file_swapped_for_a_link_between_looking_and_reading_is_not_followed(sweep, tmp_path, monkeypatch):
    path = drop(sweep)
    look(sweep)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    real = Sweep._read

    def swap(self, path, seen):
        path.unlink()
        path.symlink_to(secret)
        return real(self, path, seen)

    monkeypatch.setattr(Sweep, "_read", swap)
    assert look(sweep) == []
    assert path.is_symlink()


def test_nothing_is_removed_before_it_is_done(sweep):
    path = drop(sweep)
    dropped = settled(sweep)
    assert path.exists()
    sweep.done(dropped)
    assert not path.exists()
    sweep.done(dropped)


def test_a_file_changed_after_it_was_read_stays(sweep):
    path = drop(sweep)
    dropped = settled(sweep)
    path.write_bytes(b"newer")
    sweep.done(dropped)
    assert path.read_bytes() == b"newer"


def test_limits_are_kept_in_the_order_of_names(sweep):
    for number in (3, 1, 2):
        drop(sweep, f"{number}.txt", b"x" * 1000)
    look(sweep)
    assert [one.arrival.name for one in look(sweep, files=2)] == ["1.txt", "2.txt"]
    assert [one.arrival.name for one in look(sweep, size=10)] == ["1.txt"]


def test_a_name_that_is_no_text_is_data(sweep):
    (sweep.folder / os.fsdecode(b"tr\xff\xfe.txt")).write_bytes(b"x")
    (dropped,) = settled(sweep)
    assert dropped.arrival.name.encode("utf-8") == b"tr??.txt"
    sweep.done([dropped])
    assert list(sweep.folder.iterdir()) == []
