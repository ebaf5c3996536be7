"""A real HTTP server on loopback that behaves as it is told: well, badly, or not at all.

It keeps what it was given, and – as a receiver should – does what a message asks for once for each key it has not seen.
"""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def subject(self) -> str:
        """What a webhook is about; of anything else, its path."""
        with suppress(ValueError, KeyError, TypeError):
            return str(self.json["data"]["key"])
        return self.path


@dataclass
class Receiver:
    """`behave` is asked for each request how to answer: a status, or the name of a misdeed."""

    port: int = 0
    behave: Callable[[Request], object] = lambda request: 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"thanks"
    requests: list[Request] = field(default_factory=list)
    deeds: list[str] = field(default_factory=list)  # of keys that were new
    keys: set[str] = field(default_factory=set)
    cut_off: int = 0  # requests that broke off before their end
    lock: threading.Lock = field(default_factory=threading.Lock)
    closing: threading.Event = field(default_factory=threading.Event)
    server: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def take(self, request: Request, *, honours: bool = True) -> None:
        """Do what the message asks for, unless its key has been seen."""
        with self.lock:
            self.requests.append(request)
            key = request.headers.get("idempotency-key", "")
            if key not in self.keys or not honours:
                self.keys.add(key)
                self.deeds.append(request.subject)


def moody(seed: int = 1, often: float = 0.3) -> Callable[[Request], object]:
    """Fails at random, in every way there is; some of them after the message was taken."""
    drawn, lock = random.Random(seed), threading.Lock()
    misdeeds = [500, 503, 429, "reset", "reset after", "silent after", "500 after"]

    def behave(request: Request) -> object:
        with lock:
            return drawn.choice(misdeeds) if drawn.random() < often else 200

    return behave


@contextmanager
def running(**facts: Any) -> Iterator[Receiver]:
    receiver = Receiver(**facts)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            names = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, names, self.rfile.read(size))
            if len(request.body) < size:  # its sender died amid it: nothing was asked for yet
                receiver.cut_off += 1
                self.close_connection = True
                return
            how = receiver.behave(request)
            if how == 200 or "after" in str(how):
                receiver.take(request)
            _answer(self, receiver, how)

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def do_PUT(self) -> None:
            self.answer()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", receiver.port), Handler)
    receiver.port, receiver.server = server.server_address[1], server
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, receiver: Receiver, how: object) -> None:
    words = str(how)
    if "reset" in words:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.close_connection = True
    elif "silent" in words:
        receiver.closing.wait(30)
    elif words == "drip":
        with suppress(OSError):
            while not receiver.closing.wait(0.1):
                handler.wfile.write(b"H")
                handler.wfile.flush()
    elif words == "flood":
        handler.send_response(200)
        handler.send_header("Content-Length", str(2**30))
        handler.end_headers()
        with suppress(OSError):
            for _ in range(2**10):
                handler.wfile.write(b"x" * 2**20)
    else:
        handler.send_response(int(words.split()[0]))
        for name, value in receiver.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(receiver.answer)))
        handler.end_headers()
        handler.wfile.write(receiver.answer)
