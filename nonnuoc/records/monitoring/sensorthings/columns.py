"""Pages of observations as arrays, for what is written by the column: data arrays and CSV.

A page of 20,000 rows comes as one message in PostgreSQL's binary form (arrays.py); no object is made for a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nonnuoc.records.monitoring import arrays, observation_ids, rows
from nonnuoc.records.monitoring.rows import Rows, micros, moment
from nonnuoc.records.monitoring.sensorthings import observations, observing, words
from nonnuoc.records.monitoring.sensorthings.asking import Options, Step
from nonnuoc.records.monitoring.sensorthings.observing import Observing
from nonnuoc.records.monitoring.sensorthings.pages import MOST, size, skipped
from nonnuoc.records.monitoring.sensorthings.reader import Reader
from nonnuoc.records.monitoring.sensorthings.sql import put

KINDS = (arrays.Int4, arrays.Time, arrays.Float8, arrays.Int4)
#: status and quality travel as one, as in observations.py of monitoring.
GATHERED = """
SELECT array_agg(r.datastream_id), array_agg(r.time), array_agg(r.value),
    array_agg((r.status::int4 << 16) | (r.quality::int4 & 65535))
FROM ({}) AS r
"""


@dataclass(frozen=True, eq=False)
class Columns:
    """Observations in the order that was asked for; arrays of shape (n,). Without an order those of a datastream
    stand together."""

    ids: NDArray[np.int64]
    time: NDArray[np.int64]  # µs since 1970 UTC; of a mean or index the end of its window
    result_time: NDArray[np.int64]  # when the result came about: its time, but of few
    start: NDArray[np.int64]  # where the window begins; of a single value its time
    value: NDArray[np.float64]  # NaN: missing
    status: NDArray[np.int16]
    quality: NDArray[np.int16]
    datastream: NDArray[np.int32]
    procedures: Mapping[int, str]  # of the datastreams, by id
    codes: Mapping[int, str]  # of the properties that lead an index, by the status that says so
    count: int | None
    after: str

    def parameters(self, datastream: int, status: int) -> dict[str, Any]:
        """What a status means in a datastream."""
        return Observing(self.procedures, self.codes).parameters(datastream, status)


def read(steps: Sequence[Step], options: Options, reader: Reader) -> Columns:
    """A page of the observations a path leads to. Raises AskingError."""
    asked = observations.wanted(steps, options, reader)
    count = asked.count() if options.count else None
    limit, offset = size(options, usual=MOST), skipped(options)
    stream, time, value, packed = _gathered(asked, limit + 1, offset, options.after)
    more = 0 < limit < len(time)
    stream, time, value, packed = (one[:limit] for one in (stream, time, value, packed))
    status = (packed >> 16).astype(np.int16)
    indices = [one for one, procedure in asked.procedures.items() if procedure in words.INDICES]
    return Columns(
        ids=observation_ids.observation_id(stream, time),
        time=time,
        result_time=_results(stream, time),
        start=time - _windows(stream, asked.procedures),
        value=value,
        status=status,
        quality=packed.astype(np.int16),
        datastream=stream,
        procedures=asked.procedures,
        codes=observing.codes(set(status[np.isin(stream, indices)].tolist())),
        count=count,
        after=asked.after(int(stream[-1]), moment(time[-1])) if more else "",
    )


def _gathered(asked: observations.Wanted, limit: int, offset: int, after: str) -> list[NDArray[Any]]:
    if not asked.procedures:
        return [kind.received(np.empty(0, kind.wire)) for kind in KINDS]
    statement = asked.reader.seeing.statement(put(GATHERED, asked.body(limit, offset, after)))
    return arrays.fetch(statement.text, statement.values, KINDS)


def _windows(stream: NDArray[np.int32], procedures: Mapping[int, str]) -> NDArray[np.int64]:
    """Of each row the length of its window in µs; 0 for an instant."""
    known, place = np.unique(stream, return_inverse=True)
    lengths = [words.WINDOWS_S.get(procedures[one], 0) * observation_ids.SECOND for one in known.tolist()]
    return np.array(lengths, np.int64)[place]


def _results(stream: NDArray[np.int32], time: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each row the time its result came about."""
    if not len(time):
        return time
    told = observing.results(np.unique(stream).tolist(), moment(time.min()), moment(time.max()))
    if not told:
        return time
    of, at, result = (np.array(one, np.int64) for one in zip(*sorted(_flat(told)), strict=True))
    place = rows.find(_keys(stream, time), _keys(of, at))
    return np.where(place >= 0, result[place], time)


def _flat(told: Mapping[tuple[int, datetime], datetime]) -> Iterator[tuple[int, int, int]]:
    return ((stream, micros(at), micros(result)) for (stream, at), result in told.items())


def _keys(stream: NDArray[np.integer], time: NDArray[np.int64]) -> Rows:
    """Rows of which nothing but the key counts."""
    nothing = np.zeros(len(time), np.int16)
    return Rows(stream.astype(np.int32), time, nothing.astype(np.float64), nothing, nothing)
