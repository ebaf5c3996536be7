"""HTTP requests to machines others name: looked up once, checked, and connected to at the very address checked.

So a name that answers otherwise the second time leads nowhere else. Redirects are not followed, at most `MOST_BYTES` of
an answer are read, and all of it ends in time, whatever the other side does.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from nonnuoc.records.outbox import targets
from nonnuoc.records.outbox.targets import Address

CONNECT_S, WHOLE_S = 5.0, 15.0
MOST_BYTES = 64 * 1024
MOST_ADDRESSES = 3
Resolve = Callable[[str, int], Sequence[str]]


class ForbiddenTargetError(Exception):
    """It leads to an address where nothing is sent."""


class UnreachableError(Exception):
    """There came no whole answer; trying again may help."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, its body cut after MOST_BYTES."""

    status: int
    body: bytes
    retry_after: str = ""
    whole: bool = True  # False: the body broke off

    @property
    def words(self) -> str:
        """The status and the first words, for people to read."""
        text = " ".join(self.body[:600].decode(errors="replace").split())
        return f"{self.status} {text}".strip()[:300]


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name as this machine knows them. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def ask(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    resolve: Resolve | None = None,
) -> Answer:
    """Send one request. Raises ForbiddenTargetError, UnreachableError."""
    parts = urlsplit(url)
    host, tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if tls else 80)
    if not tls and not targets.is_listed(host, port, targets.literal(host)):
        raise ForbiddenTargetError(f"{host}: only https, or a machine that is listed")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    said = {"Host": parts.netloc, "User-Agent": "Non-Nuoc", "Connection": "close", **headers}
    watch = _Watch(WHOLE_S)
    try:
        with closing(_connect(permitted(host, port, resolve or look_up))) as plain, watch.over(plain):
            return _exchange(_wrapped(plain, host) if tls else plain, method, path, said, body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = f"no answer within {WHOLE_S:g} s"
        raise UnreachableError(late if watch.hung_up else _words(error)) from error


def permitted(host: str, port: int, resolve: Resolve) -> list[tuple[Address, int]]:
    """The addresses of a name that may be sent to. Raises ForbiddenTargetError when there are others only."""
    try:
        found = [ip_address(text.partition("%")[0]) for text in resolve(host, port)]
    except (OSError, UnicodeError) as error:
        raise UnreachableError(f"{host} has no address: {_words(error)}") from error
    good = [one for one in dict.fromkeys(found) if targets.is_public(one) or targets.is_listed(host, port, one)]
    if not good:
        addresses = ", ".join(map(str, found)) or "nothing"
        raise ForbiddenTargetError(f"{host} leads to {addresses}: an inner network that is not listed")
    return [(one, port) for one in good[:MOST_ADDRESSES]]


def _connect(addresses: Sequence[tuple[Address, int]]) -> socket.socket:
    """A connection to the first that answers. Raises OSError."""
    *others, last = addresses
    for address, port in others:
        with suppress(OSError):
            return socket.create_connection((str(address), port), timeout=CONNECT_S)
    return socket.create_connection((str(last[0]), last[1]), timeout=CONNECT_S)


def _wrapped(plain: socket.socket, host: str) -> ssl.SSLSocket:
    """TLS, with a certificate of the name that was asked for, not of the address."""
    line = trust().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    line.do_handshake()
    return line


@cache
def trust() -> ssl.SSLContext:
    """Whose certificates are believed: those the system believes."""
    return ssl.create_default_context()


def _exchange(line: socket.socket, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    line.settimeout(WHOLE_S)
    wire = http.client.HTTPConnection("")
    wire.sock = line
    wire.request(method, path, body=body or None, headers=dict(headers))
    with closing(wire.getresponse()) as response:
        later = response.headers.get("Retry-After", "")
        try:
            return Answer(response.status, response.read(MOST_BYTES), later)
        except (OSError, http.client.HTTPException):
            return Answer(response.status, b"", later, whole=False)


class _Watch:
    """Hangs up when time is over, by a handle of its own: TLS takes away the first one."""

    def __init__(self, patience_s: float) -> None:
        self._until = time.monotonic() + patience_s
        self.hung_up = False

    @contextmanager
    def over(self, line: socket.socket) -> Iterator[None]:
        with line.dup() as handle:
            timer = threading.Timer(max(self._until - time.monotonic(), 0), self._hang_up, [handle])
            timer.daemon = True
            timer.start()
            try:
                yield
            finally:
                timer.cancel()

    def _hang_up(self, handle: socket.socket) -> None:
        self.hung_up = True
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)


def _words(error: BaseException) -> str:
    return str(error).strip() or type(error).__name__
