"""Wide tables of history, CSV or XLSX: a row a time, a column a parameter, read by a profile (profile.py: its JSON).

Such a sheet comes from a person: the whole file is stored or none of it, and every bad row is listed at once.
"""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from nonnuoc.ingest.formats import archive, text, workbook
from nonnuoc.ingest.formats.examine import Proposal, examine
from nonnuoc.ingest.formats.profile import ISO, Profile
from nonnuoc.ingest.formats.readings import Names, Parsed, Piece, Readings, Refusals, Refused

__all__ = ["Profile", "Proposal", "examine", "parse"]

MOST_VALUES = 3_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1900, 1, 2, tzinfo=UTC)
_NONE: frozenset[tuple[int, int]] = frozenset()


def parse(body: bytes, profile: Profile | Mapping[str, Any], *, source: int = 0) -> Parsed:
    """Readings of one table, row by row; `line` is the row as a spreadsheet counts them.

    Blank and missing cells are readings without a value (NaN). A sentinel such as -9999 stands as sent.
    With any problem there are no readings, and the body is unreadable. Raises ValueError for an impossible profile.
    """
    profile = profile if isinstance(profile, Profile) else Profile.from_json(profile)
    table = _Table(profile, source)
    try:
        if archive.is_zip(body):
            table.read_workbook(workbook.read(body, profile.sheet))
        else:
            table.read_csv(text.utf8(body, encoding=profile.encoding))
        if table.bad:
            raise Refused("rows_refused", table.bad)
        if not table.times:
            raise Refused("empty")
    except Refused as refused:
        return Parsed(Readings.joined([]), table.refusals.all(), {source: refused.problem(source)})
    return Parsed(table.readings(), [], {})


class _Table:
    """What has been read so far, a value for every mapped column of every row."""

    def __init__(self, profile: Profile, source: int) -> None:
        self.profile, self.source = profile, source
        self.missing = text.MISSING | {token.strip().lower() for token in profile.missing}
        self.refusals, self.stations, self.bad = Refusals(), Names(), 0
        self.lines, self.numbers, self.times = array("i"), array("i"), array("q")
        self.values, self.kept = array("d"), array("h")
        self._known: dict[tuple[object, ...], int] = {}

    def read_csv(self, body: bytes) -> None:
        stream = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline="")
        rows = csv.reader(stream, delimiter=self.profile.delimiter, strict=True)
        before = 0
        try:
            for _ in range(self.profile.skip):
                next(rows, None)
            self._head(next(rows, []))
            before = rows.line_num
            for cells in rows:
                self._row(before + 1, cells)
                before = rows.line_num
        except csv.Error as fault:
            raise Refused("profile", f"line {before + 1}: {fault}") from fault

    def read_workbook(self, sheet: workbook.Sheet) -> None:
        skip = self.profile.skip
        self._head(sheet.rows[skip] if skip < len(sheet.rows) else [])
        for index, cells in enumerate(sheet.rows[skip + 1 :], start=skip + 1):
            self._row(index + 1, cells, sheet.formulas, sheet.errors)

    def readings(self) -> Readings:
        rows, columns = len(self.times), list(self.profile.columns.values())
        symbols, units = Names(), Names()
        symbol = np.array([symbols.number(symbol) for symbol, _ in columns], np.int32)
        unit = np.array([units.number(unit) for _, unit in columns], np.int32)
        each = len(columns)
        piece: Piece = {
            "source": np.full(rows * each, self.source, np.int32),
            "symbol": np.tile(symbol, rows),
            "unit": np.tile(unit, rows),
            "station": np.repeat(np.array(self.numbers, np.int32), each),
            "time": np.repeat(np.array(self.times, np.int64), each),
            "value": np.array(self.values),
            "status": np.zeros(rows * each, np.int16),
            "kept": np.array(self.kept, np.int16),
            "line": np.repeat(np.array(self.lines, np.int32), each),
        }
        return Readings.joined([piece], symbols=symbols.all(), units=units.all(), stations=self.stations.all())

    def _head(self, cells: Sequence[object]) -> None:
        headings = [_told(cell) for cell in cells]

        def place(name: str) -> int:
            if headings.count(name.strip()) != 1:
                raise Refused("profile", name)
            return headings.index(name.strip())

        self.width = len(headings)
        self.time_places = [place(name) for name in self.profile.times]
        self.value_places = [place(name) for name in self.profile.columns]
        self.station_place = place(self.profile.station_column) if self.profile.station_column else None

    def _row(
        self,
        line: int,
        cells: Sequence[object],
        formulas: Collection[tuple[int, int]] = _NONE,
        errors: Collection[tuple[int, int]] = _NONE,
    ) -> None:
        if not any(cell != "" and (not isinstance(cell, str) or cell.strip()) for cell in cells):
            return
        faults = [*self._odd_cells(line, formulas, "formula"), *self._odd_cells(line, errors, "number")]
        faults += self._read_row(line, cells)
        for code, found in faults:
            self.refusals.add(self.source, line, code, found)
        self.bad += bool(faults)

    def _odd_cells(self, line: int, odd: Collection[tuple[int, int]], code: str) -> Iterator[tuple[str, object]]:
        if odd:
            used = [*self.time_places, *self.value_places]
            yield from ((code, f"column {place + 1}") for place in used if (line - 1, place) in odd)

    def _read_row(self, line: int, cells: Sequence[object]) -> list[tuple[str, object]]:
        if len(cells) < self.width or any(_told(cell) for cell in cells[self.width :]):
            return [("columns", f"{len(cells)}")]
        station = self.profile.station if self.station_place is None else _told(cells[self.station_place])
        faults: list[tuple[str, object]] = []
        if self.station_place is not None and not station:
            faults.append(("station", None))
        try:
            at = self._time(tuple(cells[place] for place in self.time_places))
        except Refused as refused:
            faults.append((refused.code, refused.found))
        read = []
        for place, heading in zip(self.value_places, self.profile.columns, strict=True):
            try:
                read.append(self._value(cells[place]))
            except Refused as refused:
                faults.append((refused.code, f"{heading} = {refused.found}"))
        if not faults:
            self._keep(line, station, at, read)
        return faults

    def _keep(self, line: int, station: str, at: int, read: list[tuple[float, int]]) -> None:
        if len(self.values) + len(read) > MOST_VALUES:
            raise Refused("too_many")
        self.lines.append(line)
        self.numbers.append(self.stations.number(station) if station else -1)
        self.times.append(at)
        for value, kept in read:
            self.values.append(value)
            self.kept.append(kept)

    def _value(self, cell: object) -> tuple[float, int]:
        if isinstance(cell, str):
            return text.number(cell, comma=self.profile.comma, missing=self.missing)
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return text.number(repr(cell))
        raise Refused("number", _told(cell))

    def _time(self, cells: tuple[object, ...]) -> int:
        at = self._known.get(cells)
        if at is None:
            at = self._known[cells] = _instant(cells, self.profile)
        return at


def _instant(cells: tuple[object, ...], profile: Profile) -> int:
    """µs since 1970 UTC."""
    told = " ".join(map(_told, cells))
    try:
        moment = _dated(cells)
        if moment is None:
            moment = (
                datetime.fromisoformat(told)
                if profile.time_format == ISO
                else datetime.strptime(told, profile.time_format)
            )
        aware = moment if moment.tzinfo else moment.replace(tzinfo=profile.zone)
        if aware < _EARLIEST or aware.year > 9998:
            raise Refused("time", told)
    except (ValueError, OverflowError) as fault:
        raise Refused("time", told) from fault
    return (aware - _EPOCH) // timedelta(microseconds=1)


def _dated(cells: tuple[object, ...]) -> datetime | None:
    """The moment of cells that a workbook keeps as dates: a moment, a day, or a day and a time of day."""
    first, *rest = cells
    if isinstance(first, date) and not isinstance(first, datetime):
        first = datetime(first.year, first.month, first.day)
    if not isinstance(first, datetime):
        return None
    first = first.replace(microsecond=first.microsecond // 1000 * 1000)
    if not rest:
        return first
    if len(rest) == 1 and isinstance(rest[0], time) and first.time() == time():
        return datetime.combine(first.date(), rest[0])
    return None


def _told(cell: object) -> str:
    """A cell as text; whole numbers without a point, so that a year reads 2026."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
