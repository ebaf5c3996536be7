"""`nonnuoc up`: everything of one installation, started in order, watched, and stopped together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from nonnuoc.config import child, first_start, postgres
from nonnuoc.config.part import Part

PORT_PATIENCE_S = 10.0  # what a killed run leaves behind needs a moment to close its ports
READY_PATIENCE_S = 90.0
STOP_PATIENCE_S = 12.0
GLANCE_S = 0.25


class CannotStartError(Exception):
    """Why it does not start, and what to do about it."""


@dataclass(frozen=True)
class Plan:
    """What `nonnuoc up` was asked for."""

    home: Path
    demo: bool
    port: int
    ftp_port: int
    stream_port: int
    speed: float

    @property
    def site(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}/"


def running(home: Path) -> child.Lock:
    """Held by whoever runs this installation, or must have it stand still."""
    return child.Lock(home / "run" / "up.lock")


def run(plan: Plan) -> None:
    """Start everything, then watch until Ctrl-C or SIGTERM; what was started is stopped, whatever happens."""
    began = time.monotonic()

    def say(words: str) -> None:
        click.echo(f"[{time.monotonic() - began:5.1f} s] {words}")

    lock = running(plan.home)
    if not lock.try_alone():
        raise CannotStartError(
            f"Non Nước runs already in {plan.home} (process {lock.holder()}). Stop that one, or choose another "
            f"NONNUOC_HOME and other ports for a second installation."
        )
    try:
        _require_different(plan)
        for port in (plan.port, plan.ftp_port, plan.stream_port):
            _require_free(port)
        with _database(plan, say) as server:
            new_demo = first_start.prepare(plan.home, demo=plan.demo)
            say("tables, province and static files ready")
            parts = _parts(plan)
            try:
                for part in parts:
                    part.start()
                _wait_until_ready(plan, parts, say)
                first_start.welcome(plan.home, plan.site, plan.ftp_port, demo=plan.demo, new_demo=new_demo)
                _watch(parts, server)
            finally:
                _stop(parts, server)
    finally:
        lock.release()


def _require_different(plan: Plan) -> None:
    if len({plan.port, plan.ftp_port, plan.stream_port}) < 3:
        raise CannotStartError(
            f"Pages (port {plan.port}), FTP ({plan.ftp_port}) and the stream of news ({plan.stream_port}; one above "
            "the pages unless --stream-port says otherwise) need a port each: choose others."
        )


def _require_free(port: int) -> None:
    until = time.monotonic() + PORT_PATIENCE_S
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return
            except OSError as error:
                if time.monotonic() > until:
                    raise CannotStartError(
                        f"Port {port} cannot be used ({error.strerror}): choose others, with --port, --ftp-port and "
                        f"--stream-port, or `make run PORT=8010 FTP_PORT=2131`."
                    ) from error
        time.sleep(0.2)


@contextlib.contextmanager
def _database(plan: Plan, say: Callable[[str], None]) -> Iterator[postgres.Server | None]:
    """The embedded server; None where DATABASE_URL names another. Children find either in DATABASE_URL."""
    if os.environ.get("DATABASE_URL"):
        say("database: the server of DATABASE_URL")
        yield None
        return
    try:
        with postgres.owned(plan.home, say=say) as server:
            say("database ready")
            os.environ["DATABASE_URL"] = postgres.url(plan.home)
            yield server
    except (postgres.DatabaseUnavailableError, first_start.NotPreparedError, PermissionError, TimeoutError) as error:
        raise CannotStartError(str(error)) from error
    finally:
        os.environ.pop("DATABASE_URL", None)


def _parts(plan: Plan) -> list[Part]:
    serve = [sys.executable, "-m", "nonnuoc.config", "serve"]
    os.environ.setdefault("NONNUOC_SITE", plan.site)  # for the links in messages
    log = plan.home / "log"
    parts = [
        Part("web", [*serve, "web", "--port", str(plan.port)], log / "web.log", signal.SIGTERM),
        Part("ftp", [*serve, "ftp", "--ftp-port", str(plan.ftp_port)], log / "ftp.log"),
        Part("worker", [*serve, "worker"], log / "worker.log"),
        Part("news", [*serve, "news", "--stream-port", str(plan.stream_port)], log / "news.log"),
    ]
    if plan.demo:
        feed = [*serve, "demo", "--ftp-port", str(plan.ftp_port), "--speed", str(plan.speed)]
        parts.append(Part("demo", feed, log / "demo.log"))
    return parts


def _wait_until_ready(plan: Plan, parts: list[Part], say: Callable[[str], None]) -> None:
    """Until pages and FTP answer; a part that dies meanwhile is told of, and started again."""
    waiting: dict[str, Callable[[], bool]] = {
        "web pages": lambda: _answers_http(plan.site),
        "FTP door": lambda: _answers_ftp(plan.ftp_port),
        "stream of news": lambda: _answers_http(f"http://127.0.0.1:{plan.stream_port}/"),
    }
    until = time.monotonic() + READY_PATIENCE_S
    while waiting:
        for name in [name for name, ready in waiting.items() if ready()]:
            del waiting[name]
            say(f"{name} ready")
        for part in parts:
            part.look_after()
        if waiting and time.monotonic() > until:
            raise CannotStartError(f"{' and '.join(waiting)} did not come up; see {plan.home}/log.")
        time.sleep(GLANCE_S)


def _answers_http(site: str) -> bool:
    try:
        with urllib.request.urlopen(f"{site}healthz", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _answers_ftp(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            return line.recv(3) == b"220"
    except OSError:
        return False


def _watch(parts: list[Part], server: postgres.Server | None) -> None:
    while True:
        for part in parts:
            part.look_after()
        if server is not None:
            child.rotate(server.where.log)
            if not server.alive:
                click.echo("the database ended; starting it again", err=True)
                server.start()
        time.sleep(GLANCE_S)


def _stop(parts: list[Part], server: postgres.Server | None) -> None:
    """Children first, all at once, so that the database has nothing left to interrupt."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it is on its way; a second Ctrl-C must not cut it short
    click.echo("stopping")
    for part in parts:
        part.ask_to_stop()
    until = time.monotonic() + STOP_PATIENCE_S
    for part in parts:
        part.wait_stopped(max(until - time.monotonic(), 0.1))
    if server is not None:
        server.stop()
    click.echo("stopped")
