"""A file that all processes of the machine count in: name -> the time at which its budget is full again.

65,536 places of 16 bytes in rows of 8. A name belongs to one row; where that is full, the place whose budget is whole
soonest is given away, so a flood of names costs nobody more than a little forbearance. Nothing is ever read as true
that could not be: after a crash, a torn write or a clock set back the worst is a budget that is full or empty for as
long as one window.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)

ROWS = 8192
PLACES = 8
_PLACE = struct.Struct("<Qd")  # the hash of the name, seconds since the epoch
_ROW_BYTES = PLACES * _PLACE.size
SIZE = ROWS * _ROW_BYTES


class Ledger:
    """The file, mapped; without one (None), or where it cannot be had (a full disk), each process counts for itself."""

    def __init__(self, path: Path | None) -> None:
        self._threads = threading.Lock()  # the lock of a file is its process's, not its threads'
        self._file, self._map = _opened(path) if path else (None, mmap.mmap(-1, SIZE))

    def spend(self, name: str, cost_s: float, window_s: float) -> tuple[bool, float]:
        """Take `cost_s` seconds out of a budget of `window_s`; whether there was enough, and until it is full again."""
        now = time.time()
        with self._row(name) as (tag, at):
            place, full_at = self._find(tag, at, now, window_s)
            wanted = max(now, full_at) + cost_s
            if wanted - now > window_s + 1e-6:
                return False, full_at - now
            _PLACE.pack_into(self._map, place, tag, wanted)
            return True, wanted - now

    def full_in_s(self, name: str, window_s: float) -> float:
        """Seconds until the budget is full again; 0 for one that is."""
        now = time.time()
        with self._row(name) as (tag, at):
            return max(0.0, self._find(tag, at, now, window_s)[1] - now)

    @contextlib.contextmanager
    def _row(self, name: str) -> Iterator[tuple[int, int]]:
        """The hash of the name and where its row begins, locked."""
        digest = hashlib.blake2b(name.encode(errors="replace"), digest_size=12).digest()
        tag = int.from_bytes(digest[:8], "little") or 1
        at = int.from_bytes(digest[8:], "little") % ROWS * _ROW_BYTES
        with self._threads:
            if self._file is not None:
                fcntl.lockf(self._file, fcntl.LOCK_EX, _ROW_BYTES, at)
            try:
                yield tag, at
            finally:
                if self._file is not None:
                    fcntl.lockf(self._file, fcntl.LOCK_UN, _ROW_BYTES, at)

    def _find(self, tag: int, at: int, now: float, window_s: float) -> tuple[int, float]:
        """The place of a name in its row, and when its budget is full; a place it may take if it has none."""
        soonest, soonest_at = at, float("inf")
        for place in range(at, at + _ROW_BYTES, _PLACE.size):
            held, full_at = _PLACE.unpack_from(self._map, place)
            if held == tag:
                return place, full_at if now <= full_at <= now + window_s else min(max(full_at, 0.0), now)
            if not full_at >= soonest_at:
                soonest, soonest_at = place, full_at
        return soonest, now


def _opened(path: Path) -> tuple[int | None, mmap.mmap]:
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(file).st_size != SIZE:
                os.posix_fallocate(file, 0, SIZE)
                os.ftruncate(file, SIZE)
            return file, mmap.mmap(file, SIZE)
        except OSError:
            os.close(file)
            raise
    except OSError as error:
        log.warning("requests are counted in each process for itself: %s: %s", path, error)
        return None, mmap.mmap(-1, SIZE)
