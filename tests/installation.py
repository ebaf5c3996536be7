"""The installation the tests run in: a home of its own, and a PostgreSQL.

A pytest plugin rather than a conftest, because Django's settings are read before any conftest is. DATABASE_URL set:
that server (pytest-django makes its own databases on it). Unset: an embedded one for the time of the run; under
pytest-xdist the controller starts it and the workers find it in DATABASE_URL.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import psycopg.sql
import pytest

from nonnuoc.config import postgres

WORKER = os.environ.get("PYTEST_XDIST_WORKER")  # gw0, gw1 ...; None in the controller, and without xdist
#: What is lost in a power cut is only a test run.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_until_the_end = contextlib.ExitStack()


def open_folder() -> Path:
    """A folder for the time of the run that the user the database runs as can enter, as it cannot pytest's own."""
    made = Path(tempfile.mkdtemp(prefix="nonnuoc-tests-"))
    made.chmod(0o755)
    _until_the_end.callback(shutil.rmtree, made, ignore_errors=True)
    return made


def _worker_home() -> Path:
    made = Path(os.environ["NONNUOC_HOME"]) / str(WORKER)
    made.mkdir()
    return made


os.environ["NONNUOC_HOME"] = str(_worker_home() if WORKER else open_folder())
# xdist loads a worker's plugins after its conftests, but these with it.
os.environ["PYTEST_PLUGINS"] = __name__
# Between tests even the audit trail is emptied (records/accounts/migrations/0006).
os.environ["PGOPTIONS"] = "-c nonnuoc.test_database=yes"
Path(os.environ["NONNUOC_HOME"], "static").mkdir()  # whitenoise looks for it
OURS = "DATABASE_URL" not in os.environ
if OURS:
    os.environ["DATABASE_URL"] = postgres.url(Path(os.environ["NONNUOC_HOME"]))

#: The database the workers' own ones are copies of (conftest).
TEMPLATE = f"test_{urlsplit(os.environ['DATABASE_URL']).path[1:]}_migrated"


def pytest_configure(config: pytest.Config) -> None:
    if OURS and not config.option.collectonly:
        home = Path(os.environ["NONNUOC_HOME"])
        _until_the_end.enter_context(postgres.owned(home, settings=FAST, say=_say))


def pytest_unconfigure() -> None:
    if not (OURS or WORKER):
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection,
        ):
            connection.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {}").format(psycopg.sql.Identifier(TEMPLATE)))
    _until_the_end.close()


def _say(words: str) -> None:
    sys.stderr.write(f"tests: {words}\n")
