"""Answers as bytes on a line of HTTP/1.1 that ends with them, and its end."""

from __future__ import annotations

import asyncio

from django.http import HttpResponse

#: Answers without a body, which have no length either.
_BARE = (204, 304)


def refusal(status: int, **headers: str) -> bytes:
    """Before anything was understood."""
    return _head(status, {name.replace("_", "-"): value for name, value in headers.items()} | {"Content-Length": "0"})


def whole(answer: HttpResponse) -> bytes:
    """An answer that is finished; of one to HEAD the length that GET would have."""
    length = {} if answer.status_code in _BARE else {"Content-Length": str(len(answer.content))}
    return _head(answer.status_code, length | dict(answer.items())) + answer.content


def beginning(answer: HttpResponse) -> bytes:
    """An answer that goes on until one of us hangs up."""
    headers = {name: value for name, value in answer.items() if name not in ("Content-Length", "ETag")}
    return _head(answer.status_code, headers) + answer.content


async def gone(reader: asyncio.StreamReader) -> None:
    """Return when the other side has hung up."""
    while await reader.read(1024):
        pass  # whatever else is sent on this line is not listened to


async def hang_up(writer: asyncio.StreamWriter, patience_s: float) -> None:
    """Politely; whoever does not take the rest is cut off."""
    writer.close()
    try:
        async with asyncio.timeout(patience_s):
            await writer.wait_closed()
    except TimeoutError:
        writer.transport.abort()
    except OSError:
        pass  # they were quicker


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} ", "Connection: close", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
