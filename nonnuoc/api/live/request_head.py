"""The head of an HTTP/1.1 request, read from a line and made into what Django takes (PEP 3333)."""

from __future__ import annotations

import asyncio
import io
import re
import sys
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

MOST = 16 * 1024  # bytes
_LINE = re.compile(rb"([A-Z]{1,20}) (/[\x21-\x7e]*) HTTP/1\.[01]")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*")
#: All that is passed on: an answer that is held open is neither compressed nor compared with an older one.
_PASSED = {
    "host", "authorization", "cookie", "last-event-id", "user-agent", "accept", "accept-language", "origin",
    "access-control-request-method", "access-control-request-headers", "x-forwarded-for", "x-forwarded-proto",
}  # fmt: skip


class BadHeadError(ValueError):
    """This is not the head of a request."""


@dataclass(frozen=True, slots=True)
class Head:
    """`target`: path and query as sent; of a header that came twice, both values with a comma between."""

    method: str
    target: str
    headers: dict[str, str]


async def read_head(reader: asyncio.StreamReader) -> Head:
    """Raises BadHeadError for what is none or too large, and IncompleteReadError when the line ends before it does."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise BadHeadError from error
    return parse(raw)


def parse(raw: bytes) -> Head:
    """The head from its bytes, the empty line at its end included."""
    first, *rest = raw[:-4].split(b"\r\n")
    found = _LINE.fullmatch(first)
    if found is None or len(raw) > MOST:
        raise BadHeadError
    headers: dict[str, str] = {}
    for line in rest:
        field = _FIELD.fullmatch(line)
        if field is None:
            raise BadHeadError
        name, value = field[1].decode().lower(), field[2].decode("latin-1")
        if name == "host" and name in headers:
            raise BadHeadError
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Head(found[1].decode(), found[2].decode(), headers)


def environ(head: Head, peer: tuple[Any, ...] | None, port: int) -> dict[str, Any]:
    """The WSGI environment of a request without a body."""
    path, _, query = head.target.partition("?")
    passed = {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in head.headers.items() if name in _PASSED
    }
    return {
        "REQUEST_METHOD": head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": str(peer[0]) if peer else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **passed,
    }
