"""A consistent copy of an installation, and back.

The order makes it consistent while deliveries go on: first the inbox, then the database, then media. A delivery is in
the inbox until it is committed, so it is in one of the two copies or in both; the same bytes twice are one delivery.
A file of media is there before a row names it.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import conninfo

from nonnuoc.config import place

ARRIVING = ("inbox", "sweep")  # what is here and not in the database
DUMP = "database.dump"
MANIFEST = "manifest.json"
#: Not `postgres`: that password belongs to the server on this machine, and a restored one would not open it.
LOCAL_SECRETS = ("postgres",)
Say = Callable[[str], None]


class RefusedError(Exception):
    """The copy cannot be made or brought back."""


def backup(url: str, home: Path, *, into: Path, say: Say) -> Path:
    """A new folder inside `into`; complete or, after a failure, not there under its name. Give its path."""
    into.mkdir(parents=True, exist_ok=True)
    target = into / f"nonnuoc-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    draft = target.with_suffix(".unfinished")
    draft.mkdir(mode=0o700)
    try:
        say("copying inbox and secrets")
        for name in (*ARRIVING, "secrets"):
            _copy_moving(home / name, draft / name)
        say("copying the database")
        _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={draft / DUMP}"], url)
        _copy_moving(home / "media", draft / "media")
        manifest = {
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": _version(),
            "files": {name: _sha256(draft / name) for name in sorted(_files(draft))},
        }
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
        _sync(draft)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


def restore(url: str, home: Path, *, out_of: Path, replace: bool, say: Say) -> None:
    """Bring everything back. A damaged copy, or an installation not empty, is refused before anything is touched."""
    say("checking the copy")
    _check(out_of)
    waiting = [path for name in ARRIVING for path in (home / name).rglob("*") if path.is_file()]
    if not replace and (_holds_tables(url) or waiting):
        raise RefusedError(
            "This installation holds data already. Restore into an empty NONNUOC_HOME, or with --replace."
        )
    say("restoring the database")
    _restore_database(url, out_of / DUMP)
    say("restoring inbox, secrets and media")
    for name in (*ARRIVING, "media"):
        if replace:
            shutil.rmtree(home / name, ignore_errors=True)
        if (out_of / name).exists():
            shutil.copytree(out_of / name, home / name, dirs_exist_ok=True)
    for secret in (out_of / "secrets").iterdir():
        if secret.name not in LOCAL_SECRETS:
            _put_secret(secret, home / "secrets" / secret.name)


def _copy_moving(source: Path, target: Path) -> None:
    """Copy a folder in which files come and go; what leaves meanwhile is not missed."""
    target.mkdir(mode=0o700)
    for folder, _, names in os.walk(source):
        there = target / Path(folder).relative_to(source)
        there.mkdir(exist_ok=True, mode=0o700)
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                shutil.copy2(Path(folder) / name, there / name)


def _check(copy: Path) -> None:
    try:
        files = json.loads((copy / MANIFEST).read_text())["files"]
    except (OSError, ValueError, KeyError) as error:
        raise RefusedError(f"{copy} is not a copy made by `nonnuoc backup`: its {MANIFEST} cannot be read.") from error
    there = set(_files(copy)) - {MANIFEST}
    damaged = [name for name in files if name not in there or _sha256(copy / name) != files[name]]
    if damaged or not there <= files.keys():
        wrong = ", ".join([*damaged, *sorted(there - files.keys())][:5])
        raise RefusedError(f"The copy in {copy} is damaged ({wrong}); nothing was changed here. Use another copy.")


def _files(folder: Path) -> Iterator[str]:
    return (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _holds_tables(url: str) -> bool:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
    return found is not None


def _restore_database(url: str, dump: Path) -> None:
    """In one transaction, committed only once the whole script went through: else everything is as it was."""
    programs = place.binaries()
    where, environment = _connection(url)
    read: list[str | Path] = [programs / "pg_restore", "--no-owner", "--no-privileges", "--file=-", dump]
    write: list[str | Path] = [
        programs / "psql",
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        f"--dbname={where}",
    ]
    with tempfile.TemporaryFile() as words:
        source = subprocess.Popen(read, stdout=subprocess.PIPE, stderr=words)
        target = subprocess.Popen(
            write, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=words, env=environment
        )
        assert source.stdout and target.stdin  # noqa: S101 - for the type checker
        with contextlib.suppress(BrokenPipeError), source.stdout, target.stdin as out:
            out.write(b"SET client_min_messages = warning; BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
            for line in source.stdout:
                if not line.startswith(b"SET transaction_timeout"):  # unknown to servers before PostgreSQL 17
                    out.write(line)
                if line.startswith(b"CREATE "):  # past the settings; data are passed on as they are
                    break
            shutil.copyfileobj(source.stdout, out)
            if source.wait() == 0:
                out.write(b"COMMIT;\nANALYZE;\n")
        failed = target.wait() or source.wait()
        words.seek(0)
        if failed:
            complaint = words.read().decode(errors="replace")[-2000:]
            raise RefusedError(f"The database was not restored, and is as it was:\n{complaint}")


def _connection(url: str) -> tuple[str, dict[str, str]]:
    """(how to connect, environment): the password stands in no command line, where others could read it."""
    parts = conninfo.conninfo_to_dict(url)
    password = str(parts.pop("password", ""))
    return conninfo.make_conninfo(**parts), {**os.environ, "PGPASSWORD": password, "LC_ALL": "C"}  # type: ignore[arg-type]


def _run(command: list[str], url: str) -> None:
    where, environment = _connection(url)
    program = place.binaries() / command[0]
    done = subprocess.run(
        [program, *command[1:], f"--dbname={where}"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RefusedError(f"{command[0]} failed: {done.stderr[-2000:]}")


def _put_secret(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, exist_ok=True)
    draft = target.with_name(f".{target.name}-restored")
    draft.touch(mode=0o600)
    draft.write_bytes(source.read_bytes())
    draft.rename(target)


def _sync(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _version() -> str:
    return importlib.metadata.version("nonnuoc")
