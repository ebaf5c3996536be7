"""Who gets into the FTP door, how long he may stay, and FTPS."""

from __future__ import annotations

import ftplib
import os
import socket
import ssl
import subprocess
import time

import pytest

from nonnuoc.ingest.ftp import Setup
from nonnuoc.ingest.ftp_accounts import Accounts, Failures
from nonnuoc.ingest.ftp_session import Session, Upload
from tests.ingest import ftp_door
from tests.ingest.ftp_door import BODY, NAME, begin, eventually, signed_in, store, waiting

pytestmark = pytest.mark.slow


@pytest.fixture
def door(tmp_path):
    with ftp_door.opened(tmp_path) as opened:
        yield opened


def test_wrong_keys_and_unknown_stations_get_the_same_answer_and_the_right_key_always_gets_in(door):
    answers = set()
    for code, key in [("KK01", "wrong"), ("NOBODY", "wrong"), ("KK01", ftp_door.KEYS["KK02"]), ("KK01", ""), ("", "x")]:
        client = ftplib.FTP(timeout=5)
        client.connect(*door.address)
        with pytest.raises(ftplib.error_perm) as refusal:
            client.login(code, key)
        answers.add(str(refusal.value))
        client.close()
    assert answers == {"530 Unknown station, or wrong key."}
    assert door.failures.banned("127.0.0.1")
    start = time.monotonic()
    assert store(signed_in(door)).startswith("226")
    assert time.monotonic() - start < 1


def test_a_banned_address_has_one_guess_a_connection(door):
    for _ in range(Failures.PATIENCE):
        door.failures.add("127.0.0.1")
    client = ftplib.FTP(timeout=5)
    client.connect(*door.address)
    with pytest.raises(ftplib.error_perm):
        client.login("KK01", "wrong")
    with pytest.raises((EOFError, OSError)):
        client.sendcmd("USER KK01")


def test_guesses_wait_longer_and_longer_and_are_forgotten():
    now = [0.0]
    failures = Failures(delay_s=1, clock=lambda: now[0])
    waits = []
    for _ in range(12):
        waits.append(failures.delay_s("a"))
        failures.add("a")
    assert waits == [1, 1, 1, 1, 1, 1, 2, 4, 8, 15, 15, 15]
    assert waits[-1] < Session.login_timeout
    assert failures.delay_s("b") == 1
    now[0] = 601
    assert failures.delay_s("a") == 1


def test_accounts_stay_while_the_database_is_away():
    from django.db import OperationalError

    answers = [ftp_door.hashed(), OperationalError("gone")]

    def load():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    accounts = Accounts(load=load)
    accounts.refresh()
    accounts.refresh()
    assert accounts.admits("KK01", ftp_door.KEYS["KK01"])
    assert not accounts.admits("KK01", ftp_door.KEYS["KK02"])
    assert not accounts.admits("", "")


@pytest.mark.django_db(transaction=True)
def test_a_key_made_a_moment_ago_opens_and_a_revoked_one_does_not(tmp_path):
    from nonnuoc.records.monitoring import services
    from tests import factories

    thing = factories.station("KK09")
    accounts = Accounts()
    accounts.refresh()
    key = services.new_key(thing, label="logger", by=None)
    assert not accounts.admits("KK09", key)
    accounts.refresh()
    assert accounts.admits("KK09", key)
    services.revoke_key(thing.keys.get(), by=None)
    accounts.refresh()
    assert not accounts.admits("KK09", key)


def test_strangers_are_evicted(tmp_path, monkeypatch):
    monkeypatch.setattr(Session, "login_timeout", 0.2)
    with ftp_door.opened(tmp_path) as door:
        station = signed_in(door)
        with socket.create_connection(door.address, timeout=5) as stranger:
            heard = b""
            while chunk := stranger.recv(1000):
                heard += chunk
        assert b"421" in heard
        assert station.voidcmd("NOOP").startswith("200")


def test_idle_sessions_are_evicted(tmp_path, monkeypatch):
    monkeypatch.setattr(Session, "timeout", 0.3)
    with ftp_door.opened(tmp_path) as door:
        client = signed_in(door)
        assert client.getmultiline().startswith("421")


def test_what_stands_still_or_trickles_is_evicted_and_can_resume(tmp_path, monkeypatch):
    monkeypatch.setattr(Upload, "timeout", 0.3)
    with ftp_door.opened(tmp_path) as door:
        client = signed_in(door)
        data = begin(client, b"x" * 2000)
        time.sleep(0.15)
        for _ in range(20):
            try:
                data.sendall(b"y")
            except OSError:
                break
            time.sleep(0.05)
        assert client.getmultiline().startswith("421")
        assert waiting(door) == []
        again = signed_in(door)
        assert again.size(NAME) >= 2000


def test_connections_of_one_address_are_limited(tmp_path):
    with ftp_door.opened(tmp_path, per_address=3) as door:
        kept = [signed_in(door) for _ in range(3)]
        with pytest.raises(ftplib.error_temp, match="421"):
            signed_in(door)
        kept[0].quit()
        assert eventually(lambda: len(door.ip_map) == 2)
        assert store(signed_in(door)).startswith("226")


def test_strangers_of_one_address_are_limited_and_stations_there_stay(tmp_path):
    with ftp_door.opened(tmp_path, strangers=3) as door:
        station = signed_in(door)
        held = [socket.create_connection(door.address, timeout=5) for _ in range(3)]
        assert all(one.recv(100) for one in held)
        with socket.create_connection(door.address, timeout=5) as fourth:
            assert fourth.recv(100) == b""
        assert store(station).startswith("226")
        for one in held:
            one.close()
        assert eventually(lambda: not door.strangers)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "door.pem"
    made = subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=door",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ],
        cwd=path.parent,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no openssl command here")
    path.write_bytes((path.parent / "key.pem").read_bytes() + (path.parent / "cert.pem").read_bytes())
    return str(path)


class LaxTls(ftplib.FTP_TLS):
    """Knows no certificate authority, as loggers do not."""

    def __init__(self, **given):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        super().__init__(context=context, **given)


@pytest.mark.parametrize("size", [100, 300_000])
def test_ftps(tmp_path, certificate, size):
    with ftp_door.opened(tmp_path, certificate=certificate, tls_only=True) as door:
        with pytest.raises(ftplib.error_perm, match="550"):
            signed_in(door)
        client = signed_in(door, kind=LaxTls)
        client.prot_p()
        for number in range(3):
            assert store(client, os.urandom(size), f"{number}.txt").startswith("226")
        assert [len(a.body) for a in waiting(door)] == [size] * 3
        client.quit()


def test_ftps_not_finished_is_not_a_file(tmp_path, certificate):
    with ftp_door.opened(tmp_path, certificate=certificate) as door:
        client = signed_in(door, kind=LaxTls)
        client.prot_p()
        data = begin(client, BODY)
        assert eventually(lambda: door.shelves["KK01"].under_way[f"/{NAME}"].size == len(BODY))
        os.close(os.dup(data.fileno()))
        socket.socket(fileno=client.sock.detach()).close()
        socket.socket(fileno=data.detach()).close()
        assert eventually(lambda: any(door.spool.receiving.glob("*.part")))
        assert waiting(door) == []


def test_the_environment_sets_the_door_up():
    setup = Setup.from_environment(
        {"NONNUOC_FTP_PORT": "21", "NONNUOC_FTP_PASSIVE_PORTS": "50000-50009", "NONNUOC_DISK_RESERVE_MB": "1"}
    )
    assert (setup.port, setup.passive_ports, setup.reserve) == (21, range(50000, 50010), 1024**2)
    with pytest.raises(ValueError):
        Setup.from_environment({"NONNUOC_FTP_PASSIVE_PORTS": "many"})
