"""The FTP door, over loopback, against well-behaved and ill-behaved senders."""

from __future__ import annotations

import errno
import ftplib
import io
import os
import socket
import struct
import subprocess
import time

import pytest

from nonnuoc.ingest import partials
from nonnuoc.ingest.spool import NoRoomError, Spool
from tests.ingest import ftp_door
from tests.ingest.ftp_door import BODY, NAME, begin, die, eventually, signed_in, store, waiting

pytestmark = pytest.mark.slow


@pytest.fixture
def door(tmp_path):
    with ftp_door.opened(tmp_path) as opened:
        yield opened


def test_a_file_is_in_the_spool_when_226_is_said(door):
    client = signed_in(door)
    client.mkd("/KK01/2026/03/02")
    client.cwd("/KK01/2026/03/02")
    assert store(client).startswith("226")
    (arrival,) = waiting(door)
    assert (arrival.body, arrival.name, arrival.bound, arrival.station_code) == (BODY, NAME, "KK01", "KK01")
    assert arrival.unfinished is False
    assert list(door.spool.receiving.iterdir()) == []


def test_bytes_stay_as_they_came_in_ascii_mode_too(door):
    client = signed_in(door)
    client.voidcmd("TYPE A")
    with client.transfercmd(f"STOR {NAME}") as data:
        data.sendall(b"a\r\nb\nc\r")
    client.voidresp()
    assert waiting(door)[0].body == b"a\r\nb\nc\r"


def test_active_mode_works(door):
    client = signed_in(door)
    client.set_pasv(False)
    assert store(client).startswith("226")


def test_what_was_sent_is_listed_and_cannot_be_read_deleted_or_left(door):
    client = signed_in(door)
    client.cwd("/KK01/2026")
    store(client)
    assert client.size(NAME) == len(BODY)
    assert client.sendcmd(f"MDTM {NAME}").startswith("213 20")
    assert client.nlst() == [NAME]
    lines: list[str] = []
    client.dir(lines.append)
    assert lines[0].endswith(NAME)
    assert dict(client.mlsd())[NAME]["size"] == str(len(BODY))
    for command in (f"RETR {NAME}", f"DELE {NAME}", "RMD /KK01"):
        with pytest.raises(ftplib.error_perm, match="550"):
            client.sendcmd(command)
    client.cwd("../../../../..")
    assert client.pwd() == "/"


def test_a_later_session_sees_the_size_and_another_station_does_not(door):
    client = signed_in(door)
    store(client)
    client.quit()
    assert signed_in(door).size(NAME) == len(BODY)
    with pytest.raises(ftplib.error_perm):
        signed_in(door, "KK02").size(NAME)


def test_a_half_uploaded_file_is_resumed_after_a_reconnect_and_read_once(door):
    body = os.urandom(300_000)
    client = signed_in(door)
    begin(client, body[:200_000])
    assert eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size == 200_000)
    die(client)
    assert eventually(lambda: not door.shelves["KK01"].under_way)
    assert waiting(door) == []
    again = signed_in(door)
    there = again.size(NAME)
    assert there == 200_000
    again.storbinary(f"STOR {NAME}", io.BytesIO(body[there:]), rest=there)
    assert [arrival.body for arrival in waiting(door)] == [body]
    assert list(door.spool.receiving.iterdir()) == []


def test_append_resumes_too(door):
    client = signed_in(door)
    begin(client, BODY[:10])
    assert eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size == 10)
    die(client)
    assert eventually(lambda: not door.shelves["KK01"].under_way)
    again = signed_in(door)
    again.storbinary(f"APPE {NAME}", io.BytesIO(BODY[10:]))
    assert [arrival.body for arrival in waiting(door)] == [BODY]


def test_a_reconnect_takes_over_from_a_hanging_connection(door):
    hanging = signed_in(door)
    data = begin(hanging, b"x" * 5000)
    assert eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size == 5000)
    again = signed_in(door)
    there = again.size(NAME)
    again.storbinary(f"STOR {NAME}", io.BytesIO(b"y" * 10), rest=there)
    data.sendall(b"z" * 100)
    data.close()
    with pytest.raises(ftplib.Error):
        hanging.voidresp()
    assert [arrival.body for arrival in waiting(door)] == [b"x" * 5000 + b"y" * 10]


def test_resuming_what_is_not_here_is_refused(door):
    client = signed_in(door)
    with pytest.raises(ftplib.error_perm, match="whole file"):
        client.storbinary(f"STOR {NAME}", io.BytesIO(BODY), rest=5)


def test_a_resume_at_the_end_of_an_acknowledged_file_brings_nothing(door):
    client = signed_in(door)
    store(client)
    client.storbinary(f"STOR {NAME}", io.BytesIO(b""), rest=len(BODY))
    assert len(waiting(door)) == 1


def test_appending_to_an_acknowledged_file_is_a_delivery_of_its_own(door):
    client = signed_in(door)
    store(client, b"first\n")
    client.storbinary(f"APPE {NAME}", io.BytesIO(b"second\n"))
    assert [arrival.body for arrival in waiting(door)] == [b"first\n", b"second\n"]
    assert client.size(NAME) == 13


def test_a_broken_new_version_is_not_taken_for_the_old_whole_one(door):
    client = signed_in(door)
    store(client)
    begin(client, BODY[:7])
    assert eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size > 0)
    die(client)
    assert eventually(lambda: not door.shelves["KK01"].under_way)
    again = signed_in(door)
    assert again.size(NAME) == 7


@pytest.mark.parametrize("size", [10, 200_000])
def test_a_sender_that_died_at_the_end_of_data_has_not_delivered(door, size):
    """Both connections end together: nobody can tell whether the file was whole."""
    client = signed_in(door)
    begin(client, b"x" * size)
    assert eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size == size)
    die(client)
    assert eventually(lambda: any(door.spool.receiving.glob("*.part")))
    time.sleep(0.05)
    assert waiting(door) == []


def test_a_reset_data_connection_is_not_the_end_of_a_file(door):
    client = signed_in(door)
    data = begin(client, BODY)
    assert eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size == len(BODY))
    data.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    data.close()
    with pytest.raises(ftplib.error_temp, match="426"):
        client.voidresp()
    assert waiting(door) == []


def test_an_aborted_transfer_is_not_a_file(door):
    client = signed_in(door)
    begin(client, BODY)
    assert eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size == len(BODY))
    client.sock.sendall(b"ABOR\r\n")
    assert client.getmultiline().startswith("426")
    assert client.getmultiline().startswith("226")
    assert waiting(door) == []


def test_a_temporary_name_is_a_delivery_only_after_its_rename(door):
    client = signed_in(door)
    store(client, name="upload.tmp")
    assert waiting(door) == []
    assert client.rename("upload.tmp", NAME).startswith("250")
    assert [(a.name, a.body) for a in waiting(door)] == [(NAME, BODY)]
    assert list(door.spool.receiving.iterdir()) == []


def test_a_temporary_name_survives_a_restart_of_the_door(tmp_path):
    with ftp_door.opened(tmp_path) as door:
        store(signed_in(door), name="upload.tmp")
    with ftp_door.opened(tmp_path) as door:
        signed_in(door).rename("upload.tmp", NAME)
        assert [(a.name, a.body) for a in waiting(door)] == [(NAME, BODY)]


def test_pieces_under_a_temporary_name_are_one_file(door):
    client = signed_in(door)
    store(client, b"first\n", "upload.part")
    client.storbinary("APPE upload.part", io.BytesIO(b"second\n"))
    client.rename("upload.part", NAME)
    assert [a.body for a in waiting(door)] == [b"first\nsecond\n"]


def test_an_acknowledged_upload_is_not_lost_when_its_temporary_name_is_used_again(door):
    client = signed_in(door)
    store(client, b"first\n", "upload.tmp")
    store(client, b"other\n", "upload.tmp")
    client.rename("upload.tmp", NAME)
    assert {(a.body, a.unfinished) for a in waiting(door)} == {(b"first\n", True), (b"other\n", False)}


def test_renaming_a_delivered_file_changes_nothing_and_of_half_a_file_is_refused(door):
    client = signed_in(door)
    store(client)
    client.rename(NAME, "done.txt")
    assert len(waiting(door)) == 1
    begin(client, b"half", "half.txt")
    assert eventually(lambda: door.shelves["KK01"].under_way["/half.txt"].size == 4)
    die(client)
    assert eventually(lambda: not door.shelves["KK01"].under_way)
    again = signed_in(door)
    with pytest.raises(ftplib.error_perm, match="550"):
        again.rename("half.txt", NAME)


def test_stale_uploads_are_handed_over_as_unfinished(door):
    client = signed_in(door)
    store(client, b"whole", "upload.tmp")
    begin(client, b"half")
    assert eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size > 0)
    die(client)
    assert eventually(lambda: any(door.spool.receiving.glob("*.part")))
    now = time.time()
    assert partials.retire_stale(door.spool, now=now + 3000) == 0
    assert partials.retire_stale(door.spool, now=now + 3700) == 2
    assert {(a.body, a.name, a.unfinished) for a in waiting(door)} == {
        (b"whole", "upload.tmp", True),
        (b"half", NAME, True),
    }
    assert list(door.spool.receiving.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "/../../x.txt",
        "a\0b.txt",
        "..",
        "n" * 1500 + ".txt",
        "Trạm Thục Phán – PM2,5.txt",
        "x;rm -rf ~.txt",
        "$(id).txt",
        "%2e%2e%2fx",
    ],
)
def test_a_strange_name_is_data(door, tmp_path, name):
    client = signed_in(door)
    before = set(tmp_path.parent.rglob("*"))
    client.voidcmd("TYPE I")
    data = None
    port = client.makepasv()
    client.sock.sendall(f"STOR {name}\r\n".encode())
    data = socket.create_connection(port)
    assert client.getresp().startswith("1")
    data.sendall(BODY)
    data.close()
    assert client.voidresp().startswith("226")
    (arrival,) = waiting(door)
    assert arrival.body == BODY
    assert "/" not in arrival.name
    made = set(tmp_path.parent.rglob("*")) - before
    assert {path.parent for path in made} == {door.spool.new}


def test_an_empty_file_arrives_as_one(door):
    store(signed_in(door), b"")
    assert waiting(door)[0].body == b""


def test_more_than_the_cap_is_refused_and_leaves_nothing(door, monkeypatch):
    monkeypatch.setattr(partials, "MAX_BODY", 100_000)
    client = signed_in(door)
    with pytest.raises((ftplib.error_perm, OSError)) as refusal:
        store(client, b"x" * 1_000_000)
    if isinstance(refusal.value, ftplib.error_perm):
        assert str(refusal.value).startswith("552")
    assert waiting(door) == []
    assert eventually(lambda: list(door.spool.receiving.iterdir()) == [])


@pytest.mark.parametrize("size", [100, 200_000])
def test_a_full_disk_is_not_acknowledged_and_mends_by_itself(door, monkeypatch, size):
    def full(self):
        raise NoRoomError

    client = signed_in(door)
    with monkeypatch.context() as patch:
        patch.setattr(Spool, "require_room", full)
        with pytest.raises((ftplib.error_temp, OSError)) as refusal:
            store(client, b"x" * size)
        assert str(refusal.value).startswith("452") or isinstance(refusal.value, OSError)
    assert waiting(door) == []
    assert store(signed_in(door), b"x" * size).startswith("226")
    assert len(waiting(door)) == 1


@pytest.mark.skipif(os.getuid() != 0, reason="mounting needs root")
def test_a_really_full_disk_is_not_acknowledged_and_mends_by_itself(tmp_path):
    home = tmp_path / "small"
    home.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(home)], check=False)
    if mounted.returncode:
        pytest.skip("no mounting here")
    try:
        with ftp_door.opened(home) as door:
            ballast = home / "ballast"
            ballast.write_bytes(b"x" * 900_000)
            client = signed_in(door)
            with pytest.raises((ftplib.error_temp, OSError)) as refusal:
                store(client, b"y" * 300_000)
            if isinstance(refusal.value, ftplib.error_temp):
                assert str(refusal.value).startswith("452")
            assert waiting(door) == []
            ballast.unlink()
            client = signed_in(door)
            assert store(client, b"y" * 300_000).startswith("226")
            assert [len(a.body) for a in waiting(door)] == [300_000]
    finally:
        subprocess.run(["umount", str(home)], check=True)


def test_an_fsync_that_fails_is_not_acknowledged(door, monkeypatch):
    client = signed_in(door)

    def fails(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        with pytest.raises(ftplib.error_temp, match="451"):
            store(client)
    assert waiting(door) == []


def test_a_slow_disk_does_not_stop_other_sessions(door, monkeypatch):
    real, began = os.fsync, []

    def slow(descriptor):
        began.append(True)
        time.sleep(0.5)
        real(descriptor)

    one, other = signed_in(door), signed_in(door, "KK02")
    monkeypatch.setattr(os, "fsync", slow)
    data = begin(one, BODY)
    data.close()
    assert eventually(lambda: bool(began))
    start = time.monotonic()
    for _ in range(20):
        other.voidcmd("NOOP")
    assert time.monotonic() - start < 0.4
    assert one.voidresp().startswith("226")
