"""A server that does one thing: it holds thousands of lines open, and says on each what is new.

Every request goes through the same door as on the web server (`ask`, in a thread, since it may block): that decides who
may come in, and what was missed. Then the line stays open. One request a line; a reverse proxy brings the world.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.live import hub, incidents, wire
from nonnuoc.api.live import news as said
from nonnuoc.api.live.again import Listener
from nonnuoc.api.live.request_head import BadHeadError, environ, read_head
from nonnuoc.look import origin

log = logging.getLogger(__name__)

Ask = Callable[[dict[str, Any]], HttpResponse]
Batch = hub.Batch | incidents.Batch


@dataclass(frozen=True, slots=True)
class Limits:
    """Lines held in all and for one address; whoever comes beyond is answered, and let go for a while."""

    lines: int = 2000
    of_address: int = 20
    threads: int = 4  # each holds a connection to the database
    waiting: int = 100  # batches a slow reader may be behind
    head_s: float = 10.0  # for the request to arrive
    heartbeat_s: float = 15.0
    renew_s: float = 60.0  # between two looks at what the caller may read
    stuck_s: float = 60.0  # for the reader to take anything
    parting_s: float = 5.0  # for the reader to take the last of it
    again_ms: int = 15_000  # until whoever found no room comes again


@dataclass(eq=False)
class Line:
    """One open connection and what waits to be said on it."""

    writer: asyncio.StreamWriter
    queue: asyncio.Queue[Batch]
    too_slow: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, batch: Batch) -> None:
        try:
            self.queue.put_nowait(batch)
        except asyncio.QueueFull:
            self.too_slow.set()


class Server:
    """`async with Server(…)`: it serves while the block lasts."""

    def __init__(self, ask: Ask, *, port: int, host: str = "127.0.0.1", limits: Limits | None = None) -> None:
        self.ask, self.host, self.port = ask, host, port
        self.limits = limits or Limits()
        self.lines: set[Line] = set()
        self.held: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(self.limits.threads, thread_name_prefix="door")

    async def __aenter__(self) -> Server:
        _open_files(self.limits.lines + 200)
        self._loop = asyncio.get_running_loop()
        self.ear, self.other_ear = hub.Ear(self._heard), incidents.Ear(self._heard)
        self.ear.start()
        self.other_ear.start()
        self._server = await asyncio.start_server(self._came, self.host, self.port, limit=2**16, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.ear.stop()
        self.other_ear.stop()
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _heard(self, batch: Batch) -> None:
        """From the thread of an ear."""
        with contextlib.suppress(RuntimeError):  # we have closed
            self._loop.call_soon_threadsafe(self._tell, batch)

    def _tell(self, batch: Batch) -> None:
        for line in self.lines:
            line.hear(batch)

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - we are in one
        self._tasks.add(task)
        line = Line(writer, asyncio.Queue(self.limits.waiting))
        try:
            with contextlib.suppress(ConnectionError, TimeoutError, asyncio.IncompleteReadError):
                await self._serve(reader, line)
        except asyncio.CancelledError:
            pass  # we are closing
        except Exception:
            log.exception("a line broke")
        finally:
            self.lines.discard(line)
            self._tasks.discard(task)
            await wire.hang_up(writer, self.limits.parting_s)

    async def _serve(self, reader: asyncio.StreamReader, line: Line) -> None:
        if len(self._tasks) > self.limits.lines + 200:
            return line.writer.write(wire.refusal(503, Retry_After="15"))
        try:
            async with asyncio.timeout(self.limits.head_s):
                head = await read_head(reader)
        except BadHeadError:
            return line.writer.write(wire.refusal(400))
        self.lines.add(line)  # before the door says what was missed: nothing falls between the two
        asked = environ(head, line.writer.get_extra_info("peername"), self.port)
        answer = await self._in_thread(self.ask, asked)
        following: Listener | None = getattr(answer, "following", None)
        if following is None or answer.status_code != 200 or asked["REQUEST_METHOD"] != "GET":
            self.lines.discard(line)
            if answer.status_code in (429, 503) and said.CONTENT_TYPE in asked.get("HTTP_ACCEPT", ""):
                answer = said.later(answer)  # a browser comes again after nothing but an answer of this kind
            return await self._send(line.writer, wire.whole(answer))
        address = origin.neighbourhood(following.address) if following.address else ""
        if sum(self.held.values()) >= self.limits.lines or self.held[address] >= self.limits.of_address:
            self.lines.discard(line)
            return await self._send(line.writer, wire.beginning(answer) + _let_go(self.limits.again_ms))
        self.held[address] += 1
        try:
            await self._send(line.writer, wire.beginning(answer))
            await self._hold(reader, line, following)
        finally:
            self.held[address] -= 1
            self.held += Counter()  # forget whom nothing is held for
        return None

    async def _hold(self, reader: asyncio.StreamReader, line: Line, following: Listener) -> None:
        """Until one of us hangs up: they went away, they read too slowly, or they may hear no more."""
        speaking = asyncio.create_task(self._speak(line, following))
        ends = {speaking, asyncio.create_task(wire.gone(reader)), asyncio.create_task(line.too_slow.wait())}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in ends:
                task.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
        if not speaking.cancelled():
            speaking.result()  # what broke it, unless the line did, is logged
        if line.too_slow.is_set():
            words = "you read too slowly and were let go: come again with the id of the last event you have"
            line.writer.write(said.comment(words))

    async def _speak(self, line: Line, following: Listener) -> None:
        renewed = spoken = time.monotonic()
        while True:
            batch = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(spoken + self.limits.heartbeat_s - time.monotonic(), 0.001)):
                    batch = await line.queue.get()
            if not following.caller.is_stranger and time.monotonic() - renewed >= self.limits.renew_s:
                try:
                    following, renewed = await self._in_thread(following.renewed), time.monotonic()
                except Exception as error:
                    why = error.detail if isinstance(error, Problem) else "What you may read cannot be told now."
                    return line.writer.write(said.comment(why))
            told = batch.told_to(following) if batch else b""
            if told or time.monotonic() - spoken >= self.limits.heartbeat_s:  # also while all news is for others
                await self._send(line.writer, told or said.comment("still here"))
                spoken = time.monotonic()

    async def _send(self, writer: asyncio.StreamWriter, words: bytes) -> None:
        writer.write(words)
        async with asyncio.timeout(self.limits.stuck_s):
            await writer.drain()

    async def _in_thread(self, work: Callable[..., Any], *arguments: object) -> Any:
        return await self._loop.run_in_executor(self._threads, work, *arguments)


def _let_go(again_ms: int) -> bytes:
    return said.comment("there is no room to hold this line open") + said.opening(again_ms)


def _open_files(wanted: int) -> None:
    """A line is a file; systems allow 1,024 until asked for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + 100 if hard == resource.RLIM_INFINITY else min(wanted + 100, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
