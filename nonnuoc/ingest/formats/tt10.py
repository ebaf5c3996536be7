"""The text files of Thông tư 10/2021/TT-BTNMT, Điều 39: symbol, value, unit, time, status, separated by TAB.

Two layouts are in the field: one line a parameter, or groups of five fields repeated on one line. Both are read,
mixed as they come. Many small bodies are read at once, as arrays; only fields that are not plain are looked at singly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nonnuoc.ingest.formats import digits, text
from nonnuoc.ingest.formats.readings import MOST_PROBLEMS, Names, Parsed, Piece, Problem, Readings, Refusals, Refused
from nonnuoc.ingest.formats.tt10_file import AHEAD_H, FileName, file_name, folder, name, write

__all__ = ["FileName", "file_name", "folder", "name", "parse", "write"]

FIELDS = 5
MISSING = b"---"
LONGEST_NAME = 40  # characters of a symbol or a unit
_BATCH = 1 << 20  # bytes read at once; also the longest line
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STATUS = {"00": 0, "01": 1, "02": 2, "03": 3}


def parse(bodies: Sequence[bytes], *, comma: Sequence[bool]) -> Parsed:
    """Readings of several bodies, each with its station's decimal mark (`comma`: a comma, else a point).

    A line with anything impossible in it is refused and listed; a line whose fields are not five by five is a truncated
    one and refused as a whole. An unknown status keeps its value, as -1, and is listed too.
    """
    reader = _Reader(comma)
    unreadable: dict[int, Problem] = {}
    for batch in _batches(_texts(bodies, unreadable)):
        reader.read(batch)
    return Parsed(reader.readings(), reader.refusals.all(), unreadable)


class _Piece(NamedTuple):
    source: int
    line: int  # number of its first line
    text: bytes  # whole lines


def _texts(bodies: Sequence[bytes], unreadable: dict[int, Problem]) -> Iterator[_Piece]:
    for source, body in enumerate(bodies):
        try:
            yield from _cut(source, _sound(text.utf8(body)))
        except Refused as refused:
            unreadable[source] = refused.problem(source)


def _sound(body: bytes) -> bytes:
    if not body or body.isspace():
        raise Refused("empty")
    if b"\t" not in body:
        raise Refused("separator", body[:60].strip().decode(errors="replace"))
    if body.endswith(b"\n"):
        return body
    last = body[body.rfind(b"\n") + 1 : -1]
    if last.endswith(b"\t") and last.count(b"\t") >= FIELDS - 1 and last.strip():
        body = body[:-1]  # the file ends within a status: half of one must not pass for an unknown one
    return body + b"\n"


def _cut(source: int, body: bytes) -> Iterator[_Piece]:
    """Pieces of at most _BATCH bytes, cut between lines; a longer line is a piece of its own."""
    start, line = 0, 1
    while start < len(body):
        end = len(body) if len(body) - start <= _BATCH else body.rfind(b"\n", start, start + _BATCH) + 1
        if end == 0:
            end = body.index(b"\n", start) + 1
        piece = body[start:end]
        yield _Piece(source, line, piece)
        start, line = end, line + piece.count(b"\n")


def _batches(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    batch: list[_Piece] = []
    size = 0
    for piece in pieces:
        if batch and size + len(piece.text) > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += len(piece.text)
    if batch:
        yield batch


class _Lines(NamedTuple):
    """Where the lines of a batch are; one entry a line."""

    source: NDArray[np.int32]
    number: NDArray[np.int64]
    first: NDArray[np.int64]  # index of its first field
    fields: NDArray[np.int64]  # how many, one behind a last TAB not counted
    whole: NDArray[np.bool_]  # five by five, and the last status is there
    ink: NDArray[np.bool_]  # anything but blanks in it


class _Reader:
    def __init__(self, comma: Sequence[bool]) -> None:
        self.comma = np.asarray(comma, np.bool_)
        self.symbols, self.units = Names(), Names()
        self.refusals = Refusals()
        self.pieces: list[Piece] = []

    def readings(self) -> Readings:
        return Readings.joined(self.pieces, symbols=self.symbols.all(), units=self.units.all())

    def read(self, batch: list[_Piece]) -> None:
        if len(batch) == 1 and len(batch[0].text) > _BATCH:
            self.refusals.add(batch[0].source, batch[0].line, "line_too_long")
            return
        self.body = b"".join(piece.text for piece in batch)
        buffer = np.frombuffer(self.body + bytes(digits.WIDTH), np.uint8)
        inside = buffer[: len(self.body)]
        self.end = np.flatnonzero((inside == 9) | (inside == 10))
        self.start = np.concatenate([[0], self.end[:-1] + 1])
        lines = self._lines(batch, inside)
        self._refuse_torn(lines, np.flatnonzero(lines.ink & ~lines.whole))
        self._read_groups(buffer, lines, np.flatnonzero(lines.ink & lines.whole))

    def _lines(self, batch: list[_Piece], inside: NDArray[np.uint8]) -> _Lines:
        last = np.flatnonzero(inside[self.end] == 10)
        first = np.concatenate([[0], last[:-1] + 1])
        count = last - first + 1
        open_end = self.start[last] == self.end[last]
        count -= open_end & (count % FIELDS == 1)
        whole = (count % FIELDS == 0) & ~(open_end & (last - first + 1 == count))
        begin = self.start[first]
        piece_begin = np.cumsum([0] + [len(piece.text) for piece in batch[:-1]])
        piece = np.searchsorted(piece_begin, begin, side="right") - 1
        piece_line = np.searchsorted(begin, piece_begin) - np.array([p.line for p in batch])
        return _Lines(
            source=np.array([p.source for p in batch], np.int32)[piece],
            number=np.arange(len(first)) - piece_line[piece],
            first=first,
            fields=count,
            whole=whole,
            ink=np.logical_or.reduceat((inside > 10) & (inside != 32) | (inside < 9), begin),
        )

    def _refuse_torn(self, lines: _Lines, torn: NDArray[np.intp]) -> None:
        """All of them, but no more than can be told one by one."""
        sources, at, counts = np.unique(lines.source[torn], return_index=True, return_counts=True)
        for source, since, count in zip(sources.tolist(), at.tolist(), counts.tolist(), strict=True):
            told = min(count, MOST_PROBLEMS)
            for line in torn[since : since + told]:
                field = lines.first[line]
                found = self.body[self.start[field] : self.start[field] + 60].split(b"\n")[0]
                self.refusals.add(source, int(lines.number[line]), "truncated", found.decode(errors="replace"))
            self.refusals.count(source, count - told)

    def _read_groups(self, buffer: NDArray[np.uint8], lines: _Lines, whole: NDArray[np.intp]) -> None:
        groups = lines.fields[whole] // FIELDS
        line = np.repeat(whole, groups)
        within = np.arange(len(line)) - np.repeat(np.cumsum(groups) - groups, groups)
        field = lines.first[line] + FIELDS * within
        source = lines.source[line]

        def taken(offset: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
            start = self.start[field + offset]
            length = self.end[field + offset] - start
            return digits.windows(buffer, start, length), length

        symbol, plain_symbol = _named(*taken(0), self.symbols, least=1)
        mark = np.where(self.comma[source], np.uint8(ord(",")), np.uint8(ord(".")))
        value, plain_value = digits.decimals(*taken(1), mark, missing=MISSING)
        unit, plain_unit = _named(*taken(2), self.units, least=0)
        time, plain_time = digits.times(*taken(3), ahead_h=AHEAD_H)
        status, plain_status = _statuses(*taken(4))
        plain = np.column_stack([plain_symbol, plain_value, plain_unit, plain_time, plain_status])
        good = np.asarray(plain.all(axis=1))
        piece: Piece = {
            "source": source,
            "symbol": symbol,
            "unit": unit,
            "station": np.full(len(line), -1, np.int32),
            "time": time,
            "value": value,
            "status": status,
            "kept": np.zeros(len(line), np.int16),
            "line": lines.number[line].astype(np.int32),
        }
        for row in np.flatnonzero(~good).tolist():
            good[row] = self._read_singly(piece, row, int(field[row]), plain[row].tolist())
        self.pieces.append(piece if good.all() else {name: column[good] for name, column in piece.items()})

    def _read_singly(self, piece: Piece, row: int, field: int, plain: list[bool]) -> bool:
        """Puts those of the five fields that were not plain into the row; False where one is impossible."""
        source, line = int(piece["source"][row]), int(piece["line"][row])
        raw = self.body[self.start[field] : self.end[field + FIELDS - 1]].split(b"\t")
        symbol, value, unit, time, status = (part.decode().strip() for part in raw)
        try:
            if not plain[3]:
                piece["time"][row] = _time(time)
            if not status:
                raise Refused("truncated", symbol)
            if not 0 < len(symbol) <= LONGEST_NAME:
                raise Refused("symbol", symbol)
            if len(unit) > LONGEST_NAME:
                raise Refused("unit", unit)
            if not plain[1]:
                piece["value"][row], piece["kept"][row] = text.number(value, comma=bool(self.comma[source]))
        except Refused as refused:
            self.refusals.add(source, line, refused.code, refused.found)
            return False
        if not (plain[0] and plain[2]):
            piece["symbol"][row], piece["unit"][row] = self.symbols.number(symbol), self.units.number(unit)
        if not plain[4]:
            piece["status"][row] = _STATUS.get(status, -1)
            if status not in _STATUS:
                self.refusals.add(source, line, "status", status)
        return True


def _named(
    fields: NDArray[np.uint8], length: NDArray[np.int64], names: Names, *, least: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Numbers of names of at most 16 bytes without blanks at their ends, and which are such."""
    edge = np.minimum(fields[:, 0], fields[np.arange(len(fields)), np.clip(length, 1, digits.WIDTH) - 1])
    plain = (length >= least) & (length <= digits.WIDTH) & ((edge > 32) | (length == 0))
    different, which = digits.distinct(fields[plain])
    number = np.full(len(fields), -1, np.int32)
    number[plain] = np.array([names.number(name.decode()) for name in different], np.int32)[which]
    return number, plain


def _statuses(fields: NDArray[np.uint8], length: NDArray[np.int64]) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    plain = (length == 2) & (fields[:, 0] == ord("0")) & (fields[:, 1] >= ord("0")) & (fields[:, 1] <= ord("3"))
    return np.where(plain, fields[:, 1].astype(np.int16) - ord("0"), -1).astype(np.int16), plain


def _time(told: str) -> int:
    if len(told) != 14 or not (told.isascii() and told.isdigit()):
        raise Refused("time", told)
    day, clock = (int(told[:4]), int(told[4:6]), int(told[6:8])), (int(told[8:10]), int(told[10:12]), int(told[12:]))
    try:
        at = datetime(*day, *clock, tzinfo=UTC)
    except ValueError as fault:
        raise Refused("time", told) from fault
    if at.year < digits.FIRST_YEAR:
        raise Refused("time", told)
    return (at - _EPOCH) // timedelta(microseconds=1) - AHEAD_H * digits.HOUR
