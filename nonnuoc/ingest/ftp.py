"""The FTP door (TT 10/2021/TT-BTNMT, Điều 39): one account a station, bound to it; FTPS with a certificate.

Needs no database while it runs: accounts are kept in memory, deliveries go to the spool.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import resource
import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.ioloop import AsyncChat, IOLoop
from pyftpdlib.servers import FTPServer

from nonnuoc.ingest import disk, ftp_shelf
from nonnuoc.ingest.ftp_accounts import Accounts, Failures
from nonnuoc.ingest.ftp_session import Session, TlsSession
from nonnuoc.ingest.partials import Incoming
from nonnuoc.ingest.spool import Spool

log = logging.getLogger(__name__)

#: Threads that wait for the disk. The kernel merges fsyncs that are under way together.
WRITERS = 8
Done = Callable[[Exception | None], None]


@dataclass(frozen=True)
class Setup:
    """How the door is set up; what an operator may choose comes from the environment (docs/RUNNING.md)."""

    host: str = "127.0.0.1"
    port: int = 2121
    certificate: str = ""  # PEM, key included: FTPS is offered
    tls_only: bool = False
    passive_ports: range | None = None
    public_address: str = ""  # behind NAT: what PASV answers
    per_address: int = 100  # connections
    strangers: int = 20  # connections of one address that have not signed in
    connections: int = 2000
    reserve: int = disk.RESERVE  # bytes of disk left to the database

    @classmethod
    def from_environment(cls, given: Mapping[str, str]) -> Setup:
        """What the environment says. ValueError: it cannot be meant."""
        first, _, last = given.get("NONNUOC_FTP_PASSIVE_PORTS", "").partition("-")
        return cls(
            host=given.get("NONNUOC_FTP_HOST", cls.host),
            port=int(given.get("NONNUOC_FTP_PORT", cls.port)),
            certificate=given.get("NONNUOC_FTP_CERT", ""),
            tls_only=given.get("NONNUOC_FTP_TLS_ONLY", "0") == "1",
            passive_ports=range(int(first), int(last or first) + 1) if first else None,
            public_address=given.get("NONNUOC_FTP_PUBLIC_ADDRESS", ""),
            per_address=int(given.get("NONNUOC_FTP_PER_ADDRESS", cls.per_address)),
            reserve=disk.reserve(given),
        )


class Permissions(DummyAuthorizer):  # type: ignore[misc]
    """Every station may list, make folders, upload, append and rename; nothing else."""

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:
        """Whether a command of this kind is allowed."""
        return perm in "elmwaf"

    def get_perms(self, username: str) -> str:
        """As MLSD shows them."""
        return "elmwaf"

    def get_msg_quit(self, username: str) -> str:
        """The last word."""
        return "Goodbye."

    def impersonate_user(self, username: str, password: str) -> None:
        """Files are ours, whoever sends them."""

    def terminate_impersonation(self, username: str) -> None:
        """See above."""


class Bell(AsyncChat):  # type: ignore[misc]
    """Wakes the loop when a thread has finished something; the rest of it runs in the loop."""

    def __init__(self, ioloop: IOLoop) -> None:
        ours, self._theirs = socket.socketpair()
        ours.setblocking(False)
        self._finished: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        super().__init__(ours, ioloop=ioloop)

    def ring(self, then: Callable[[], None]) -> None:
        """From any thread: have this called in the loop."""
        self._finished.put(then)
        with contextlib.suppress(OSError):  # the loop has ended
            self._theirs.send(b"!")

    def handle_read(self) -> None:
        """Call what was finished."""
        self.socket.recv(4096)
        while not self._finished.empty():
            try:
                self._finished.get()()
            except Exception:
                log.exception("after a delivery was stored")


class Door(FTPServer):  # type: ignore[misc]
    """The listening socket, and what its sessions share."""

    def __init__(self, setup: Setup, spool: Spool, accounts: Accounts, *, failures: Failures | None = None) -> None:
        self.spool, self.accounts, self.failures = spool, accounts, failures or Failures()
        self.shelves = ftp_shelf.Accounts()
        self.strangers: Counter[str] = Counter()
        self.max_cons, self.max_cons_per_ip = setup.connections, setup.per_address
        self._setup = setup
        ioloop = IOLoop.factory()
        super().__init__((setup.host, setup.port), _session(setup), ioloop=ioloop, backlog=512)
        self._bell = Bell(ioloop)
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="ftp-writer")

    def handle_accepted(self, sock: socket.socket, addr: Any) -> Any:
        """One more session, unless too many from there have not said who they are."""
        if self.strangers[addr[0]] >= self._setup.strangers:
            sock.close()
            return None
        return super().handle_accepted(sock, addr)

    def settle(self, upload: Incoming, sender_is_there: Callable[[], bool], done: Done) -> None:
        """Make an upload durable in a thread; `done` is called in the loop."""
        upload.begin_settling()
        self.work(lambda: upload.settle(sender_is_there), done)

    def work(self, task: Callable[[], None], done: Done) -> None:
        """Do what waits for the disk in a thread; `done` is called in the loop."""

        def finished(future: Future[None]) -> None:
            error = future.exception()
            refused = error if error is None or isinstance(error, Exception) else OSError(str(error))
            self._bell.ring(lambda: done(refused))

        self._writers.submit(task).add_done_callback(finished)

    def close_all(self) -> None:
        """Stop; what is being written is finished, and acknowledged to nobody."""
        super().close_all()
        self._writers.shutdown(wait=True)


def run(setup: Setup | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    setup = setup or Setup.from_environment(os.environ)
    logging.getLogger("pyftpdlib").setLevel(logging.WARNING)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    accounts = Accounts()
    accounts.start()
    door = Door(setup, Spool(Path(settings.HOME), reserve=setup.reserve), accounts)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    log.info("FTP on %s:%d", *door.address)
    try:
        door.serve_forever()
    finally:
        accounts.stop()


def _session(setup: Setup) -> type[Session]:
    """A session class of this door's own: pyftpdlib is configured through class attributes."""
    base = TlsSession if setup.certificate else Session
    attributes: dict[str, Any] = {
        "authorizer": Permissions(),
        "passive_ports": list(setup.passive_ports) if setup.passive_ports else None,
        "masquerade_address": setup.public_address or None,
    }
    if setup.certificate:
        attributes |= {
            "certfile": setup.certificate,
            "ssl_context": None,
            "tls_control_required": setup.tls_only,
            "tls_data_required": setup.tls_only,
        }
    return type("DoorSession", (base,), attributes)
