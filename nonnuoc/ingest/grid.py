"""The hourly means around some runs of hours, and everything that is computed from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

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
    Run,
    Shorts,
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


class Grid:
    """Means of several hours, NowCast and indices, from stored hourly means."""

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
        self.out: list[Rows] = []

    def rows(self) -> Rows:
        """Every mean and index of the runs' hours, ready to be stored."""
        cells_of: dict[Run, dict[str, slice]] = defaultdict(dict)
        for pair, (run, s) in enumerate(self.pairs):
            cells = cells_of[run][s.property] = self.cells.of(pair)
            self._mean(run, s, Procedure.MEAN_8H, self.mean_8h, cells)
            self._mean(run, s, Procedure.MEAN_24H, self.mean_24h, cells)
            self._nowcast(run, s, cells)
        for run, cells_by_property in cells_of.items():
            self._aqi_of_the_hour(run, cells_by_property)
            self._aqi_of_the_day(run, cells_by_property)
            self._wqi_of_the_hour(run, cells_by_property)
        return observations.concat(self.out)

    def _fill(self) -> None:
        for pairs in self.cells.layers():
            first, last = self.cells.first[pairs], self.cells.last[pairs]
            rows = observations.read_spans(self.cells.source[pairs], first * HOUR, last * HOUR + 1)
            cell = self.cells.find(rows.datastream, rows.time // HOUR, pairs)
            self.value[cell], self.quality[cell] = rows.value, rows.quality

    def _emit(self, stream: Stream, run: Run, value: Floats, status: Shorts, quality: Shorts, told: Bools) -> None:
        """Keep the wanted cells of a run about which there is something to tell. Arrays of the whole run."""
        hours = run.hours
        want = np.flatnonzero(told & (hours >= run.touched[0]))
        if len(want):
            stream_id = np.full(len(want), stream.id, np.int32)
            self.out.append(Rows(stream_id, hours[want] * HOUR, value[want], status[want], quality[want]))

    def _mean(self, run: Run, s: Stream, procedure: Procedure, means: averages.Means, cells: slice) -> None:
        if target := self.streams.get((s.thing_id, s.property, procedure)):
            completeness = means.completeness[cells]
            self._emit(target, run, means.value[cells], completeness, means.quality[cells], completeness > 0)

    def _nowcast(self, run: Run, s: Stream, cells: slice) -> None:
        if target := self.streams.get((s.thing_id, s.property, Procedure.NOWCAST)):
            value = self.nowcast[cells]
            there = trailing_count(~np.isnan(self.usable[cells]), NOWCAST_HOURS)
            completeness = np.round(there / NOWCAST_HOURS * 100).astype(np.int16)
            quality = verdict(value, doubts(self.quality[cells], NOWCAST_HOURS))
            self._emit(target, run, value, completeness, quality, there > 0)

    def _aqi_of_the_hour(self, run: Run, cells: Mapping[str, slice]) -> None:
        stream = self.streams.get((run.thing_id, "VN_AQI", Procedure.AQI_1H))
        if stream is None:
            return
        inputs = {p: self.nowcast[c] if p in PARTICLES else self.usable[c] for p, c in _air(cells)}
        width = {p: NOWCAST_HOURS if p in PARTICLES else 1 for p, _ in _air(cells)}
        passed_on = together(doubts(self.quality[c], width[p]) for p, c in _air(cells))
        recent = [trailing_count(~np.isnan(self.usable[c]), 3 if p in PARTICLES else 1) > 0 for p, c in _air(cells)]
        self._index(stream, run, air.hourly, "vn_aqi", inputs, passed_on, _any(recent))

    def _aqi_of_the_day(self, run: Run, cells: Mapping[str, slice]) -> None:
        stream = self.streams.get((run.thing_id, "VN_AQI", Procedure.AQI_24H))
        if stream is None:
            return
        inputs: dict[str, Floats] = {}
        for p, c in _air(cells):
            # A day's highest hour can be told once enough of the day is known: the same share as for its mean.
            whole = self.mean_24h.completeness[c] >= self.threshold
            if p in PARTICLES:
                inputs[p] = self.mean_24h.value[c]
            else:
                highest = averages.trailing_max(self.usable[c], width=DAY)
                inputs["O3_1h" if p == "O3" else p] = np.where(whole, highest, np.nan)
            if p == "O3":
                highest = averages.trailing_max(self.mean_8h.value[c], width=DAY)
                inputs["O3_8h"] = np.where(whole, highest, np.nan)
        midnight = (run.hours + UTC_OFFSET) % DAY == 0
        told = _any([self.mean_24h.completeness[c] > 0 for _, c in _air(cells)]) & midnight
        # An 8-hour mean of the day's first hours holds hours of the day before.
        width = {p: DAY + 7 if p == "O3" else DAY for p, _ in _air(cells)}
        passed_on = together(doubts(self.quality[c], width[p]) for p, c in _air(cells))
        self._index(stream, run, air.daily, "vn_aqi", inputs, passed_on, told)

    def _wqi_of_the_hour(self, run: Run, cells: Mapping[str, slice]) -> None:
        stream = self.streams.get((run.thing_id, "VN_WQI", Procedure.WQI_1H))
        if stream is None:
            return
        inputs = {p: self.usable[c] for p, c in cells.items()}
        told = _any([~np.isnan(values) for values in inputs.values()])
        passed_on = together(doubts(self.quality[c], 1) for c in cells.values())
        self._index(stream, run, _indicative, "vn_wqi", inputs, passed_on, told)

    def _index(
        self,
        stream: Stream,
        run: Run,
        formula: Formula,
        rule: str,
        inputs: Mapping[str, Floats],
        passed_on: Doubts,
        told: Bools,
    ) -> None:
        """An index, each cell by the table in force on its local day. Arrays of the whole run."""
        value, status = np.full(len(run), np.nan), np.zeros(len(run), np.int16)
        ruled = np.zeros(len(run), bool)
        for table, here in tables(rule, (run.hours + UTC_OFFSET - 1) // DAY):
            index = formula(table.data, {p: c[here] for p, c in inputs.items()})
            value[here], status[here], ruled[here] = index.value, index.led_by(self.ids), True
        self._emit(stream, run, value, status, verdict(value, passed_on), told & ruled)


def _indicative(table: Mapping[str, Any], values: Mapping[str, Floats]) -> Index:
    """VN_WQI of an automatic station, which the Decision does not provide for: any groups, but enough of group IV."""
    others = {p: x for p, x in values.items() if p != "Temp"}
    return water.wqi(table, others, values.get("Temp"), minimum=False)


def _air(cells: Mapping[str, slice]) -> list[tuple[str, slice]]:
    return [(p, cells[p]) for p in (*PARTICLES, *GASES) if p in cells]


def _any(masks: Sequence[Bools]) -> Bools:
    whole: Bools = np.logical_or.reduce(masks)
    return whole
