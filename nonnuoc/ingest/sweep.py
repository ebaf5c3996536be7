"""The swept folder: files that rsync, scp or a person drops into NONNUOC_HOME/sweep, also in folders below it.

A file is taken when it is complete, as far as anybody can tell: it looked the same twice, and nobody touched it for
two seconds. It is removed only after what it held is committed.
"""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nonnuoc.ingest.arrival import MAX_BODY, Arrival, station_in
from nonnuoc.ingest.partials import is_temporary

log = logging.getLogger(__name__)

QUIET_S = 2.0
WARNINGS_REMEMBERED = 10_000
DEEPEST = 6  # folders below the swept one
Look = tuple[int, int, int, int]  # inode, size, modified, changed: the same twice, the same file


@dataclass(frozen=True)
class Dropped:
    """A complete file, as it looked when it was read."""

    path: Path
    look: Look
    arrival: Arrival


class Sweep:
    """Looks at the folder again and again; remembers what it saw the last time."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "sweep"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._seen: dict[Path, Look] = {}
        self._warned: set[Path] = set()

    def take(self, *, files: int, size: int, now: float | None = None) -> list[Dropped]:
        """Complete files in the order of their names, at most so many, and bytes beyond the first."""
        now = time.time() if now is None else now
        seen = dict(self._walk(self.folder, DEEPEST))
        ready = [path for path, look in seen.items() if self._seen.get(path) == look and _is_quiet(look, now)]
        self._seen = seen
        taken: list[Dropped] = []
        for path in sorted(ready, key=lambda path: (path.name, path))[:files]:
            size -= seen[path][1]
            if taken and size < 0:
                break
            body = self._read(path, seen[path])
            if body is not None:
                taken.append(Dropped(path, seen[path], _arrival(path, body)))
        return taken

    def done(self, dropped: Sequence[Dropped]) -> None:
        """Remove files that are committed; one that was changed since it was read stays for the next look."""
        for one in dropped:
            try:
                if _look(one.path.lstat()) == one.look:
                    one.path.unlink()
            except FileNotFoundError:
                continue
            except OSError as error:
                self._warn(one.path, f"is committed, but cannot be removed: {error}")

    def _walk(self, folder: Path, depth: int) -> Iterator[tuple[Path, Look]]:
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            self._warn(folder, f"cannot be read: {error}")
            return
        for entry in entries:
            path = Path(entry.path)
            try:
                found = entry.stat(follow_symlinks=False)
            except OSError:
                continue  # gone already
            if stat.S_ISDIR(found.st_mode):
                if depth:
                    yield from self._walk(path, depth - 1)
            elif not stat.S_ISREG(found.st_mode):
                self._warn(path, "is not an ordinary file: it is left alone")
            elif found.st_size > MAX_BODY:
                self._warn(path, "is larger than 50 MB: it is left alone; divide it")
            elif not is_temporary(entry.name) and not entry.name.startswith("."):  # rsync writes .name.XXXXXX
                yield path, _look(found)

    def _read(self, path: Path, look: Look) -> bytes | None:
        """The file's bytes; None when it is no longer the file that was looked at."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                body = file.read(MAX_BODY + 1)
                return body if _look(os.fstat(file.fileno())) == look else None
        except OSError as error:
            self._warn(path, f"cannot be read: {error}")
            return None

    def _warn(self, path: Path, what: str) -> None:
        if path not in self._warned:
            if len(self._warned) >= WARNINGS_REMEMBERED:
                self._warned.clear()
            self._warned.add(path)
            log.warning("%r %s", str(path), what)


def _look(found: os.stat_result) -> Look:
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _is_quiet(look: Look, now: float) -> bool:
    """By the time of change, not of modification: rsync -t and cp -p set the latter to long ago."""
    return now - look[3] / 1e9 >= QUIET_S


def _arrival(path: Path, body: bytes) -> Arrival:
    name = path.name.encode(errors="replace").decode(errors="replace")
    return Arrival(door="sweep", station_code=station_in(name), name=name, body=body, received=datetime.now(UTC))
