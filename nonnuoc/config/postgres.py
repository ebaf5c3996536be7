"""The embedded database: a private PostgreSQL of this home, started and stopped by us.

Used where DATABASE_URL names no server. It is a real PostgreSQL with its safety on (fsync, checksums, passwords),
reached through a socket in a closed folder only. One process owns it at a time, `nonnuoc up` or the first command that
needs it, and it ends with its owner; other commands are guests.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from nonnuoc.config import child, home, leftovers, place

NAME = "nonnuoc"  # of the role and of the database
PORT = 5432  # names the socket; nothing listens on the network
START_PATIENCE_S = 3600.0  # recovery after a crash replays at most max_wal_size, but disks differ
STOP_PATIENCE_S = 60.0

Say = Callable[[str], None]


class DatabaseUnavailableError(Exception):
    """The embedded database did not start."""


def url(at: Path) -> str:
    """Where this home's database is reached, running or not."""
    return _dsn(place.of(at), NAME)


def _dsn(where: place.Place, database: str) -> str:
    password = quote(home.secret("postgres", at=where.home), safe="")
    return f"postgresql://{NAME}:{password}@/{database}?host={quote(str(where.sockets), safe='')}&port={PORT}"


def _settings(where: place.Place, extra: Mapping[str, str]) -> str:
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    settings = {
        "listen_addresses": "''",
        "port": str(PORT),
        "unix_socket_directories": f"'{where.sockets}'",
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "lc_messages": "'C'",
        "max_connections": "100",
        "shared_buffers": f"{min(max(memory_mb // 8, 64), 512)}MB",
        "effective_cache_size": f"{max(memory_mb // 2, 256)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(memory_mb // 16, 64), 256)}MB",
        "fsync": "on",
        "max_wal_size": "1GB",  # bounds recovery after a crash
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "random_page_cost": "1.1",  # solid-state disks
        "jit": "off",
        "log_min_duration_statement": "5s",
        **extra,
    }
    lines = [f"{name} = {value}" for name, value in settings.items()]
    return "\n".join([*lines, "include_if_exists = '../database.conf'  # the operator's own settings", ""])


class Server:
    """The server process of one home. The caller holds the owner's lock (`owned`)."""

    def __init__(self, where: place.Place, *, settings: Mapping[str, str], say: Say) -> None:
        self.where = where
        self.settings = settings
        self.say = say
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Have it running and answering; whatever an earlier owner left behind is cleared away first."""
        self.where.enter()
        programs = place.binaries(self.where.user)
        if not self.where.data.exists():
            self.say("creating the database")
            self._create(programs)
        self._check_version()
        leftovers.clear(self.where.data, say=self.say)
        configuration = home.folder("run", at=self.where.base) / "postgresql.conf"
        configuration.write_text(_settings(self.where, self.settings))
        configuration.chmod(0o644)  # the database's user reads it
        child.rotate(self.where.log)
        log_start = self.where.log.stat().st_size if self.where.log.exists() else 0
        self.process = child.start(
            [programs / "postgres", "-D", self.where.data, "-c", f"config_file={configuration}"],
            log=self.where.log,
            last_signal=signal.SIGINT,
            user=self.where.user,
            env=_environment(),
        )
        try:
            self._wait_until_ready(log_start)
        except BaseException:
            self.stop()
            raise

    def _create(self, programs: Path) -> None:
        """initdb beside the final place: the data directory is complete or not there."""
        draft = self.where.base / "database.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=self.where.sockets, prefix="password-") as password:
            password.write(home.secret("postgres", at=self.where.home))
            password.flush()
            if self.where.user:
                for path in (draft, Path(password.name)):
                    os.chown(path, self.where.user.pw_uid, self.where.user.pw_gid)
            made = subprocess.run(
                [
                    programs / "initdb",
                    *("-D", draft, "-U", NAME, f"--pwfile={password.name}", "--auth=scram-sha-256"),
                    *("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                    "--data-checksums",
                ],
                cwd="/",
                env=_environment(),
                capture_output=True,
                text=True,
                check=False,
                **child.as_user(self.where.user),
            )
        if made.returncode != 0:
            raise DatabaseUnavailableError(f"initdb failed in {draft}:\n{made.stdout[-1000:]}{made.stderr[-1000:]}")
        draft.rename(self.where.data)

    def _check_version(self) -> None:
        version = (self.where.data / "PG_VERSION").read_text().strip()
        if version != str(place.MAJOR):
            raise DatabaseUnavailableError(
                f"{self.where.data} was made by PostgreSQL {version}, and this is {place.MAJOR}: make a backup with "
                f"the version of Non Nước that wrote it, move the folder away, and restore the backup here."
            )

    def _wait_until_ready(self, log_start: int) -> None:
        assert self.process is not None  # noqa: S101 - for the type checker
        began = time.monotonic()
        told = began
        pause = 0.02
        while True:
            try:
                with psycopg.connect(_dsn(self.where, "postgres"), connect_timeout=10, autocommit=True) as connection:
                    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                        connection.execute(f"CREATE DATABASE {NAME}")
                return
            except psycopg.OperationalError as error:
                words = child.tail(self.where.log, since=log_start)
                if self.process.poll() is not None:
                    raise DatabaseUnavailableError(f"PostgreSQL ended while starting; it said:\n{words}") from error
                if "password authentication failed" in str(error):
                    raise DatabaseUnavailableError(
                        f"{self.where.home}/secrets/postgres is not the password this database was made with: "
                        f"put the right file back, from a backup for instance."
                    ) from error
                now = time.monotonic()
                if now - began > START_PATIENCE_S:
                    raise DatabaseUnavailableError(f"PostgreSQL is still not ready; it said:\n{words}") from error
                if now - told > 5:
                    told = now
                    self.say(f"the database is recovering from a hard stop, {now - began:.0f} s so far")
                time.sleep(pause)
                pause = min(pause * 1.5, 0.5)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Clean stop: open transactions are rolled back, everything is on disk."""
        if self.process is not None:
            child.stop(self.process, by=signal.SIGINT, patience_s=STOP_PATIENCE_S, then=signal.SIGQUIT)
            self.process = None


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _owner(where: place.Place) -> child.Lock:
    """Held by the one process that starts and stops the server."""
    return child.Lock(where.base / "run" / "database.owner")


def _silent(_words: str) -> None:
    pass


@contextlib.contextmanager
def owned(at: Path, *, settings: Mapping[str, str] | None = None, say: Say = _silent) -> Iterator[Server]:
    """The server of this home, started by us, for the time of the block; waits for a command that has it now."""
    where = place.of(at)
    owner = _owner(where)
    waiting = False
    while not owner.try_alone():
        if not waiting:
            say(f"waiting for another command to finish with the database (process {owner.holder()})")
            waiting = True
        time.sleep(0.2)
    server = Server(where, settings=settings or {}, say=say)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        owner.release()


@contextlib.contextmanager
def running(at: Path, *, say: Say = _silent) -> Iterator[str]:
    """The DSN of a server that runs for the time of the block: the one there is, or one started for it.

    Who starts it is its owner, and stops it once all guests have left.
    """
    where = place.of(at)
    owner = _owner(where)
    guests = child.Lock(where.base / "run" / "database.guests")
    server = Server(where, settings={}, say=say)
    try:
        if _become_owner(where, owner, guests):
            server.start()
        yield _dsn(where, NAME)
    finally:
        if server.process is not None:
            guests.wait_alone(lambda: say("waiting for other commands to finish with the database"))
            server.stop()
        guests.release()
        owner.release()


def _become_owner(where: place.Place, owner: child.Lock, guests: child.Lock) -> bool:
    """True: we are the owner, and start it. False: it runs, and we hold a guest's lock."""
    while not owner.try_alone():
        guests.wait_shared()  # an owner about to stop holds it alone
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(_dsn(where, NAME), connect_timeout=10).close()
            return False
        guests.release()  # still starting, or gone by now
        time.sleep(0.1)
    return True
