"""The embedded database, in homes of its own: started, shared, killed, found again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from nonnuoc.config import child, home, leftovers, place, postgres
from tests.installation import open_folder

pytestmark = pytest.mark.slow

STAY = """
import sys, time
from pathlib import Path
from nonnuoc.config import postgres
with postgres.owned(Path(sys.argv[1])) as server:
    print(server.process.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="session")
def created() -> Path:
    """A home whose database has been created; to be copied."""
    made = open_folder()
    with postgres.running(made):
        pass
    return made


@pytest.fixture
def fresh_home(created: Path) -> Path:
    """A home of the test's own, its database created and stopped."""
    made = open_folder()
    subprocess.run(["cp", "-a", *created.iterdir(), made], check=True)
    return made


@pytest.fixture
def owner(fresh_home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns the database of the home; its first line is the server's process id."""
    started = subprocess.Popen([sys.executable, "-c", STAY, str(fresh_home)], stdout=subprocess.PIPE, text=True)
    yield started
    started.kill()
    started.wait()


def server_of(owner: subprocess.Popen[str]) -> int:
    assert owner.stdout is not None
    return int(owner.stdout.readline())


def wait_until_gone(pid: int) -> None:
    until = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < until, f"process {pid} is still there"
        time.sleep(0.05)


def one(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_database_is_safe_and_closed(fresh_home: Path) -> None:
    with postgres.running(fresh_home) as dsn:
        assert dsn == postgres.url(fresh_home)
        assert str(one(dsn, "SHOW server_version")).startswith(f"{place.MAJOR}.")
        assert one(dsn, "SHOW fsync") == "on"
        assert one(dsn, "SHOW data_checksums") == "on"
        assert one(dsn, "SHOW listen_addresses") == ""
        assert one(dsn, "SHOW password_encryption") == "scram-sha-256"
        assert one(dsn, "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
        assert place.of(fresh_home).sockets.stat().st_mode & 0o077 == 0
        wrong = dsn.replace(home.secret("postgres", at=fresh_home), "guessed")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn)


def test_what_is_written_is_there_after_a_restart(fresh_home: Path) -> None:
    with postgres.running(fresh_home) as dsn, psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'Cao Bằng' AS name")
    with postgres.running(fresh_home) as dsn:
        assert one(dsn, "SELECT name FROM kept") == "Cao Bằng"


def test_a_guest_does_not_start_a_second_server(fresh_home: Path) -> None:
    with postgres.running(fresh_home) as dsn:
        first = one(dsn, "SELECT pg_postmaster_start_time()")
        with postgres.running(fresh_home) as again:
            assert one(again, "SELECT pg_postmaster_start_time()") == first
        assert one(dsn, "SELECT 1") == 1  # the guest has left, the server stays


def test_the_owner_waits_for_its_guests(fresh_home: Path) -> None:
    said: list[str] = []
    guest_in, guest_may_go = threading.Event(), threading.Event()
    seen: list[object] = []

    def guest() -> None:
        with postgres.running(fresh_home) as dsn:
            guest_in.set()
            guest_may_go.wait(20)
            seen.append(one(dsn, "SELECT 'still here'"))

    thread = threading.Thread(target=guest)

    def say(words: str) -> None:
        said.append(words)
        guest_may_go.set()

    with postgres.running(fresh_home, say=say):
        said.clear()
        thread.start()
        assert guest_in.wait(20)
    thread.join(20)
    assert seen == ["still here"]
    assert said == ["waiting for other commands to finish with the database"]


def test_server_ends_with_its_killed_owner_and_loses_nothing(fresh_home: Path, owner: subprocess.Popen[str]) -> None:
    server = server_of(owner)
    with psycopg.connect(postgres.url(fresh_home), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        owner.kill()
        wait_until_gone(server)
    with postgres.running(fresh_home) as dsn:
        assert one(dsn, "SELECT one FROM kept") == 1


def test_orphan_server_is_stopped_before_a_new_one_starts(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = place.of(fresh_home)
    monkeypatch.setattr(child, "_libc", None)  # a system whose children may outlive us
    orphan = postgres.Server(where, settings={}, say=lambda _: None)
    orphan.start()
    assert orphan.process is not None
    said: list[str] = []
    # A zombie answers to its number: somebody has to wait for it, as init does for an orphan.
    threading.Thread(target=orphan.process.wait, daemon=True).start()
    with postgres.running(fresh_home, say=said.append) as dsn:
        assert one(dsn, "SELECT 1") == 1
        assert f"process {orphan.process.pid}" in said[0]
        assert int((where.data / "postmaster.pid").read_text().split()[0]) != orphan.process.pid


def test_pid_file_of_a_crash_whose_number_is_in_use_again(fresh_home: Path) -> None:
    with postgres.running(fresh_home):
        words = (place.of(fresh_home).data / "postmaster.pid").read_text().splitlines()
    stale = place.of(fresh_home).data / "postmaster.pid"
    stale.write_text("\n".join([str(os.getpid()), *words[1:], ""]))

    leftovers.clear(place.of(fresh_home).data, say=lambda _: None)

    assert not stale.exists()


def test_a_killed_server_recovers(fresh_home: Path, owner: subprocess.Popen[str]) -> None:
    server = server_of(owner)
    with psycopg.connect(postgres.url(fresh_home), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
        os.kill(server, signal.SIGKILL)
    owner.kill()
    owner.wait()
    wait_until_gone(server)
    with postgres.running(fresh_home) as dsn:
        assert one(dsn, "SELECT count(*) FROM kept") == 1000


def test_a_home_deep_in_the_tree_gets_a_short_socket(fresh_home: Path) -> None:
    deep = fresh_home / ("d" * 60) / ("e" * 60)
    with postgres.running(deep) as dsn:
        assert one(dsn, "SELECT 1") == 1
    sockets = place.of(deep).sockets
    assert len(str(sockets)) <= place.SOCKET_FOLDER_LIMIT
    sockets.rmdir()


def test_another_password_is_told_as_such(fresh_home: Path) -> None:
    with postgres.running(fresh_home):
        pass
    (fresh_home / "secrets" / "postgres").write_text("of another installation")
    with pytest.raises(postgres.DatabaseUnavailableError, match="secrets/postgres"), postgres.running(fresh_home):
        pass


def test_data_of_another_version_are_left_alone(fresh_home: Path) -> None:
    with postgres.running(fresh_home):
        pass
    (place.of(fresh_home).data / "PG_VERSION").write_text("17\n")
    with pytest.raises(postgres.DatabaseUnavailableError, match="made by PostgreSQL 17"), postgres.running(fresh_home):
        pass


def test_a_server_that_cannot_start_says_why(fresh_home: Path) -> None:
    with postgres.running(fresh_home):
        pass
    (fresh_home / "database.conf").write_text("shared_buffers = lots\n")
    with pytest.raises(postgres.DatabaseUnavailableError, match="lots"), postgres.running(fresh_home):
        pass


@pytest.mark.skipif(os.getuid() != 0, reason="only root becomes another user")
def test_root_shelters_a_home_the_database_user_cannot_enter(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelter = open_folder()
    monkeypatch.setattr(place, "SHELTER", shelter)
    closed = fresh_home / "closed"
    closed.mkdir(mode=0o700)
    with postgres.running(closed / "home") as dsn:
        assert one(dsn, "SELECT 1") == 1
    assert (closed / "home" / "database").readlink().parent.parent == shelter
    assert (closed / "home" / "database").stat().st_uid != 0


@pytest.mark.skipif(os.getuid() != 0, reason="only root becomes another user")
def test_root_copies_programs_the_database_user_cannot_reach(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelter = open_folder()
    monkeypatch.setattr(place, "SHELTER", shelter)
    monkeypatch.setattr(place, "enterable", lambda path, _user: path.name != "postgres")
    with postgres.running(fresh_home) as dsn:
        assert one(dsn, "SELECT 1") == 1
        server = (place.of(fresh_home).data / "postmaster.pid").read_text().split()[0]
        assert Path(f"/proc/{server}/exe").resolve().is_relative_to(shelter)
