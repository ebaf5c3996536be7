"""Uploads that are under way, or were broken off: resumed where they stopped, never read before they are complete.

Small ones stay in memory. A broken one is kept as receiving/<key>.part, and the key is made of account and path, so
that the sender finds it again after a reconnect. `<key>.whole` is complete, durable and acknowledged, but bears a
temporary name: it waits for its sender to rename it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from nonnuoc.ingest.arrival import MAX_BODY
from nonnuoc.ingest.spool import Envelope, Spool, sync_folder, write_all

IN_MEMORY = 64 * 1024
STALE_S = 3600
_TEMPORARY = (".tmp", ".temp", ".part", ".partial", ".filepart", ".uploading", ".upload", ".writing", ".inprogress")


class SenderGoneError(Exception):
    """The sender vanished at the end of data: nobody can tell whether the file is whole."""


def is_temporary(path: str) -> bool:
    """Whether senders use such a name until the file is whole, and rename it then."""
    return path.lower().endswith(_TEMPORARY)


class Incoming:
    """One upload under way, in the shape of a file open for writing."""

    def __init__(self, spool: Spool, bound: str, path: str) -> None:
        self.envelope = Envelope("ftp", bound, path.rpartition("/")[2])
        self.name = self.path = path
        self.closed = False  # no more bytes are taken
        self.size = 0  # bytes received so far
        self.before = 0  # bytes that were acknowledged earlier under this path
        self._may_grow = True
        self.modified = time.time()
        self._spool = spool
        self._header = self.envelope.line
        self._partial, self.whole = _places(spool, bound, path)
        self._memory: bytearray | None = bytearray()
        self._disk: BinaryIO | None = None
        self._settling = False

    def write(self, chunk: bytes) -> None:
        """Take more bytes. OSError: too many, or no room for them."""
        if self.closed or not self._may_grow:
            raise OSError(errno.EBADF, "This upload is complete, or was continued elsewhere")
        if self.size + len(chunk) > MAX_BODY:
            self._forget()
            raise OSError(errno.EFBIG, "File too large")
        if self._memory is not None and len(self._memory) + len(chunk) > IN_MEMORY:
            self._spill()
        if self._disk is not None:
            write_all(self._disk.fileno(), chunk)
        elif self._memory is not None:
            self._memory += chunk
        self.size += len(chunk)
        self.modified = time.time()

    def resume(self) -> int:
        """Go on with what was broken off before; give how many bytes there are."""
        if not self._partial.exists() and self.whole.exists():
            shutil.copyfile(self.whole, self._partial)
        with contextlib.suppress(FileNotFoundError):
            disk = self._partial.open("r+b", buffering=0)
            self.size = disk.seek(0, os.SEEK_END) - len(self._header)
            self._disk, self._memory = disk, None
        return self.size

    def follow(self, before: int, *, may_grow: bool) -> None:
        """What was acknowledged under this path cannot be read back: bytes after it are a delivery of their own.

        When it may not grow, only a resume at its very end is possible, and brings nothing.
        """
        self.before, self._may_grow = before, may_grow

    def seek(self, offset: int) -> None:
        """Go on from an offset; what was behind it is dropped."""
        if offset != self.before and not self._may_grow:
            raise OSError(errno.ESPIPE, "Nothing here to resume: send the whole file")
        if self._disk is not None:
            self._disk.truncate(len(self._header) + offset)
            self._disk.seek(0, os.SEEK_END)
            self.size = offset

    def close(self) -> None:
        """Broken off, unless it is being settled: keep what is here, so that it can be resumed."""
        if self.closed or self._settling:
            return
        if self.before:
            self._forget()  # the sender goes on from what was acknowledged
            return
        self.closed = True
        with contextlib.suppress(OSError):  # no room to keep it: it was not acknowledged
            if self._memory:
                self._spill()
            if self._disk is not None:
                self._disk.close()

    def settle(self, sender_is_there: Callable[[], bool]) -> None:
        """Make a complete upload durable; only after this may it be acknowledged. Runs in a thread of its own.

        Raises SenderGoneError, or OSError when the disk refuses. Begin with `begin_settling` in the thread of the loop.
        """
        if not self._may_grow:
            return
        self._spool.require_room()
        if self._disk is None:
            written = self._spool.write(self.envelope, bytes(self._memory or b""))
        else:
            os.fsync(self._disk.fileno())
            self._disk.close()
            written = self._partial
        if not sender_is_there():
            self._keep_as_partial(written)
            raise SenderGoneError
        if is_temporary(self.path):
            _set_in_place(self._spool, written, self.whole)
        else:
            self._spool.publish(written, self.envelope)
        self._partial.unlink(missing_ok=True)

    def begin_settling(self) -> None:
        """From here on the bytes belong to `settle`."""
        self._settling = self.closed = True

    def _spill(self) -> None:
        self._spool.require_room()
        disk = self._partial.open("w+b", buffering=0)
        write_all(disk.fileno(), self._header + (self._memory or b""))
        self._disk, self._memory = disk, None

    def _forget(self) -> None:
        self.closed = True
        if self._disk is not None:
            self._disk.close()
            self._partial.unlink(missing_ok=True)

    def _keep_as_partial(self, written: Path) -> None:
        if self.size == 0:
            written.unlink()
        elif written != self._partial:
            written.replace(self._partial)


def size_of(spool: Spool, bound: str, path: str) -> int | None:
    """Bytes kept of an upload that was broken off or waits for its rename; None: there is none."""
    header = len(Envelope("ftp", bound, path.rpartition("/")[2]).line)
    for place in _places(spool, bound, path):
        with contextlib.suppress(FileNotFoundError):
            return place.stat().st_size - header
    return None


def waits_for_rename(spool: Spool, bound: str, path: str) -> bool:
    """Whether a complete upload with a temporary name is here under this path."""
    return _places(spool, bound, path)[1].exists()


def rename(spool: Spool, bound: str, source: str, target: str) -> None:
    """Give a complete upload its real name; it is durable under it when this returns."""
    whole = _places(spool, bound, source)[1]
    _, body = _open(whole)
    envelope = Envelope("ftp", bound, target.rpartition("/")[2])
    written = spool.write(envelope, body)
    if is_temporary(target):
        _set_in_place(spool, written, _places(spool, bound, target)[1])
    else:
        spool.publish(written, envelope)
    whole.unlink(missing_ok=True)


def _set_in_place(spool: Spool, written: Path, whole: Path) -> None:
    """What was acknowledged under this temporary name before is retired, unless the new upload holds it all."""
    with contextlib.suppress(FileNotFoundError):
        before = whole.read_bytes()
        if not written.read_bytes().startswith(before):
            retire(spool, whole)
    written.replace(whole)
    sync_folder(spool.receiving)


def retire(spool: Spool, place: Path) -> bool:
    """Hand an upload its sender never finished to the worker, which quarantines it. False: there is none."""
    try:
        envelope, body = _open(place)
    except FileNotFoundError:
        return False
    spool.put(Envelope(envelope.door, envelope.bound, envelope.name, unfinished=True), body)
    place.unlink(missing_ok=True)
    return True


def retire_stale(spool: Spool, *, now: float, age_s: float = STALE_S) -> int:
    """Hand over every upload nobody has touched for so long; give how many. Scraps of killed writes are dropped."""
    retired = 0
    for place in list(spool.receiving.iterdir()):
        with contextlib.suppress(FileNotFoundError):
            if now - place.stat().st_mtime < age_s:
                continue
            if place.suffix in (".part", ".whole"):
                retired += retire(spool, place)
            else:
                place.unlink()  # *.tmp: was never acknowledged
    return retired


def _open(place: Path) -> tuple[Envelope, bytes]:
    first, _, body = place.read_bytes().partition(b"\n")
    return Envelope(**json.loads(first)), body


def _places(spool: Spool, bound: str, path: str) -> tuple[Path, Path]:
    key = hashlib.sha256(f"{bound}\0{path}".encode(errors="replace")).hexdigest()[:40]
    return spool.receiving / f"{key}.part", spool.receiving / f"{key}.whole"
