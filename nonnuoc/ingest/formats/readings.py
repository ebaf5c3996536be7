"""What every format gives: readings as arrays, and what could not be read, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


def _(sentence: str) -> str:
    """Marks a sentence for the catalogue; the formats themselves know no Django, faces translate."""
    return sentence


#: What each code means and how to mend it. The codes never change; faces translate the sentence.
MEANINGS = {
    # a whole delivery
    "empty": _("the file holds no readings; send it again"),
    "too_large": _("the file is larger than 50 MB; send it in parts"),
    "nul": _("the file holds NUL bytes; send text in UTF-8, or UTF-16 with its byte order mark"),
    "encoding": _("the text is not in the expected encoding; send UTF-8"),
    "too_many": _("the table holds more than 3 million values; send it in parts"),
    "separator": _("no field is separated by TAB; separate fields by TAB, not by semicolon, comma or space"),
    "archive": _("the archive cannot be opened; pack the files again as plain ZIP"),
    "archive_encrypted": _("the archive is encrypted; send it without a password"),
    "archive_members": _("the archive holds more than 100 files; send it in parts"),
    "archive_nested": _("the archive holds another archive or workbook; send the inner files themselves"),
    "archive_ratio": _("the archive unpacks to more than 100 times its size; it is refused as a bomb"),
    "archive_size": _("the archive unpacks to too much (50 MB a file, 200 MB in all); send it in parts"),
    "workbook": _("the workbook cannot be read; save it again as XLSX without a password"),
    "workbook_size": _("the workbook is too large when unpacked; send fewer rows or CSV"),
    "profile": _("the column profile does not fit this file; correct the profile"),
    "rows_refused": _("rows are wrong and none is stored; mend all of them and send the file again"),
    "too_many_series": _("more than 50,000 different datastreams, or pairs of station and symbol; send it in parts"),
    "json": _("not JSON; send data arrays as the SensorThings API describes them for CreateObservations"),
    "components": _("not a data array: it needs Datastream, components and dataArray, whose rows have as many cells"),
    "count": _("dataArray@iot.count says another number of rows than there are; send the complete array again"),
    "arrow": _("not an Arrow IPC stream; write it with the stream writer of an Arrow library, not as a file"),
    "arrow_unfinished": _("the Arrow stream has no end; close the writer before sending, and send all of it"),
    "arrow_size": _("the Arrow stream unpacks to more than 256 MB, or has more than 10,000 batches; send it in parts"),
    "endianness": _("the Arrow stream is big-endian; write it little-endian, as Arrow libraries do by themselves"),
    "schema": _("the columns do not fit; send time and value, and either datastream or station and symbol"),
    "column_type": _("the column has a type that is not read here; cast it before sending"),
    "no_zone": _("times without a zone could be any; cast the column to UTC, as timestamp('us', tz='UTC')"),
    # one line
    "truncated": _("the line ends too early, fields are not five by five; send the complete file again"),
    "line_too_long": _("the line is longer than 1 MB; put each parameter on a line of its own"),
    "symbol": _("the parameter's symbol is missing or longer than 40 characters"),
    "unit": _("the unit is longer than 40 characters"),
    "time": _("not a possible date and time; TT 10 files use yyyyMMddHHmmss in Viet Nam's time"),
    "instant": _("not a possible moment; send a day, a time and its zone, such as 2026-11-26T08:00:00+07:00"),
    "zone": _("a time without its zone; end it with Z, or with +07:00 for Viet Nam's time"),
    "subsecond": _("a fraction of a second; times of observations are whole seconds, so round it"),
    "interval": _("an interval of time; a measured value has one moment, the end of what it was averaged over"),
    "feature": _("not the number of a feature of interest; send its @iot.id, or null"),
    "status": _("an unknown status, so the value is kept but not used; send 00, 01, 02 or 03"),
    "number": _("not a number; send digits with one decimal mark, or --- where there is no value"),
    "decimal_comma": _("a comma in a number where the decimal mark is a point; send a point or change the profile"),
    "decimal_point": _("a point in a number where the decimal mark is a comma; send a comma or change the profile"),
    "station": _("the station's code is missing in this row"),
    "columns": _("the row has another number of cells than the heading"),
    "formula": _("a formula where a value is expected; paste the value itself"),
    "more": _("further lines are refused for the same kinds of reason; only the first are listed"),
}

MOST_PROBLEMS = 1000  # listed for one body; the rest is counted
MOST_BYTES = 50 * 1024 * 1024  # of one body


@dataclass(frozen=True)
class Problem:
    """Something refused: in which body, on which line (1-based; 0: the whole body), why, and how to mend it."""

    source: int
    line: int
    code: str
    detail: str
    count: int = 1  # how many refusals it stands for

    @classmethod
    def of(cls, source: int, line: int, code: str, found: object = None, *, count: int = 1) -> Problem:
        """With the sentence of the code, behind what was found."""
        detail = MEANINGS[code] if found is None else f"{_shown(found)}: {MEANINGS[code]}"
        return cls(source, line, code, detail, count)


class Refused(Exception):  # noqa: N818 - `raise Refused` is how the formats speak
    """What was sent cannot be read."""

    def __init__(self, code: str, found: object = None) -> None:
        super().__init__(Problem.of(0, 0, code, found).detail)
        self.code = code
        self.found = found

    def problem(self, source: int, line: int = 0) -> Problem:
        return Problem.of(source, line, self.code, self.found)


Piece = dict[str, NDArray[Any]]  # some readings, one array a field


@dataclass(frozen=True)
class Readings:
    """Values as they were sent, all arrays of shape (n,).

    time: µs since 1970 UTC. value: in the unit sent, NaN where missing; a sentinel such as -9999 stands as sent.
    status: TT 10 code, -1 unknown. kept: bits of domain.quality.KEPT, here only BELOW_DETECTION (value: the limit).
    station: index into `stations`, -1 where the format does not name one.
    datastream: for formats that name it by id; then station and symbol say nothing, and no unit ("") means its own.
    """

    source: NDArray[np.int32]
    symbol: NDArray[np.int32]
    unit: NDArray[np.int32]
    station: NDArray[np.int32]
    time: NDArray[np.int64]
    value: NDArray[np.float64]
    status: NDArray[np.int16]
    kept: NDArray[np.int16]
    line: NDArray[np.int32]
    symbols: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    datastream: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def joined(
        cls,
        pieces: Sequence[Piece],
        *,
        symbols: Sequence[str] = (),
        units: Sequence[str] = (),
        stations: Sequence[str] = (),
    ) -> Readings:
        """From pieces that hold one array a field; takes the pieces apart so that memory holds no field twice."""
        arrays = {name: np.concatenate([np.empty(0, t)] + [p.pop(name) for p in pieces]) for name, t in COLUMNS.items()}
        return cls(
            **{name: array.astype(COLUMNS[name], copy=False) for name, array in arrays.items()},
            symbols=tuple(symbols),
            units=tuple(units),
            stations=tuple(stations),
        )


COLUMNS = {
    "source": np.int32,
    "symbol": np.int32,
    "unit": np.int32,
    "station": np.int32,
    "time": np.int64,
    "value": np.float64,
    "status": np.int16,
    "kept": np.int16,
    "line": np.int32,
}


@dataclass(frozen=True)
class Parsed:
    """Readings of several bodies, the lines refused, and the bodies refused altogether (by their number)."""

    readings: Readings
    problems: list[Problem]
    unreadable: dict[int, Problem]


class Names:
    """Numbers for names, in the order they were first seen."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))

    def all(self) -> tuple[str, ...]:
        return tuple(self._numbers)


class Refusals:
    """The problems of many bodies; of each body the first MOST_PROBLEMS are told, the others counted."""

    def __init__(self) -> None:
        self._told: list[Problem] = []
        self._count: dict[int, int] = {}

    def room(self, source: int) -> bool:
        """Whether another problem of this body would be told."""
        return self._count.get(source, 0) < MOST_PROBLEMS

    def add(self, source: int, line: int, code: str, found: object = None) -> None:
        if self.room(source):
            self._told.append(Problem.of(source, line, code, found))
        self.count(source, 1)

    def count(self, source: int, number: int) -> None:
        """So many more that are not told."""
        self._count[source] = self._count.get(source, 0) + number

    def all(self) -> list[Problem]:
        """By body and line, each body's count of untold ones last."""
        more = [
            Problem.of(source, 0, "more", count - MOST_PROBLEMS, count=count - MOST_PROBLEMS)
            for source, count in self._count.items()
            if count > MOST_PROBLEMS
        ]
        return sorted(self._told, key=lambda p: (p.source, p.line)) + more


def _shown(found: object) -> str:
    text = found if isinstance(found, str) else str(found)
    return repr(text if len(text) <= 60 else text[:59] + "…") if isinstance(found, str) else text
