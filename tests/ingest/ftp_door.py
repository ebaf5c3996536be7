"""A real FTP door on a free port of this machine, and clients that behave well or badly."""

from __future__ import annotations

import ftplib
import hashlib
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nonnuoc.ingest.arrival import Arrival
from nonnuoc.ingest.ftp import Door, Setup
from nonnuoc.ingest.ftp_accounts import Accounts, Failures
from nonnuoc.ingest.spool import Spool

KEYS = {"KK01": "key-of-kk01", "KK02": "key-of-kk02"}
NAME = "CB_CS01_KK01_20260302120000.txt"
BODY = b"PM2.5\t12.5\tug/Nm3\t20260302120000\t00\r\n"


def hashed() -> dict[str, frozenset[bytes]]:
    return {code: frozenset({hashlib.sha256(key.encode()).digest()}) for code, key in KEYS.items()}


@contextmanager
def opened(home: Path, **setup: object) -> Iterator[Door]:
    """A door that serves until the end of the block."""
    accounts = Accounts(load=hashed)
    accounts.refresh()
    door = Door(Setup(port=0, reserve=0, **setup), Spool(home), accounts, failures=Failures(delay_s=0.05))  # type: ignore[arg-type]
    thread = threading.Thread(target=door.serve_forever, kwargs={"handle_exit": False}, daemon=True)
    thread.start()
    yield door
    door._bell.ring(door.close_all)
    thread.join(10)
    assert not thread.is_alive()


def signed_in(door: Door, code: str = "KK01", kind: type[ftplib.FTP] = ftplib.FTP) -> ftplib.FTP:
    client = kind(timeout=5)
    client.connect(*door.address)
    client.login(code, KEYS[code])
    return client


def store(client: ftplib.FTP, body: bytes = BODY, name: str = NAME) -> str:
    return client.storbinary(f"STOR {name}", io.BytesIO(body))


def begin(client: ftplib.FTP, body: bytes, name: str = NAME, rest: int | None = None) -> socket.socket:
    """An upload that has sent `body` and is not finished."""
    client.voidcmd("TYPE I")
    data = client.transfercmd(f"STOR {name}", rest)
    data.sendall(body)
    client.held_open = data  # type: ignore[attr-defined]  # or it is collected, and that is the end of the file
    return data


def waiting(door: Door) -> list[Arrival]:
    """What is in the spool, in order."""
    return [door.spool.read(name) for name in door.spool.take(files=1000, size=1 << 30)]


def die(client: ftplib.FTP) -> None:
    """As when the sender's process is killed: every connection closes, the oldest first."""
    client.close()
    client.held_open.close()  # type: ignore[attr-defined]


def eventually(true: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
