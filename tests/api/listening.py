"""A held stream for tests: the server in a thread of its own, and listeners on real lines."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nonnuoc.api.live.held import Limits, Server
from nonnuoc.config import news

PATIENCE_S = 10.0


@contextmanager
def serving(**limits: Any) -> Iterator[Server]:
    """The product's server behind the product's door; its threads' connections are closed at the end."""
    ready, holder, loop = threading.Event(), [], asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve() -> None:
        async with Server(news.door(), port=0, limits=Limits(**limits)) as server:
            holder.append(server)
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(PATIENCE_S)
    try:
        yield holder[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(PATIENCE_S)
        holder[0].ear.join(PATIENCE_S)
        holder[0].other_ear.join(PATIENCE_S)
        loop.close()


class Listener:
    """One line, its head already read."""

    def __init__(self, port: int, path: str = "/api/stream", *, buffer: int | None = None, **headers: str) -> None:
        self.line = socket.socket()
        if buffer is not None:
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.line.settimeout(PATIENCE_S)
        self.line.connect(("127.0.0.1", port))
        told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{told}\r\n".encode())
        self.rest = b""
        head = self._until(b"\r\n\r\n").decode("latin-1")
        self.status = int(head.split(" ", 2)[1])
        self.headers = dict(re.findall(r"^([\w-]+): (.*)\r$", head, re.M))

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def _until(self, end: bytes) -> bytes:
        while end not in self.rest:
            more = self.line.recv(65536)
            if not more:
                raise EOFError(self.rest)
            self.rest += more
        found, _, self.rest = self.rest.partition(end)
        return found + end

    def block(self) -> dict[str, str]:
        """The next block: its fields, comments as ""."""
        text = self._until(b"\n\n").decode()
        return dict(re.findall(r"^(\w*): ?(.*)$", text, re.M))

    def event(self, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """The next event, `data` read; other blocks are passed over."""
        until = time.monotonic() + patience_s
        while True:
            self.line.settimeout(max(until - time.monotonic(), 0.01))
            block = self.block()
            if "data" in block:
                return block | {"data": json.loads(block["data"])}

    def hears_nothing(self, for_s: float = 0.5) -> bool:
        """Whether no event comes for so long."""
        try:
            self.event(for_s)
        except TimeoutError:
            return True
        return False

    def everything(self) -> str:
        """All that comes until the other side hangs up."""
        while more := self.line.recv(65536):
            self.rest += more
        return self.rest.decode()
