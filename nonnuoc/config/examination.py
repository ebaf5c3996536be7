"""What `nonnuoc check` looks at: findings in plain words, each with what to do."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from nonnuoc.ingest import disk
from nonnuoc.ingest.spool import Spool

OK, HINT, WRONG = "ok", "hint", "WRONG"
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
FEWEST_INODES = 50_000  # a delivery is a file until it is in the database
KEY_PATIENCE = timedelta(days=7)
CLOCK_TOLERANCE_S = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `grade`: OK, HINT (can stay so) or WRONG (needs mending)."""

    grade: str
    words: str


def of_files(home: Path) -> list[Finding]:
    """The folder of the installation; needs neither database nor Django."""
    if not home.exists():
        return [Finding(WRONG, f"There is no installation in {home}: start one (`nonnuoc up`), or set NONNUOC_HOME.")]
    return [*_secrets(home), *_disk(home), _clock()]


def _secrets(home: Path) -> Iterator[Finding]:
    folder = home / "secrets"
    open_ones = [
        path for path in [folder, *folder.glob("*")] if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    for path in open_ones:
        yield Finding(WRONG, f"Others can read {path}: chmod go-rwx {path}")
    if not open_ones:
        yield Finding(OK, "Secrets are closed to others.")


def _disk(home: Path) -> Iterator[Finding]:
    total = shutil.disk_usage(home).total
    left = disk.of(home)
    words = f"{left.free / 2**30:.1f} GB of {total / 2**30:.0f} GB are free on the disk of {home}"
    if left.free < disk.reserve(os.environ):
        yield Finding(WRONG, f"{words}: deliveries are not taken any more. Make room.")
    elif left.free < max(5 * 2**30, total // 20):
        yield Finding(HINT, f"{words}: make room soon.")
    else:
        yield Finding(OK, f"{words}.")
    if left.free_inodes is not None and left.free_inodes < FEWEST_INODES:
        yield Finding(WRONG, f"Only {left.free_inodes} more files fit on this disk (df -i): remove small files.")


def _clock() -> Finding:
    now = datetime.now(UTC)
    written = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now < written - timedelta(days=1) or now.year > 2090:
        return Finding(WRONG, f"The clock says {now:%Y-%m-%d %H:%M} UTC, which cannot be: set it, and keep it by NTP.")
    return Finding(OK, f"The clock says {now:%Y-%m-%d %H:%M} UTC.")


def of_settings() -> list[Finding]:
    """How it is set up. Needs Django."""
    findings = []
    if settings.DEBUG:
        findings.append(Finding(WRONG, "DEBUG is on: error pages tell strangers about the inside. Turn it off."))
    outside = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL_HOSTS]
    if "*" in outside:
        findings.append(Finding(WRONG, "NONNUOC_HOSTS allows any name (*): write the names of this site in it."))
    elif outside and not settings.HTTPS:
        words = f"{', '.join(outside)} is served without TLS: passwords can be read on the way. Put a reverse "
        findings.append(Finding(WRONG, words + "proxy with a certificate in front, then set NONNUOC_HTTPS=1."))
    elif not outside:
        findings.append(Finding(HINT, "Pages are for this machine only; NONNUOC_HOSTS names the site for others."))
    else:
        findings.append(Finding(OK, f"Served as {', '.join(outside)}, with TLS."))
    findings.append(_ftp())
    findings.append(_mail())
    return findings


def _mail() -> Finding:
    if settings.MAIL:
        return Finding(OK, f"Letters go through {settings.EMAIL_HOST}.")
    words = "No letters can be sent: invitations and links for forgotten passwords are passed on by hand. "
    return Finding(HINT, words + "NONNUOC_SMTP_URL names a post office.")


def _ftp() -> Finding:
    host, certificate = os.environ.get("NONNUOC_FTP_HOST", "127.0.0.1"), os.environ.get("NONNUOC_FTP_CERT", "")
    if certificate and not os.access(certificate, os.R_OK):
        return Finding(WRONG, f"NONNUOC_FTP_CERT names {certificate}, which cannot be read.")
    if host in LOCAL_HOSTS:
        return Finding(HINT, "The FTP door is open to this machine only; NONNUOC_FTP_HOST opens it to stations.")
    if not certificate:
        return Finding(HINT, "FTP without a certificate: station keys can be read on the way. Set NONNUOC_FTP_CERT.")
    return Finding(OK, f"FTPS on {host}.")


def of_database() -> list[Finding]:
    """The database and what waits for it. Needs Django."""
    try:
        return [*_server(), *_migrations(), *_queues(), *_people()]
    except DatabaseError as error:
        return [Finding(WRONG, f"The database cannot be read: {str(error).strip()}")]


def _server() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('server_version_num')::int, "
            "current_setting('fsync'), pg_encoding_to_char(encoding), extract(epoch FROM clock_timestamp()) "
            "FROM pg_database WHERE datname = current_database()"
        )
        version, number, fsync, encoding, epoch = cursor.fetchone()
    if number < 150000:
        yield Finding(WRONG, f"PostgreSQL {version} is too old: 15 or newer is needed.")
    else:
        yield Finding(OK, f"The database answers: PostgreSQL {version}.")
    if fsync != "on":
        yield Finding(WRONG, "The database runs with fsync off: a power cut would lose data. Turn it on.")
    if encoding != "UTF8":
        yield Finding(WRONG, f"The database is kept in {encoding}: Vietnamese needs UTF8. Make a new one.")
    apart = abs(float(epoch) - datetime.now(UTC).timestamp())
    if apart > CLOCK_TOLERANCE_S:
        yield Finding(WRONG, f"The clocks here and of the database differ by {apart:.0f} s: keep both by NTP.")


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield Finding(WRONG, f"{len(missing)} migrations are not applied: run `nonnuoc prepare`.")
    else:
        yield Finding(OK, "All migrations are applied.")


def _queues() -> Iterator[Finding]:
    from nonnuoc.config import health
    from nonnuoc.ingest.waiting import oldest_job_s

    spool = Spool(Path(settings.HOME))
    waiting_s, job_s = spool.state().oldest_s, oldest_job_s()
    if max(waiting_s, job_s) > health.LONGEST_WAIT_S:
        words = f"The oldest delivery waits for {waiting_s / 60:.0f} min, the oldest job for {job_s / 60:.0f} min: "
        yield Finding(WRONG, words + "is the worker running? See log/worker.log.")
    else:
        yield Finding(OK, "Nothing waits for long.")
    yield from _alarms()
    if held := spool.held_names():
        yield Finding(WRONG, f"{len(held)} deliveries could not be taken in: {spool.held} has the reasons.")


def _alarms() -> Iterator[Finding]:
    """The watch over silent stations, the messages that wait, and who outside notices when all of it stops."""
    from nonnuoc.config import health
    from nonnuoc.records.accounts import preferences
    from nonnuoc.records.alerts.watch import lagging
    from nonnuoc.records.outbox import selectors as outbox

    last, message_s = lagging.last_pass(), outbox.oldest_due_s()
    if last is None:
        yield Finding(HINT, "Nobody has looked for silent stations yet: the worker does, once it runs.")
    elif (pause_s := (datetime.now(UTC) - last.at).total_seconds()) > health.LONGEST_S["watch"]:
        words = f"Nobody has looked for silent stations since {last.at:%Y-%m-%d %H:%M} UTC ({pause_s / 60:.0f} min): "
        yield Finding(WRONG, words + "is the worker running? See log/worker.log.")
    else:
        yield Finding(OK, "Silent stations are looked for.")
    if message_s > health.LONGEST_WAIT_S:
        words = f"The oldest message waits for {message_s / 60:.0f} min: "
        yield Finding(WRONG, words + "is the worker running? See log/worker.log.")
    if not preferences.read("heartbeat.url"):
        words = "Nobody outside notices when this installation stops: choose a heartbeat address in the settings."
        yield Finding(HINT, words)


def _people() -> Iterator[Finding]:
    from nonnuoc.records.accounts import selectors as accounts
    from nonnuoc.records.monitoring import keys

    if not accounts.has_administrator():
        yield Finding(WRONG, "Nobody can sign in: make an administrator with `nonnuoc admin`.")
    for key in keys.unused(datetime.now(UTC) - KEY_PATIENCE):
        words = f"The key of {key.thing.code} made on {key.created:%Y-%m-%d} was never used: "
        yield Finding(HINT, words + "set it in the logger, or revoke it.")
