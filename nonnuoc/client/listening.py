"""Server-sent events (WHATWG HTML, 9.2) from a line that may break: it is opened again, and nothing is missed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from nonnuoc.client import errors
from nonnuoc.client.asking import Line

#: Seconds without a sign of life (the server gives one each 15 s) after which a line is given up.
SILENCE_S = 45.0
_READ = 65_536
#: Seconds between two tries while the server cannot be reached.
_AGAIN_S = (1.0, 2.0, 5.0, 15.0, 30.0)


@dataclass(frozen=True, slots=True)
class News:
    """Newest values of one station. `datastreams`: id, property, procedure, time, value, unit, quality of each."""

    station: str
    kind: str
    simulated: bool
    datastreams: list[dict[str, Any]]
    id: str = field(compare=False)  # where to go on from: watch(after=…)


@dataclass(slots=True)
class _Reader:
    """Blocks out of bytes, as they come."""

    id: str = ""
    retry_s: float = 3.0
    rest: bytes = b""

    def feed(self, more: bytes) -> Iterator[tuple[str, str]]:
        """(name, data) of each event that is whole."""
        *blocks, self.rest = (self.rest + more.replace(b"\r\n", b"\n")).split(b"\n\n")
        for block in blocks:
            name, data = "message", []
            for line in block.decode(errors="replace").split("\n"):
                field_, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if field_ == "event":
                    name = value
                elif field_ == "data":
                    data.append(value)
                elif field_ == "id" and "\0" not in value:
                    self.id = value
                elif field_ == "retry" and value.isdecimal():
                    self.retry_s = int(value) / 1000
            if data:
                yield name, "\n".join(data)


def watch(line: Line, query: Mapping[str, object], after: str) -> Iterator[tuple[str, str, Any]]:
    """(name, id, data) of every event, without end. Raises RefusedError where the server will not have us."""
    reader, failed = _Reader(id=after), 0
    while True:
        try:
            with _open(line, query, reader.id) as answer:
                failed = 0
                while more := answer.raw.read1(_READ, decode_content=True):
                    for name, data in reader.feed(more):
                        yield name, reader.id, json.loads(data)
            pause = reader.retry_s
        except errors.BusyError:
            pause = _AGAIN_S[-1]
        except (errors.UnreachableError, requests.RequestException, HTTPError, OSError):
            pause = _AGAIN_S[min(failed, len(_AGAIN_S) - 1)]
            failed += 1
        reader.rest = b""  # half an event comes whole the next time
        time.sleep(pause)


def _open(line: Line, query: Mapping[str, object], last: str) -> requests.Response:
    headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
    if last:
        headers["Last-Event-ID"] = last
    return line.get("stream", query, headers=headers, stream=True, timeout=(line.patience.connect_s, SILENCE_S))
