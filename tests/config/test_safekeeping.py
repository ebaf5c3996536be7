"""A copy of an installation, and back; on the server of the run, so on PostgreSQL 15 too."""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo, sql

from nonnuoc.config import home, safekeeping

pytestmark = pytest.mark.slow


def quiet(_words: str) -> None:
    pass


@pytest.fixture
def databases() -> Iterator[tuple[str, str]]:
    """Two empty databases on the server of the run: one to copy, one to restore into."""
    server = conninfo.make_conninfo(os.environ["DATABASE_URL"], dbname="postgres")
    names = [f"copy_{uuid.uuid4().hex[:8]}" for _ in range(2)]
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield tuple(conninfo.make_conninfo(server, dbname=name) for name in names)  # type: ignore[misc]
        for name in names:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def rows(dsn: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT id, name FROM station ORDER BY id").fetchall()


@pytest.fixture
def installation(databases: tuple[str, str], tmp_path: Path) -> Path:
    """A home with a delivery waiting, secrets, and a table with awkward words in the first database."""
    at = tmp_path / "home"
    waiting = home.folder("inbox/new", at=at) / "1-a"
    waiting.write_bytes(b"{}\nPM2,5\t12")
    home.folder("media", at=at)
    for name in ("django", "postgres"):
        home.secret(name, at=at)
    with psycopg.connect(databases[0]) as connection:
        connection.execute("CREATE TABLE station (id int PRIMARY KEY, name text)")
        connection.execute("INSERT INTO station VALUES (1, 'Thục Phán'), (2, E'SET transaction_timeout = 0;\\n\\\\.')")
    return at


def test_everything_comes_back(databases: tuple[str, str], installation: Path, tmp_path: Path) -> None:
    copy = safekeeping.backup(databases[0], installation, into=tmp_path / "copies", say=quiet)
    other = tmp_path / "other"
    local_password = home.secret("postgres", at=other)

    safekeeping.restore(databases[1], other, out_of=copy, replace=False, say=quiet)

    assert rows(databases[1]) == rows(databases[0])
    assert (other / "inbox/new/1-a").read_bytes() == (installation / "inbox/new/1-a").read_bytes()
    assert home.secret("django", at=other) == home.secret("django", at=installation)
    assert home.secret("postgres", at=other) == local_password  # the server there has its own
    assert stat.S_IMODE((other / "secrets/django").stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700


def test_a_damaged_copy_is_refused(databases: tuple[str, str], installation: Path, tmp_path: Path) -> None:
    copy = safekeeping.backup(databases[0], installation, into=tmp_path, say=quiet)
    dump = bytearray((copy / safekeeping.DUMP).read_bytes())
    dump[len(dump) // 2] ^= 1
    (copy / safekeeping.DUMP).write_bytes(dump)

    with pytest.raises(safekeeping.RefusedError, match="damaged"):
        safekeeping.restore(databases[1], tmp_path / "other", out_of=copy, replace=False, say=quiet)


def test_data_that_are_there_are_not_overwritten(
    databases: tuple[str, str], installation: Path, tmp_path: Path
) -> None:
    copy = safekeeping.backup(databases[0], installation, into=tmp_path, say=quiet)
    with psycopg.connect(databases[1]) as connection:
        connection.execute("CREATE TABLE station AS SELECT 7 AS id, 'Bằng' AS name")

    with pytest.raises(safekeeping.RefusedError, match="--replace"):
        safekeeping.restore(databases[1], tmp_path / "other", out_of=copy, replace=False, say=quiet)
    assert rows(databases[1]) == [(7, "Bằng")]

    safekeeping.restore(databases[1], tmp_path / "other", out_of=copy, replace=True, say=quiet)
    assert rows(databases[1]) == rows(databases[0])


def test_a_dump_that_breaks_off_changes_nothing(
    databases: tuple[str, str], installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = safekeeping.backup(databases[0], installation, into=tmp_path, say=quiet)
    dump = copy / safekeeping.DUMP
    dump.write_bytes(dump.read_bytes()[:-40])
    monkeypatch.setattr(safekeeping, "_check", lambda _copy: None)  # as if it broke after it was checked
    with psycopg.connect(databases[1]) as connection:
        connection.execute("CREATE TABLE station AS SELECT 7 AS id, 'Bằng' AS name")

    with pytest.raises(safekeeping.RefusedError, match="is as it was"):
        safekeeping.restore(databases[1], tmp_path / "other", out_of=copy, replace=True, say=quiet)
    assert rows(databases[1]) == [(7, "Bằng")]


def test_a_failed_backup_leaves_no_half_copy(installation: Path, tmp_path: Path) -> None:
    with pytest.raises(safekeeping.RefusedError, match="pg_dump failed"):
        safekeeping.backup("postgresql://nobody@127.0.0.1:1/none", installation, into=tmp_path / "copies", say=quiet)
    assert list((tmp_path / "copies").iterdir()) == []
