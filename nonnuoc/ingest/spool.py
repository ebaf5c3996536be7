"""The spool: deliveries that are here, durable, and not yet in the database.

NONNUOC_HOME/inbox/  receiving/  being written; nothing there is acknowledged, except `*.whole` (partials.py)
                     new/        complete and durable: what the worker drains
                     held/       what could not be accepted for a reason nobody foresaw, each with its traceback

An entry is one file: a line of JSON (the envelope), then the bytes as they came. Its name is ours: the time it became
durable, its station's lane, and something unique. The sender's name stands in the envelope; it is data.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import json
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nonnuoc.ingest import disk
from nonnuoc.ingest.arrival import Arrival, station_in

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NoRoomError(OSError):
    """The disk is full, or so nearly full that what is left belongs to the database."""

    def __init__(self) -> None:
        super().__init__(errno.ENOSPC, "No space left for deliveries")


@dataclass(frozen=True)
class Envelope:
    """What the door knows about the bytes that follow."""

    door: str
    bound: str  # the station whose key opened the door; "": none
    name: str
    unfinished: bool = False

    @property
    def line(self) -> bytes:
        """As the first line of an entry."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @property
    def lane(self) -> str:
        """Which queue it stands in: one a station. Eight hexadecimal digits."""
        return hashlib.blake2s((self.bound or station_in(self.name)).encode(), digest_size=4).hexdigest()


@dataclass(frozen=True)
class State:
    """What waits: for /readyz and `nonnuoc check`."""

    waiting: int
    oldest_s: float  # age of the oldest entry; 0 when none waits
    held: int


class Spool:
    """The three folders. Safe to use from several threads and processes at once."""

    def __init__(self, home: Path, *, reserve: int = 0) -> None:
        """`reserve`: bytes of free disk that deliveries must leave to the database."""
        inbox = home / "inbox"
        self.receiving, self.new, self.held = inbox / "receiving", inbox / "new", inbox / "held"
        self.reserve = reserve
        self._counter = itertools.count()
        for folder in (self.receiving, self.new, self.held):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, envelope: Envelope, body: bytes) -> str:
        """Keep a delivery; when this returns, it survives a loss of power. OSError: nothing was kept."""
        return self.publish(self.write(envelope, body), envelope)

    def write(self, envelope: Envelope, body: bytes) -> Path:
        """An entry in receiving/, on the disk to its last byte, but not yet one the worker sees."""
        self.require_room()
        path = self.receiving / f"{self._name(envelope)}.tmp"
        try:
            with path.open("xb", buffering=0) as out:
                write_all(out.fileno(), envelope.line + body)
                os.fsync(out.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path

    def publish(self, path: Path, envelope: Envelope) -> str:
        """Hand an entry that is on the disk over to the worker."""
        name = self._name(envelope)
        path.rename(self.new / name)
        sync_folder(self.new)
        return name

    def require_room(self) -> None:
        """Raise NoRoomError while the disk is too full to take anything."""
        if disk.of(self.receiving).free < self.reserve:
            raise NoRoomError

    def take(self, *, files: int, size: int) -> list[str]:
        """Names of entries to accept next, at most so many files, and bytes beyond the first; fair between stations."""
        batch: list[str] = []
        for name in fair(self._names(), files):
            with contextlib.suppress(FileNotFoundError):
                size -= (self.new / name).stat().st_size
                if batch and size < 0:
                    break
                batch.append(name)
        return batch

    def read(self, name: str) -> Arrival:
        """An entry as it arrived. ValueError: it is none of ours."""
        first, _, body = (self.new / name).read_bytes().partition(b"\n")
        try:
            envelope = Envelope(**json.loads(first))
        except (ValueError, TypeError) as error:
            raise ValueError(f"{name} has no envelope") from error
        return Arrival(
            door=envelope.door,
            station_code=station_in(envelope.name),
            name=envelope.name,
            body=body,
            received=time_of(name),
            bound=envelope.bound,
            unfinished=envelope.unfinished,
        )

    def done(self, names: Sequence[str]) -> None:
        """Forget entries that are committed. Needs no fsync: one that comes back is the same bytes again."""
        for name in names:
            (self.new / name).unlink(missing_ok=True)

    def hold(self, name: str, why: str) -> None:
        """Set an entry aside, with the reason beside it, so that it stops nobody and is lost to nobody."""
        (self.held / f"{name}.txt").write_text(why)
        (self.new / name).rename(self.held / name)
        sync_folder(self.held)

    def release(self, name: str) -> None:
        """Let a held entry try again, after what was wrong has been mended."""
        (self.held / name).rename(self.new / name)
        (self.held / f"{name}.txt").unlink(missing_ok=True)
        sync_folder(self.new)

    def held_names(self) -> list[str]:
        """Entries that were set aside, oldest first."""
        return sorted(path.name for path in self.held.iterdir() if path.suffix != ".txt")

    def state(self) -> State:
        """How much waits, and for how long."""
        names = self._names()
        oldest = (datetime.now(UTC) - time_of(min(names))).total_seconds() if names else 0.0
        return State(len(names), max(oldest, 0.0), len(self.held_names()))

    def _names(self) -> list[str]:
        return os.listdir(self.new)  # noqa: PTH208 - names are enough, and there may be a million

    def _name(self, envelope: Envelope) -> str:
        return f"{time.time_ns():020d}-{envelope.lane}-{os.getpid():x}-{next(self._counter):x}"


def fair(names: Sequence[str], limit: int) -> list[str]:
    """The next `limit` names: every station's oldest, then every station's second, and so on; short queues first.

    So stations that return with a day's backlog delay nobody, however many they are, and keep their own order.
    """
    lanes: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        lanes[name[21:29]].append(name)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*sorted(lanes.values(), key=len)))
    return list(itertools.islice((name for name in turns if name is not None), limit))


def time_of(name: str) -> datetime:
    """When an entry became durable."""
    return EPOCH + timedelta(microseconds=int(name[:20]) // 1000)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes | bytearray) -> None:
    """Write every byte: a nearly full disk takes some of them, and says so only the next time."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
