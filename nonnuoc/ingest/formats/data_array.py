"""Data arrays of the OGC SensorThings API 1.1 (18-088, section 14), as CreateObservations takes them, in JSON:

    [{"Datastream": {"@iot.id": 7}, "components": ["phenomenonTime", "result"],
      "dataArray@iot.count": 1, "dataArray": [["2026-11-26T01:00:00Z", 12.5]]}]

Rows are counted over all arrays of the body, from 1. Of a row's own quality only the instrument's status is kept: what
a value is worth, our checks say. `result` may be text as well: "<0.05" is a value below the limit of detection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from nonnuoc.ingest.formats import series, text
from nonnuoc.ingest.formats.readings import MOST_BYTES, Parsed, Readings, Refusals, Refused

MOST_ROWS = 3_000_000
MOST_IMPOSSIBLE = 100_000  # rows refused one by one; a body with more of them is refused as a whole
NEEDED = ("phenomenonTime", "result")
COMPONENTS = (*NEEDED, "resultTime", "resultQuality", "parameters", "FeatureOfInterest/id")
NO_TIME = np.iinfo(np.int64).min
SECOND = 1_000_000
_MEMBERS = {"Datastream", "components", "dataArray@iot.count", "dataArray"}
_MOST_COMMAS = 3 * MOST_ROWS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(?P<zone>Z|[+-]\d\d(:?\d\d)?)?", re.ASCII)
_STATUS = {0: 0, 1: 1, 2: 2, 3: 3, "00": 0, "01": 1, "02": 2, "03": 3}


@dataclass(frozen=True)
class DataArrays:
    """What a body says, row by row: `parsed` holds the rows that can be read, the arrays all of them, shape (n,)."""

    parsed: Parsed
    datastream: NDArray[np.int64]  # as named; -1: no such number
    time: NDArray[np.int64]  # µs since 1970 UTC; NO_TIME where none could be read
    feature: NDArray[np.int64]  # @iot.id of a feature of interest; 0: not told
    result_time: NDArray[np.int64]  # µs since 1970 UTC; NO_TIME: not told


def parse(body: bytes, *, source: int = 0) -> Parsed:
    """The readings of one body. Rows are refused one by one, whatever is wrong with the body as a whole refuses it."""
    return read(body, source=source).parsed


def read(body: bytes, *, source: int = 0) -> DataArrays:
    """The same, with what else the rows say."""
    rows = _Rows(source)
    try:
        groups = _loaded(body)
        if not isinstance(groups, list):
            raise Refused("components", "no list of data arrays")
        for number, group in enumerate(groups, start=1):
            rows.add(number, group)
        if not rows.count:
            raise Refused("empty")
        return rows.data_arrays()
    except Refused as refused:
        nothing = np.empty(0, np.int64)
        parsed = Parsed(Readings.joined([]), [], {source: refused.problem(source)})
        return DataArrays(parsed, nothing, nothing, nothing, nothing)


def _loaded(body: bytes) -> Any:
    if len(body) > MOST_BYTES:
        raise Refused("too_large", f"{len(body)} B")
    # Before they become objects: a body of 50 MB could hold 16 million empty lists.
    if body.count(b"[") + body.count(b"{") > MOST_ROWS or body.count(b",") > _MOST_COMMAS:
        raise Refused("too_many")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        try:  # NaN, Infinity and 1e999 are no JSON, but what Python, R and JavaScript libraries write for "no value"
            return json.loads(body.decode(), parse_int=_integer)
        except (ValueError, RecursionError):
            raise Refused("json", f"character {fault.pos}") from fault


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)


class _Rows:
    """What has been read so far: of every component all its cells, of the rows `good` those with nothing impossible."""

    def __init__(self, source: int) -> None:
        self.source, self.count, self.impossible = source, 0, 0
        self.refusals = Refusals()
        self.cells: dict[str, list[Any]] = {name: [] for name in NEEDED}
        self.datastreams: list[int] = []
        self.sizes: list[int] = []
        self.good = np.ones(0, bool)

    def add(self, number: int, group: Any) -> None:
        datastream, components, rows = _group(number, group)
        before, self.count = self.count, self.count + len(rows)
        if self.count > MOST_ROWS:
            raise Refused("too_many")
        if len(rows) == 1:
            columns: Sequence[Sequence[Any]] = [[cell] for cell in rows[0]]
        else:
            columns = list(zip(*rows, strict=True)) or [()] * len(components)
        for name, column in zip(components, columns, strict=True):
            if name not in self.cells:
                self.cells[name] = [None] * before
            self.cells[name].extend(column)
        for column in self.cells.values():
            if len(column) < self.count:
                column.extend([None] * (self.count - len(column)))
        self.datastreams.append(datastream)
        self.sizes.append(len(rows))

    def data_arrays(self) -> DataArrays:
        self.good = np.ones(self.count, bool)
        datastream = np.repeat(series.numbers(np.array(self.datastreams, np.int64)), self.sizes)
        time = self._times("phenomenonTime", required=True)
        result_time, feature = self._times("resultTime", required=False), self._features()
        value, kept = self._values()
        whole: dict[str, Any] = {"time": time, "value": value, "kept": kept, "datastream": datastream}
        whole |= {"status": self._statuses(), "line": np.arange(1, self.count + 1, dtype=np.int32)}
        told = whole if self.good.all() else {name: column[self.good] for name, column in whole.items()}
        zeros = np.zeros(len(told["line"]), np.int32)
        if series.too_many(told["datastream"], zeros, zeros, zeros):
            raise Refused("too_many_series")
        source = np.full(len(zeros), self.source, np.int32)
        nameless: dict[str, Any] = {"source": source, "symbol": zeros, "unit": zeros, "station": zeros - 1}
        readings = Readings(**nameless, **told, symbols=("",), units=("",))
        return DataArrays(Parsed(readings, self.refusals.all(), {}), datastream, time, feature, result_time)

    def _each(self, name: str, read: Callable[[Any], Any]) -> Iterator[tuple[int, Any]]:
        """What each cell says, by row; rows with an impossible one are refused."""
        for row, cell in enumerate(self.cells[name]):
            try:
                yield row, read(cell)
            except Refused as refused:
                if self.good[row]:
                    self.refusals.add(self.source, row + 1, refused.code, refused.found)
                    self.good[row] = False
                    self.impossible += 1
                if self.impossible > MOST_IMPOSSIBLE:
                    raise Refused("rows_refused", f"more than {MOST_IMPOSSIBLE}") from refused

    def _times(self, name: str, *, required: bool) -> NDArray[np.int64]:
        if name in self.cells:
            time = _plain_times(self.cells[name])
            if time is not None and not (time % SECOND).any():
                return time
        time = np.full(self.count, NO_TIME)
        if name in self.cells:
            for row, at in self._each(name, lambda cell: NO_TIME if cell is None and not required else _instant(cell)):
                time[row] = at
        return time

    def _features(self) -> NDArray[np.int64]:
        feature = np.zeros(self.count, np.int64)
        if "FeatureOfInterest/id" in self.cells:
            for row, number in self._each("FeatureOfInterest/id", _feature):
                feature[row] = number
        return feature

    def _values(self) -> tuple[NDArray[np.float64], NDArray[np.int16]]:
        cells, kept = self.cells["result"], np.zeros(self.count, np.int16)
        if {*map(type, cells)} <= {float, int, type(None)}:
            value = np.array(cells, np.float64)  # null becomes NaN
            return np.where(np.isfinite(value), value, np.nan), kept
        value = np.full(self.count, np.nan)
        for row, (number, bits) in self._each("result", _number):
            value[row], kept[row] = number, bits
        return value, kept

    def _statuses(self) -> NDArray[np.int16]:
        """What `parameters` says, else what `resultQuality` says; of an unknown one the value is kept and not used."""
        status = np.zeros(self.count, np.int16)
        for name in ("resultQuality", "parameters"):
            for row, cell in enumerate(self.cells.get(name, ())):
                said = cell.get("status") if isinstance(cell, dict) else cell
                if said is not None:
                    status[row] = _STATUS.get(said, -1) if type(said) in (int, str) else -1
        for row in np.flatnonzero((status < 0) & self.good).tolist():
            self.refusals.add(self.source, row + 1, "status")
        return status


def _group(number: int, group: Any) -> tuple[int, Sequence[str], list[list[Any]]]:
    """(the datastream's number, the components, the rows, each with as many cells). Raises Refused."""
    where = f"data array {number}"
    if not isinstance(group, dict) or not {"Datastream", "components", "dataArray"} <= group.keys() <= _MEMBERS:
        raise Refused("components", where)
    stream, components, rows = group["Datastream"], group["components"], group["dataArray"]
    datastream = stream.get("@iot.id") if isinstance(stream, dict) else None
    if type(datastream) is not int or not isinstance(rows, list):
        raise Refused("components", where)
    if not isinstance(components, list) or not all(isinstance(name, str) for name in components):
        raise Refused("components", where)
    if len(set(components)) < len(components) or not set(NEEDED) <= set(components) <= set(COMPONENTS):
        raise Refused("components", f"{where}: {', '.join(components)}")
    if {*map(type, rows)} - {list} or {*map(len, rows)} - {len(components)}:
        raise Refused("components", where)
    if group.get("dataArray@iot.count") not in (None, len(rows)):
        raise Refused("count", where)
    return datastream if abs(datastream) <= series.MOST_ID else 0, components, rows


def _plain_times(cells: Sequence[Any]) -> NDArray[np.int64] | None:
    """All of them at once, where each is plainly a time with a zone."""
    if {*map(type, cells)} != {str}:
        return None
    try:
        time: NDArray[np.int64] = pa.array(cells).cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        return None
    return time


def _instant(cell: Any) -> int:
    """µs since 1970 UTC of a whole second. Raises Refused."""
    if not isinstance(cell, str):
        raise Refused("instant", _shown(cell))
    if "/" in cell:
        raise Refused("interval", cell)
    told = _INSTANT.fullmatch(cell.strip())
    if told is None:
        raise Refused("instant", cell)
    if told["zone"] is None:
        raise Refused("zone", cell)
    try:
        moment = datetime.fromisoformat(told[0])
        time = (moment - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError) as fault:
        raise Refused("instant", cell) from fault
    if time % SECOND or (told[2] or ".").strip(".,0"):
        raise Refused("subsecond", cell)
    return time


def _number(cell: Any) -> tuple[float, int]:
    """(the value, bits of domain.quality.KEPT); NaN: missing. Raises Refused."""
    if cell is None:
        return np.nan, 0
    if isinstance(cell, str):
        return text.number(cell)
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise Refused("number", _shown(cell))
    return (float(cell) if np.isfinite(float(cell)) else np.nan), 0


def _feature(cell: Any) -> int:
    """Its number; 0: not told. Raises Refused."""
    if cell is None:
        return 0
    if type(cell) is not int or not 0 < cell <= series.MOST_ID:
        raise Refused("feature", _shown(cell))
    return cell


def _shown(cell: Any) -> str:
    return json.dumps(cell)[:60]
