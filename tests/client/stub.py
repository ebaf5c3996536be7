"""A server that answers as it is told, for what no real one does on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]


class Stub(ThreadingHTTPServer):
    """`asked`: (path, headers) of every request; `answers` are given one after the other, the last one for ever."""

    daemon_threads = True

    def __init__(self, answers: list[Answer | Callable[[], Answer]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked = answers, list[tuple[str, dict[str, str]]]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        told = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        status, headers, body = told() if callable(told) else told
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


@contextmanager
def answering(*answers: Answer | Callable[[], Answer]) -> Iterator[Stub]:
    stub = Stub(list(answers))
    thread = threading.Thread(target=stub.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield stub
    finally:
        stub.shutdown()
        stub.server_close()
        thread.join()
