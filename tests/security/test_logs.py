"""The logs: an entry a line, its time without doubt, closed to others; refusals stand in them (ASVS 16)."""

from __future__ import annotations

import ftplib
import logging
import re
import stat
import sys
from pathlib import Path

import pytest

from nonnuoc.config import child
from nonnuoc.look.log_lines import Line
from nonnuoc.records.accounts.entrance import attempts
from tests.desk import staff
from tests.ingest import ftp_door


def written(message: str, *args: object, error: BaseException | None = None) -> str:
    trace = (type(error), error, None) if error else None
    record = logging.LogRecord("nonnuoc.test", logging.WARNING, __file__, 1, message, args, trace)
    return Line().format(record)


def test_a_line_says_when_with_its_offset_from_utc() -> None:
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4} WARNING nonnuoc\.test: taken$", written("taken"))


def test_what_others_wrote_begins_no_line() -> None:
    line = written("a file named %s", "a\n2026-01-01 INFO nonnuoc: all is well\r\x1b[2Jđá")
    assert len(line.splitlines()) == 1 and "\x1b" not in line
    assert r"a\n2026-01-01" in line and "đá" in line


def test_nor_does_what_stands_in_an_exception() -> None:
    first, *rest = written("it broke", error=ValueError("x\n2026-01-01 INFO nonnuoc: all is well")).splitlines()
    assert first.endswith("it broke") and rest
    assert all(line.startswith("    ") for line in rest)


def test_every_log_of_ours_is_written_so(settings) -> None:
    assert settings.LOGGING["handlers"].keys() == {"stderr"}
    assert settings.LOGGING["formatters"]["line"]["()"] == "nonnuoc.look.log_lines.Line"


def test_log_files_are_the_owners_alone(tmp_path: Path) -> None:
    log = tmp_path / "log" / "part.log"
    child.start([sys.executable, "-c", "print('x')"], log=log).wait(20)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    log.write_bytes(b"x" * (child.LOG_LIMIT + 1))
    assert child.rotate(log)
    assert stat.S_IMODE(log.with_suffix(".log.1").stat().st_mode) == 0o600


@pytest.mark.django_db
def test_who_was_refused_what_stands_in_the_log(client, caplog) -> None:
    client.force_login(staff.colleague())
    assert client.get("/desk/audit/", REMOTE_ADDR="10.0.0.7").status_code == 403
    assert "refused: GET /desk/audit/, to binh@example.vn from 10.0.0.7" in caplog.text


@pytest.mark.django_db
def test_a_wrong_key_stands_in_the_log_without_the_key(client, caplog) -> None:
    client.post("/api/deliveries", b"x", content_type="text/plain", headers={"authorization": "Bearer my-secret"})
    assert "no key in force came with POST /api/deliveries" in caplog.text
    assert "my-secret" not in caplog.text


@pytest.mark.django_db
def test_a_limit_that_is_reached_is_told_once(caplog) -> None:
    limit = attempts.Limit("thing", 2, attempts.QUARTER)
    waits = [limit.spend("somebody") for _ in range(6)]
    assert [bool(wait) for wait in waits] == [False, False, True, True, True, True]
    assert caplog.text.count("too many tries of a thing") == 1
    assert "somebody" not in caplog.text


def test_the_database_keeps_its_log_in_utc() -> None:
    source = (Path(child.__file__).parent / "postgres.py").read_text()
    assert '"log_timezone": "\'UTC\'"' in source


def test_a_wrong_key_at_the_ftp_door_stands_in_the_log(tmp_path: Path, caplog) -> None:
    with ftp_door.opened(tmp_path) as door:
        client = ftplib.FTP(timeout=5)
        client.connect(*door.address)
        with pytest.raises(ftplib.error_perm, match="530"):
            client.login("KK01", "my-secret")
    assert "a wrong key for the account 'KK01' from 127.0.0.1" in caplog.text
    assert "my-secret" not in caplog.text
