"""What goes wrong at the doors, followed to the ledger: names, accounts, sizes, the same bytes twice."""

from __future__ import annotations

import io
import socket
import threading
import time

import pytest
from click.testing import CliRunner
from django.test import Client

from nonnuoc.config.cli import nonnuoc
from nonnuoc.ingest import arrival, partials
from nonnuoc.ingest.spool import Spool
from nonnuoc.ingest.sweep import Sweep
from nonnuoc.ingest.worker import Worker
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Delivery, Observation
from tests import factories as f
from tests.ingest import ftp_door

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BODY = f.tt10(f.line("PM2.5", "12.5", f.NOON))
NAME = f.name("KK01")


@pytest.fixture
def thing():
    f.station("KK02")
    return f.station("KK01")


@pytest.fixture
def door(tmp_path):
    with ftp_door.opened(tmp_path) as opened:
        yield opened


def drain(home) -> None:
    worker = Worker(Spool(home), Sweep(home), threading.Event())
    while worker.drain_once():
        pass


def post(thing, body=BODY, name=NAME, kind="text/plain"):
    key = services.new_key(thing, label="", by=None)
    return Client().generic(
        "POST", f"/api/deliveries?name={name}", body, kind, headers={"Authorization": f"Bearer {key}"}
    )


def test_the_same_bytes_through_ftp_and_http_are_one_delivery(thing, door, tmp_path):
    for _ in range(2):
        assert ftp_door.store(ftp_door.signed_in(door), BODY, NAME).startswith("226")
    drain(tmp_path)
    answer = post(thing)
    assert (answer.status_code, answer.json()["repeats"]) == (200, 2)
    assert Delivery.objects.count() == 1
    assert f.held(thing, "PM2.5").value.tolist() == [12.5]


def test_a_file_in_another_stations_account_is_refused_by_ftp_and_http(thing, door, tmp_path):
    ftp_door.store(ftp_door.signed_in(door, "KK02"), BODY, NAME)
    drain(tmp_path)
    row = Delivery.objects.get()
    assert (row.station_code, row.state, row.code) == ("KK02", "quarantined", "foreign_station")
    assert "'KK01'" in row.reason
    assert post(f.station("KK02")).status_code == 403
    assert not Observation.objects.exists()
    assert post(thing).status_code == 201  # its own station may send the very same bytes
    assert f.held(thing, "PM2.5").value.tolist() == [12.5]


@pytest.mark.parametrize(
    "name",
    [b"../../../etc/passwd", b"a\0b.txt", b"\xff\xfe\xed\xa0\x80.txt", b"n" * 1500, "Trạm – PM2,5.txt".encode(), b".."],
)
def test_a_strange_name_by_ftp_ends_as_a_receipt(thing, door, tmp_path, name):
    client = ftp_door.signed_in(door)
    place = client.makepasv()
    client.sock.sendall(b"STOR " + name + b"\r\n")
    with socket.create_connection(place) as data:
        assert client.getresp().startswith("1")
        data.sendall(BODY)
    assert client.voidresp().startswith("226")
    drain(tmp_path)
    row = Delivery.objects.get()
    assert (row.state, row.stored) == ("committed", 1)
    assert Spool(tmp_path).state().held == 0


def test_a_file_that_is_not_finished_within_the_hour_is_kept_and_its_whole_is_read_later(thing, door, tmp_path):
    client = ftp_door.signed_in(door)
    ftp_door.begin(client, BODY[:20], NAME)
    assert ftp_door.eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size == 20)
    ftp_door.die(client)
    assert ftp_door.eventually(lambda: any(door.spool.receiving.glob("*.part")))
    drain(tmp_path)
    assert Delivery.objects.count() == 0  # never read before it is complete
    assert partials.retire_stale(door.spool, now=time.time() + 3700) == 1
    drain(tmp_path)
    assert [(row.code, row.stored) for row in Delivery.objects.all()] == [("unfinished", 0)]
    ftp_door.store(ftp_door.signed_in(door), BODY, NAME)
    drain(tmp_path)
    assert f.held(thing, "PM2.5").value.tolist() == [12.5]


def test_a_resumed_file_is_read_once_and_whole(thing, door, tmp_path):
    client = ftp_door.signed_in(door)
    ftp_door.begin(client, BODY[:20], NAME)
    assert ftp_door.eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size == 20)
    ftp_door.die(client)
    assert ftp_door.eventually(lambda: any(door.spool.receiving.glob("*.part")))
    again = ftp_door.signed_in(door)
    assert again.size(NAME) == 20
    again.storbinary(f"STOR {NAME}", io.BytesIO(BODY[20:]), rest=20)
    drain(tmp_path)
    assert [(row.state, row.size) for row in Delivery.objects.all()] == [("committed", len(BODY))]
    assert f.held(thing, "PM2.5").value.tolist() == [12.5]


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_json_however_deep_is_no_delivery_of_readings(thing, kind):
    answer = post(thing, b"[" * 1_000_000, "deep.json", kind)
    if kind == "application/json":
        assert answer.status_code == 415
        assert not Delivery.objects.exists()
    else:
        assert (answer.status_code, answer.json()["state"], answer.json()["code"]) == (201, "quarantined", "separator")


def test_the_command_refuses_more_than_the_cap(thing, tmp_path, monkeypatch):
    monkeypatch.setattr(arrival, "MAX_BODY", len(BODY) - 1)
    (tmp_path / NAME).write_bytes(BODY)
    result = CliRunner().invoke(nonnuoc, ["ingest", str(tmp_path / NAME)])
    assert result.exit_code != 0
    assert not Delivery.objects.exists()


def test_the_swept_folder_leaves_a_huge_file_and_a_link_alone_and_takes_the_others(thing, tmp_path, monkeypatch):
    monkeypatch.setattr("nonnuoc.ingest.sweep.QUIET_S", 0)
    monkeypatch.setattr("nonnuoc.ingest.worker.SWEEP_EVERY_S", 0)
    sweep = Sweep(tmp_path)
    with (sweep.folder / "huge.txt").open("wb") as huge:
        huge.truncate(arrival.MAX_BODY + 1)
    (sweep.folder / "link.txt").symlink_to("/etc/passwd")
    (sweep.folder / NAME).write_bytes(BODY)
    worker = Worker(Spool(tmp_path), sweep, threading.Event())
    for _ in range(3):
        worker.drain_once()
    assert f.held(thing, "PM2.5").value.tolist() == [12.5]
    assert {path.name for path in sweep.folder.iterdir()} == {"huge.txt", "link.txt"}
