"""The newest value of every datastream of some stations: read as columns, made into objects where one is looked at.

A station has some forty datastreams, of which a list shows five.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain import quality as q
from nonnuoc.records.monitoring import arrays
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.rows import micros, moment

Procedure = Datastream.Procedure
PROCEDURES = tuple(Procedure.values)
MEASURED = (Procedure.RAW, Procedure.SAMPLE)
#: The indices shown as "now", the first that is current wins: an automatic one before one from samples.
INDICES = (Procedure.AQI_1H, Procedure.WQI_1H, Procedure.WQI)
NEVER = 0  # µs since 1970: no value, no delivery
PATIENCE = 30_000_000  # µs beyond two intervals: the way a file takes

Longs = NDArray[np.int64]

PROPERTIES = """
SELECT id, code, name_vi, name_en, unit, decimals FROM monitoring_observedproperty ORDER BY "order", code
"""
# NULL has no place in an array: no interval is 0, no time 1970, no value NaN, no quality that of a missing value (9).
NEWEST = """
SELECT array_agg(id), array_agg(thing_id), array_agg(observed_property_id),
    array_agg(array_position(%s::text[], procedure::text) - 1), array_agg(coalesce(interval_s, 0)),
    array_agg(coalesce(latest_time, 'epoch')), array_agg(coalesce(latest_received, 'epoch')),
    array_agg(coalesce(latest_value, 'NaN')),
    array_agg((coalesce(latest_status, 0)::int4 << 16) | (coalesce(latest_quality, 9)::int4 & 65535))
FROM monitoring_datastream WHERE active AND thing_id = ANY(%s)
"""
KINDS = (*(arrays.Int4,) * 5, arrays.Time, arrays.Time, arrays.Float8, arrays.Int4)


@dataclass(frozen=True, slots=True)
class Property:
    """What is measured, in both languages, with the unit every value of it carries."""

    code: str
    name_vi: str
    name_en: str
    unit: str
    decimals: int


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest value of one datastream. `value` None: missing, or nothing arrived yet (`time` None)."""

    datastream_id: int
    observed: Property
    procedure: str
    interval_s: int | None
    time: datetime | None
    value: float | None
    status: int
    quality: int
    received: datetime | None
    silent_since: datetime | None  # two intervals and half a minute have passed; None also for what never spoke

    @property
    def flag(self) -> int:
        """The QARTOD flag."""
        return self.quality & q.FLAG_MASK

    @property
    def validated(self) -> bool:
        """A person has judged it; until then it is provisional."""
        return self.quality < 0


def silence(interval_s: Longs, intervals: float = 2) -> Longs:
    """After how long without a value, in µs, datastreams of these cadences are silent: on pages and in alarms."""
    return (intervals * 1_000_000 * interval_s).astype(np.int64) + PATIENCE


def read(thing_ids: Sequence[int]) -> list[NDArray[Any]]:
    """Of the active datastreams of these things the columns of NEWEST, in any order. One query."""
    return arrays.fetch(NEWEST, (list(PROCEDURES), arrays.Int4(np.asarray(thing_ids, np.int32))), KINDS)


class Newest:
    """The datastreams of some stations as they are at `at`, by station, in the order of their properties.

    Arrays are (n,), one entry a datastream; a *place* is an index into them. Times are µs since 1970 UTC, NEVER where
    there is none; values NaN where there is none. `station` is the datastream's station, as a place in `thing_ids`.
    """

    def __init__(self, thing_ids: Sequence[int], columns: Sequence[NDArray[Any]], at: datetime) -> None:
        facts = arrays.execute(PROPERTIES).fetchall()
        self.properties = {id_: Property(*rest) for id_, *rest in facts}
        self.stations = len(thing_ids)
        things = np.asarray(thing_ids, np.int32)
        by_id = np.argsort(things)
        station = by_id[np.searchsorted(things, columns[1], sorter=by_id)] if len(things) else columns[1]
        sort = np.lexsort((columns[3], self._rank()[columns[2]], station))
        self.station: NDArray[np.intp] = station[sort]
        self.id, _, self.observed, self.procedure, self.interval_s, self.time, self.received, self.value, packed = (
            column[sort] for column in columns
        )
        self.status, self.quality = packed >> 16, packed.astype(np.int16)
        self.silent = self._silent(micros(at))

    def _rank(self) -> NDArray[np.int32]:
        """Of each property id its place in the order they are shown in."""
        rank = np.zeros(max(self.properties, default=0) + 1, np.int32)
        rank[list(self.properties)] = np.arange(len(self.properties))
        return rank

    def _silent(self, at: int) -> NDArray[np.bool_]:
        late = at - self.time > silence(self.interval_s.astype(np.int64))
        silent: NDArray[np.bool_] = late & (self.interval_s > 0) & (self.time != NEVER)
        return silent

    def among(self, procedures: Iterable[str]) -> NDArray[np.bool_]:
        """Which datastreams are of these procedures."""
        return np.isin(self.procedure, [PROCEDURES.index(one) for one in procedures])

    def places(self, chosen: NDArray[np.bool_]) -> list[list[int]]:
        """Of each station the places of its chosen datastreams."""
        places = np.flatnonzero(chosen)
        bounds = np.searchsorted(self.station[places], np.arange(self.stations + 1)).tolist()
        found = places.tolist()
        return [found[since:until] for since, until in pairwise(bounds)]

    def last(self, times: NDArray[np.int64], chosen: NDArray[np.bool_]) -> list[datetime | None]:
        """Of each station the last of its chosen datastreams' times."""
        last = np.full(self.stations, NEVER, np.int64)
        np.maximum.at(last, self.station[chosen], times[chosen])
        return [_moment(one) for one in last.tolist()]

    def number(self, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Of each station how many of its datastreams are chosen, shape (stations,)."""
        return np.bincount(self.station[chosen], minlength=self.stations)

    def is_known(self, place: int) -> bool:
        """Whether the newest value is a number."""
        return not math.isnan(self.value[place])

    def latest(self, place: int) -> Latest:
        """One datastream's newest value."""
        time = _moment(self.time[place])
        return Latest(
            datastream_id=int(self.id[place]),
            observed=self.properties[int(self.observed[place])],
            procedure=PROCEDURES[self.procedure[place]],
            interval_s=int(self.interval_s[place]) or None,
            time=time,
            value=float(self.value[place]) if self.is_known(place) else None,
            status=int(self.status[place]),
            quality=int(self.quality[place]),
            received=_moment(self.received[place]),
            silent_since=time if self.silent[place] else None,
        )


class Values(Sequence[Latest]):
    """Some of the datastreams, each made into an object when it is looked at."""

    def __init__(self, newest: Newest, places: list[int]) -> None:
        self.newest, self.places = newest, places

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[Latest]:
        return map(self.newest.latest, self.places)

    @overload
    def __getitem__(self, at: int) -> Latest: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Latest]: ...
    def __getitem__(self, at: int | slice) -> Latest | Sequence[Latest]:
        if isinstance(at, slice):
            return Values(self.newest, self.places[at])
        return self.newest.latest(self.places[at])


class Means(Mapping[str, Mapping[str, Latest]]):
    """Property code -> procedure -> newest mean; made once one is asked for."""

    def __init__(self, newest: Newest, places: list[int]) -> None:
        self.newest, self.places = newest, places

    @cached_property
    def _made(self) -> dict[str, dict[str, Latest]]:
        made: dict[str, dict[str, Latest]] = {}
        for one in map(self.newest.latest, self.places):
            made.setdefault(one.observed.code, {})[one.procedure] = one
        return made

    def __getitem__(self, code: str) -> Mapping[str, Latest]:
        return self._made[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def _moment(time: int | np.int64 | Any) -> datetime | None:
    return None if time == NEVER else moment(int(time))
