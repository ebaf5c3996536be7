"""The messages of an Arrow IPC stream, looked through before anything is unpacked: how many rows, how many bytes.

Only what bounds memory is read here, from the flatbuffers of the messages (Arrow columnar format, "Encapsulated message
format" and Message.fbs): a few numbers of each. Nothing they claim is believed beyond the bytes that are there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from nonnuoc.ingest.formats.readings import Refused

MOST_ROWS = 3_000_000
MOST_BATCHES = 10_000  # dictionaries included
MOST_UNPACKED = 256 * 1024 * 1024  # bytes, of all batches together
_MOST_METADATA = 64 * 1024  # bytes of one message: no honest schema or batch of a few columns needs more
_MOST_BUFFERS = 256
_CONTINUES = 0xFFFFFFFF
_SCHEMA, _DICTIONARY, _BATCH = 1, 2, 3  # MessageHeader
_LITTLE = 0


def check(body: bytes) -> None:
    """Raise Refused unless the stream is whole and unpacks to what we are ready to hold."""
    rows = unpacked = 0
    for batches, (header, (claimed_rows, claimed_bytes)) in enumerate(_messages(body), start=1):
        rows += claimed_rows if header == _BATCH else 0
        unpacked += claimed_bytes
        if claimed_rows < 0 or claimed_rows > MOST_ROWS or rows > MOST_ROWS:
            raise Refused("too_many")
        if unpacked > MOST_UNPACKED or batches > MOST_BATCHES:
            raise Refused("arrow_size")


def _messages(body: bytes) -> Iterator[tuple[int, tuple[int, int]]]:
    """(kind, (rows, bytes when unpacked)) of each batch and dictionary; the schema is only looked at."""
    at, first = 0, True
    while True:
        mark, size = _unpack("<II", body, at)
        if mark != _CONTINUES:
            raise Refused("arrow")
        at += 8
        if size == 0:
            if first or at != len(body):
                raise Refused("arrow")
            return
        if size > _MOST_METADATA:
            raise Refused("arrow")
        if at + size > len(body):
            raise Refused("arrow_unfinished")
        message = _Table.root(body[at : at + size])
        at += size
        header, length = message.number(1, "<B"), message.number(3, "<q")
        if header != (_SCHEMA if first else header) or (header == _SCHEMA) != first or length < 0:
            raise Refused("arrow")
        if at + length > len(body):
            raise Refused("arrow_unfinished")
        content = message.table(2)
        if header == _SCHEMA:
            if content.number(0, "<h") != _LITTLE:
                raise Refused("endianness")
        elif header in (_DICTIONARY, _BATCH):
            batch = content.table(1) if header == _DICTIONARY else content
            yield header, (batch.number(0, "<q"), _unpacked(batch, body, at, length))
        else:
            raise Refused("arrow")
        at, first = at + length, False


def _unpacked(batch: _Table, body: bytes, at: int, length: int) -> int:
    """Bytes of all buffers of a batch: each compressed one says its own size, in front of its data."""
    compressed = batch.has(3)
    total = 0
    for offset, size in batch.structs(2, "<qq", most=_MOST_BUFFERS):
        if offset < 0 or size < 0 or offset + size > length:
            raise Refused("arrow")
        if compressed and size:
            (claimed,) = _unpack("<q", body, at + offset)
            size = claimed if claimed >= 0 else size  # -1: this one was not worth compressing
        total += size
    return total


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a flatbuffer, read field by field; every offset is held against the bytes there are."""

    data: bytes
    at: int

    @classmethod
    def root(cls, data: bytes) -> _Table:
        return cls(data, _unpack("<I", data, 0)[0])

    def has(self, field: int) -> bool:
        return self._place(field) != 0

    def number(self, field: int, kind: str) -> int:
        place = self._place(field)
        found: int = _unpack(kind, self.data, place)[0] if place else 0
        return found

    def table(self, field: int) -> _Table:
        place = self._place(field)
        if not place:
            raise Refused("arrow")
        return _Table(self.data, place + _unpack("<I", self.data, place)[0])

    def structs(self, field: int, kind: str, *, most: int) -> Iterator[tuple[int, ...]]:
        place = self._place(field)
        if not place:
            return
        start = place + _unpack("<I", self.data, place)[0]
        (count,) = _unpack("<I", self.data, start)
        if count > most:
            raise Refused("schema", f"{count} buffers")
        for n in range(count):
            yield _unpack(kind, self.data, start + 4 + n * struct.calcsize(kind))

    def _place(self, field: int) -> int:
        """Where the field stands; 0: it is left out."""
        layout = self.at - _unpack("<i", self.data, self.at)[0]
        (size,) = _unpack("<H", self.data, layout)
        inside = 4 + 2 * field
        if inside + 2 > size:
            return 0
        (offset,) = _unpack("<H", self.data, layout + inside)
        return self.at + offset if offset else 0


def _unpack(kind: str, data: bytes, at: int) -> tuple[int, ...]:
    if at < 0 or at + struct.calcsize(kind) > len(data):
        raise Refused("arrow_unfinished" if at >= 0 else "arrow")
    return struct.unpack_from(kind, data, at)
