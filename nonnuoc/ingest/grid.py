"""The hourly means around some runs of hours, and everything that is computed from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain import air, averages, water
from nonnuoc.domain import quality as q
from nonnuoc.domain.index import Index
from nonnuoc.domain.local import OFFSET_H as UTC_OFFSET
from nonnuoc.ingest.hours import (
    HOUR,
    Bools,
    Cells,
    Doubts,
    Floats,
    Hours,
    Run,
    doubts,
    tables,
    together,
    trailing_count,
    verdict,
)
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.monitoring.streams import Procedure, Stream

PARTICLES = ("PM2.5", "PM10")
GASES = ("O3", "SO2", "NO2", "CO")
DAY, NOWCAST_HOURS = 24, 12
Formula = Callable[[Mapping[str, Any], Mapping[str, Floats]], Index]


@dataclass(frozen=True)
class Alike:
    """Runs whose things carry one index, from the same properties: their cells, one run after the other."""

    stream: NDArray[np.int32]  # of the index, a cell
    hours: Hours
    wanted: Bools  # whether the cell is to be computed, or is context
    cells: Mapping[str, NDArray[np.intp]]  # of each property, where its hours stand in the grid

    def __len__(self) -> int:
        return len(self.hours)


class Grid:
    """Means of several hours, NowCast and indices, from stored hourly means.

    All stations' hours stand in one long row, and everything is computed for the whole of it: what reaches over the
    border between two runs is context, and given to nobody.
    """

    def __init__(self, runs: Sequence[Run], catalogue: Sequence[Stream], threshold: float) -> None:
        self.streams = {(s.thing_id, s.property, s.procedure): s for s in catalogue}
        self.ids = {s.property: s.property_id for s in catalogue}
        self.threshold = threshold
        hourly: dict[int, list[Stream]] = defaultdict(list)
        for s in catalogue:
            if s.procedure == Procedure.MEAN_1H:
                hourly[s.thing_id].append(s)
        self.pairs = [(run, s) for run in runs for s in hourly[run.thing_id]]
        self.cells = Cells(
            np.array([s.id for _, s in self.pairs], np.int32),
            np.array([run.first for run, _ in self.pairs], np.int64),
            np.array([run.last for run, _ in self.pairs], np.int64),
        )
        self.value, self.quality = np.full(len(self.cells), np.nan), np.full(len(self.cells), q.Flag.MISSING, np.int16)
        self._fill()
        self.mean_8h = averages.rolling(self.value, self.quality, width=8, threshold=threshold)
        self.mean_24h = averages.rolling(self.value, self.quality, width=DAY, threshold=threshold)
        self.usable = np.where(q.usable(self.quality), self.value, np.nan)
        self.nowcast = air.nowcast(self.usable)
        self.doubts = cache(lambda width: doubts(self.quality, width))
        self.there = cache(lambda width: trailing_count(~np.isnan(self.usable), width))

    def rows(self) -> Rows:
        """Every mean and index of the runs' hours, ready to be stored."""
        return observations.concat([*self._means(), *self._indices()])

    def _fill(self) -> None:
        for pairs in self.cells.layers():
            first, last = self.cells.first[pairs], self.cells.last[pairs]
            rows = observations.read_spans(self.cells.source[pairs], first * HOUR, last * HOUR + 1)
            cell = self.cells.find(rows.datastream, rows.time // HOUR, pairs)
            self.value[cell], self.quality[cell] = rows.value, rows.quality

    def _means(self) -> Iterator[Rows]:
        hours = self.cells.hours()
        wanted = hours >= np.repeat(np.array([run.touched[0] for run, _ in self.pairs], np.int64), self.cells.count)
        for procedure, means in self._several_hours():
            found = [self.streams.get((s.thing_id, s.property, procedure)) for _, s in self.pairs]
            target = np.repeat(np.array([s.id if s else 0 for s in found], np.int32), self.cells.count)
            told = np.flatnonzero(wanted & (target > 0) & (means.completeness > 0))
            values = (means.value[told], means.completeness[told], means.quality[told])
            yield Rows(target[told], hours[told] * HOUR, *values)

    def _several_hours(self) -> Iterator[tuple[Procedure, averages.Means]]:
        yield Procedure.MEAN_8H, self.mean_8h
        yield Procedure.MEAN_24H, self.mean_24h
        completeness = np.round(self.there(NOWCAST_HOURS) / NOWCAST_HOURS * 100).astype(np.int16)
        quality = verdict(self.nowcast, self.doubts(NOWCAST_HOURS))
        yield Procedure.NOWCAST, averages.Means(self.nowcast, completeness, quality)

    def _indices(self) -> Iterator[Rows]:
        cells_of: dict[Run, dict[str, slice]] = defaultdict(dict)
        for pair, (run, s) in enumerate(self.pairs):
            cells_of[run][s.property] = self.cells.of(pair)
        for alike in self._alike(cells_of, "VN_AQI", Procedure.AQI_1H):
            yield self._aqi_of_the_hour(alike)
        for alike in self._alike(cells_of, "VN_AQI", Procedure.AQI_24H):
            yield self._aqi_of_the_day(alike)
        for alike in self._alike(cells_of, "VN_WQI", Procedure.WQI_1H):
            yield self._wqi_of_the_hour(alike)

    def _alike(self, cells_of: Mapping[Run, Mapping[str, slice]], index: str, procedure: Procedure) -> Iterator[Alike]:
        """The runs that carry an index, in groups with the same properties."""
        groups: dict[tuple[str, ...], list[tuple[Run, int]]] = defaultdict(list)
        for run, cells in cells_of.items():
            properties = tuple(_air(cells) if index == "VN_AQI" else cells)
            stream = self.streams.get((run.thing_id, index, procedure))
            if stream and properties:
                groups[properties].append((run, stream.id))
        for properties, members in groups.items():
            size = [len(run) for run, _ in members]
            hours = np.concatenate([run.hours for run, _ in members])
            wanted = hours >= np.repeat([run.touched[0] for run, _ in members], size)
            places = {p: np.concatenate([_places(cells_of[run][p]) for run, _ in members]) for p in properties}
            yield Alike(np.repeat(np.array([id for _, id in members], np.int32), size), hours, wanted, places)

    def _aqi_of_the_hour(self, alike: Alike) -> Rows:
        places = alike.cells
        inputs = {p: self.nowcast[at] if p in PARTICLES else self.usable[at] for p, at in places.items()}
        width = {p: NOWCAST_HOURS if p in PARTICLES else 1 for p in places}
        recent = [self.there(3 if p in PARTICLES else 1)[at] > 0 for p, at in places.items()]
        return self._index(alike, air.hourly, "vn_aqi", inputs, self._passed_on(alike, width), _any(recent))

    def _aqi_of_the_day(self, alike: Alike) -> Rows:
        inputs: dict[str, Floats] = {}
        highest, highest_8h = (averages.trailing_max(x, width=DAY) for x in (self.usable, self.mean_8h.value))
        for p, at in alike.cells.items():
            # A day's highest hour can be told once enough of the day is known: the same share as for its mean.
            whole = self.mean_24h.completeness[at] >= self.threshold
            if p in PARTICLES:
                inputs[p] = self.mean_24h.value[at]
            else:
                inputs["O3_1h" if p == "O3" else p] = np.where(whole, highest[at], np.nan)
            if p == "O3":
                inputs["O3_8h"] = np.where(whole, highest_8h[at], np.nan)
        midnight = (alike.hours + UTC_OFFSET) % DAY == 0
        told = _any([self.mean_24h.completeness[at] > 0 for at in alike.cells.values()]) & midnight
        # An 8-hour mean of the day's first hours holds hours of the day before.
        width = {p: DAY + 7 if p == "O3" else DAY for p in alike.cells}
        return self._index(alike, air.daily, "vn_aqi", inputs, self._passed_on(alike, width), told)

    def _wqi_of_the_hour(self, alike: Alike) -> Rows:
        inputs = {p: self.usable[at] for p, at in alike.cells.items()}
        told = _any([~np.isnan(values) for values in inputs.values()])
        return self._index(alike, _indicative, "vn_wqi", inputs, self._passed_on(alike, dict.fromkeys(inputs, 1)), told)

    def _passed_on(self, alike: Alike, width: Mapping[str, int]) -> Doubts:
        """What the trailing hours of each property pass on to an index."""
        whole = ((self.doubts(width[p]), at) for p, at in alike.cells.items())
        return together(Doubts(found.suspect[at], found.provisional[at]) for found, at in whole)

    def _index(
        self,
        alike: Alike,
        formula: Formula,
        rule: str,
        inputs: Mapping[str, Floats],
        passed_on: Doubts,
        told: Bools,
    ) -> Rows:
        """An index, each cell by the table in force on its local day. Arrays (len(alike),)."""
        value, status = np.full(len(alike), np.nan), np.zeros(len(alike), np.int16)
        ruled = np.zeros(len(alike), bool)
        for table, here in tables(rule, (alike.hours + UTC_OFFSET - 1) // DAY):
            index = formula(table.data, {p: c[here] for p, c in inputs.items()})
            value[here], status[here], ruled[here] = index.value, index.led_by(self.ids), True
        want = np.flatnonzero(told & ruled & alike.wanted)
        quality = verdict(value, passed_on)
        return Rows(alike.stream[want], alike.hours[want] * HOUR, value[want], status[want], quality[want])


def _indicative(table: Mapping[str, Any], values: Mapping[str, Floats]) -> Index:
    """VN_WQI of an automatic station, which the Decision does not provide for: any groups, but enough of group IV."""
    others = {p: x for p, x in values.items() if p != "Temp"}
    return water.wqi(table, others, values.get("Temp"), minimum=False)


def _air(properties: Collection[str]) -> list[str]:
    """Those that enter the air quality index, in its order."""
    return [p for p in (*PARTICLES, *GASES) if p in properties]


def _places(cells: slice) -> NDArray[np.intp]:
    return np.arange(cells.start, cells.stop)


def _any(masks: Sequence[Bools]) -> Bools:
    whole: Bools = np.logical_or.reduce(masks)
    return whole
