"""The web server: granian around the WSGI application."""

from __future__ import annotations

import os

from granian.constants import Interfaces
from granian.server import Server

#: Each thread holds a connection to the database: 4 x 4 stay well below PostgreSQL's 100.
WORKERS_MOST = 4
THREADS = 4


def serve(port: int) -> None:
    """Serve on 127.0.0.1 until SIGTERM; a reverse proxy brings the world in (docs/RUNNING.md)."""
    Server(
        "nonnuoc.config.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=min(WORKERS_MOST, os.cpu_count() or 1),
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_access=False,
    ).serve()
