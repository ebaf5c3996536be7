"""Columns of observations as an Arrow IPC stream: what pandas, polars, R and Arrow itself write in one call.

`time` (timestamp with a zone), `value` (a number; null: missing), and whose they are: `datastream` (its number), or
`symbol` with `station` (left out by a station, which speaks of itself). Beside them `unit` and `status` may stand.
The bytes are a stranger's: arrow_frames.py bounds what they unpack to, and every batch is validated before it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from nonnuoc.ingest.formats import arrow_frames, series
from nonnuoc.ingest.formats.readings import MOST_BYTES, MOST_PROBLEMS, Parsed, Readings, Refusals, Refused

LONGEST = {"symbol": 40, "unit": 40, "station": 120}  # characters
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
SECOND = 1_000_000
_FURTHEST_S = 2**43  # beyond this µs do not fit; what is possible is decided later
_COLUMNS = {"datastream", "station", "symbol", "time", "value", "unit", "status"}
_STATUS = {"0": 0, "1": 1, "2": 2, "3": 3, "00": 0, "01": 1, "02": 2, "03": 3}
Bools = NDArray[np.bool_]


def parse(body: bytes, *, source: int = 0) -> Parsed:
    """Readings of one stream; `line` is the row, counted over all batches from 1.

    Rows without a time or a name are refused one by one, whatever is wrong with the stream as a whole refuses it.
    """
    refusals = Refusals()
    try:
        readings = _Rows(_table(body), source, refusals).readings()
    except Refused as refused:
        return Parsed(Readings.joined([]), [], {source: refused.problem(source)})
    return Parsed(readings, refusals.all(), {})


def _table(body: bytes) -> pa.Table:
    if len(body) > MOST_BYTES:
        raise Refused("too_large", f"{len(body)} B")
    arrow_frames.check(body)
    try:
        with pa.ipc.open_stream(pa.BufferReader(body), options=pa.ipc.IpcReadOptions(use_threads=False)) as stream:
            _check_schema(stream.schema)
            batches = list(stream)
            for batch in batches:
                batch.validate(full=True)
            table = pa.Table.from_batches(batches, stream.schema)
    except (pa.ArrowException, ValueError, OSError, MemoryError) as fault:
        raise Refused("arrow", str(fault).splitlines()[0][:60] if str(fault) else None) from fault
    if not len(table):
        raise Refused("empty")
    return table.unify_dictionaries()


def _check_schema(schema: pa.Schema) -> None:
    names = set(schema.names)
    if len(names) < len(schema.names) or not names <= _COLUMNS:
        raise Refused("schema", ", ".join(sorted(names - _COLUMNS)) or "a column twice")
    by_id, by_name = "datastream" in names, "symbol" in names
    if not {"time", "value"} <= names or by_id == by_name or (by_id and "station" in names):
        raise Refused("schema", ", ".join(schema.names))
    for field in schema:
        if not _ACCEPTS[field.name](field.type):
            raise Refused("column_type", f"{field.name}: {field.type}")
    if schema.field("time").type.tz is None:
        raise Refused("no_zone", str(schema.field("time").type))


def _is_name(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_value(kind: pa.DataType) -> bool:
    return bool(kind in (pa.float32(), pa.float64()) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))


_ACCEPTS: dict[str, Callable[[pa.DataType], bool]] = {
    "datastream": pa.types.is_integer,
    "station": _is_name,
    "symbol": _is_name,
    "unit": _is_name,
    "time": pa.types.is_timestamp,
    "value": _is_value,
    "status": lambda kind: pa.types.is_integer(kind) or _is_name(kind),
}


class _Rows:
    """One stream on its way to readings; `good` are the rows with nothing impossible in them."""

    def __init__(self, table: pa.Table, source: int, refusals: Refusals) -> None:
        self.table, self.source, self.refusals = table, source, refusals
        self.good = np.ones(len(table), bool)

    def readings(self) -> Readings:
        n = len(self.table)
        by_id = "datastream" in self.table.column_names
        time = self._time()
        datastream = series.numbers(_integers(self.table["datastream"])) if by_id else None
        symbol, symbols = self._names("symbol")
        if not by_id:
            self._refuse(np.array([not name for name in symbols])[symbol], "symbol")
        unit, units = self._names("unit")
        station, stations = self._names("station")
        station[np.array([not name for name in stations])[station]] = -1
        if series.too_many(datastream, station, symbol, unit):
            raise Refused("too_many_series")
        columns: dict[str, Any] = {
            "source": np.full(n, self.source, np.int32),
            "symbol": symbol,
            "unit": unit,
            "station": station,
            "time": time,
            "value": self._value(),
            "status": self._status(),
            "kept": np.zeros(n, np.int16),
            "line": np.arange(1, n + 1, dtype=np.int32),
        }
        if not self.good.all():
            columns = {name: column[self.good] for name, column in columns.items()}
            datastream = None if datastream is None else datastream[self.good]
        return Readings(**columns, symbols=symbols, units=units, stations=stations, datastream=datastream)

    def _refuse(self, rows: Bools, code: str) -> None:
        """These rows, each once."""
        rows = rows & self.good
        self._tell(rows, code)
        self.good &= ~rows

    def _tell(self, rows: Bools, code: str) -> None:
        places = np.flatnonzero(rows)
        for row in places[:MOST_PROBLEMS].tolist():
            self.refusals.add(self.source, row + 1, code)
        self.refusals.count(self.source, max(0, len(places) - MOST_PROBLEMS))

    def _time(self) -> NDArray[np.int64]:
        """µs since 1970 UTC; Arrow keeps every zone's times in UTC."""
        column = self.table["time"].combine_chunks()
        self._refuse(_nulls(column), "instant")
        per_second = PER_SECOND[column.type.unit]
        seconds, rest = np.divmod(pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False), per_second)
        self._refuse(rest != 0, "subsecond")
        self._refuse(np.abs(seconds) > _FURTHEST_S, "instant")
        return np.where(np.abs(seconds) > _FURTHEST_S, 0, seconds) * SECOND

    def _value(self) -> NDArray[np.float64]:
        """As its sender reads it: a float32 of 12.3 is 12.3. What is no finite number is missing."""
        column = self.table["value"].combine_chunks()
        if column.type == pa.float32():
            column = column.cast(pa.string())
        value = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False).astype(np.float64)
        return np.where(np.isfinite(value), value, np.nan)

    def _names(self, name: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """(which name each row has, the names, "" among them for rows without one)."""
        if name not in self.table.column_names:
            return np.zeros(len(self.table), np.int32), ("",)
        number, told = _distinct(self.table[name])
        longest = LONGEST[name]
        long = np.array([len(one) > longest for one in told] + [False])
        self._refuse(long[number], name)
        names = tuple("" if len(one) > longest else one.strip() for one in told)
        return np.where(number < 0, len(names), number).astype(np.int32), (*names, "")

    def _status(self) -> NDArray[np.int16]:
        """0 where nothing is told of it."""
        if "status" not in self.table.column_names:
            return np.zeros(len(self.table), np.int16)
        if pa.types.is_integer(self.table["status"].type):
            told = _integers(self.table["status"])
            status = np.where((told >= 0) & (told <= 3), told, -1).astype(np.int16)
        else:
            number, words = _distinct(self.table["status"])
            status = np.array([_STATUS.get(word.strip(), -1) for word in words] + [0], np.int16)[number]
        self._tell((status < 0) & self.good, "status")  # such a value is kept, and not used
        return status


def _distinct(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """(which of the texts each row has, -1: none; the texts, cut where no name is so long)."""
    whole = column.combine_chunks()
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    if len(whole.dictionary) > series.MOST:
        raise Refused("too_many_series")
    number = pc.fill_null(whole.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
    told = pc.utf8_slice_codeunits(whole.dictionary.cast(pa.large_string()), 0, max(LONGEST.values()) + 1)
    return number, ["" if text is None else text for text in told.to_pylist()]


def _integers(column: pa.ChunkedArray) -> NDArray[np.int64] | NDArray[np.uint64]:
    """Nulls are 0."""
    wide = pa.uint64() if column.type == pa.uint64() else pa.int64()
    found: NDArray[np.int64] = pc.fill_null(column.cast(wide), 0).to_numpy()
    return found


def _nulls(column: pa.Array) -> Bools:
    found: Bools = column.is_null().to_numpy(zero_copy_only=False)
    return found
