"""Step 6: means and indices. Recomputes exactly what changed values touch, for many stations in one pass.

Everything here counts in whole hours since 1970 (UTC), named by their end: hour k holds (k-1, k]. All stations'
hours stand one after the other in one long row of cells, each run preceded by enough context that a window which
ends in a wanted cell never reaches into its neighbour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from nonnuoc import rules
from nonnuoc.domain import air, averages, water
from nonnuoc.domain import quality as q
from nonnuoc.domain.index import Index
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.monitoring.streams import Procedure, Stream

HOUR = 3_600_000_000  # µs
CONTEXT = 31  # hours before: a day of rolling 8-hour means (24 + 7)
AFTER = 23  # hours after: the last 24-hour mean a value enters
UTC_OFFSET = 7  # Asia/Ho_Chi_Minh
Hours = NDArray[np.int64]
Floats = NDArray[np.float64]
Shorts = NDArray[np.int16]


@dataclass(frozen=True)
class Run:
    """Consecutive hours of one thing whose means and indices are to be computed."""

    thing_id: int
    touched: tuple[int, int]  # first and last hour a changed value lies in
    last: int  # last hour to be computed

    @property
    def first(self) -> int:
        """First cell, context included."""
        return self.touched[0] - CONTEXT

    def __len__(self) -> int:
        return self.last - self.first + 1


def derive(changed: Rows, catalogue: Sequence[Stream], *, reason: str) -> None:
    """Bring every mean and index up to date with values that changed.

    `catalogue` holds all datastreams of the stations concerned, with the newest time each had before the change.
    An hour is computed once it is over: when its station has sent something newer.
    """
    if not len(changed):
        return
    now = timezone.now()
    _samples(changed, catalogue, now, reason)
    runs = list(_runs(changed, catalogue))
    if not runs:
        return
    active = [s for s in catalogue if s.active]
    observations.write(_hourly(runs, active), by="formula", reason=reason, at=now)
    rows = Grid(runs, active).rows()
    observations.write(rows, by="formula", reason=reason, at=now)


def _runs(changed: Rows, catalogue: Sequence[Stream]) -> Iterator[Run]:
    """The hours to compute, per thing: what was touched, and what was completed by time going on."""
    raw = {s.id: s for s in catalogue if s.procedure == Procedure.RAW and s.active}
    ids, inverse = np.unique(changed.datastream, return_inverse=True)
    owner = np.array([raw[i].thing_id if i in raw else 0 for i in ids.tolist()], np.int64)[inverse]
    hour = -(-changed.time // HOUR)
    before: dict[int, int] = defaultdict(lambda: -1)
    for s in raw.values():
        if s.latest_time is not None:
            before[s.thing_id] = max(before[s.thing_id], round(s.latest_time.timestamp() * 1_000_000))
    for thing_id in np.unique(owner[owner > 0]).tolist():
        mine = owner == thing_id
        newest = max(before[thing_id], int(changed.time[mine].max()))
        over = newest // HOUR  # the last hour that is over
        hours = np.unique(hour[mine])
        if before[thing_id] >= 0:
            waiting = -(-before[thing_id] // HOUR)  # the hour that was going on until now
            hours = np.union1d(hours, [waiting]) if before[thing_id] // HOUR < over else hours
        hours = hours[hours <= over]
        if not len(hours):
            continue
        breaks = np.flatnonzero(np.diff(hours) > CONTEXT + AFTER) + 1
        for group in np.split(hours, breaks):
            yield Run(thing_id, (int(group[0]), int(group[-1])), min(int(group[-1]) + AFTER, over))


def _hourly(runs: Sequence[Run], catalogue: Sequence[Stream]) -> Rows:
    """Hourly means of the touched hours, from the raw values held."""
    raw, targets = _pairs(catalogue)
    pairs = [(run, s) for run in runs for s in raw[run.thing_id] if s.id in targets]
    if not pairs:
        return observations.empty()
    first = np.array([run.touched[0] for run, _ in pairs])
    count = np.array([run.touched[1] - run.touched[0] + 1 for run, _ in pairs])
    offset = np.concatenate([[0], np.cumsum(count)])
    source = np.array([s.id for _, s in pairs], np.int32)
    rows = observations.read_spans(source, (first - 1) * HOUR + 1, (first + count - 1) * HOUR + 1)
    # A row finds its pair by datastream and time: runs of one datastream do not overlap and stand in time order.
    key = _key(source, first)
    order = np.argsort(key, kind="stable")
    hour = -(-rows.time // HOUR)
    pair = order[np.searchsorted(key[order], _key(rows.datastream, hour), "right") - 1]
    cell = offset[pair] + hour - first[pair]
    interval = np.array([s.interval_s or 3600 for _, s in pairs], float)
    expected = np.repeat(np.maximum(1.0, 3600 / interval), count)
    means = averages.binned(cell, rows.value, rows.quality, expected, threshold=_completeness())
    there = np.bincount(cell, minlength=int(offset[-1])) > 0
    target = np.repeat(np.array([targets[s.id].id for _, s in pairs], np.int32), count)
    hours = np.arange(offset[-1]) - np.repeat(offset[:-1], count) + np.repeat(first, count)
    return Rows(target, hours * HOUR, means.value, means.completeness, means.quality).take(there)


class Grid:
    """The hourly means around some runs, and everything that is computed from them."""

    def __init__(self, runs: Sequence[Run], catalogue: Sequence[Stream]) -> None:
        self.runs = runs
        self.streams = {(s.thing_id, s.property, s.procedure): s for s in catalogue}
        self.threshold = _completeness()
        hourly: dict[int, list[Stream]] = defaultdict(list)
        for s in catalogue:
            if s.procedure == Procedure.MEAN_1H:
                hourly[s.thing_id].append(s)
        self.hourly = [(run, s) for run in runs for s in hourly[run.thing_id]]
        lengths = np.array([len(run) for run, _ in self.hourly], np.int64)
        self.offset = np.concatenate([[0], np.cumsum(lengths)])
        size = int(self.offset[-1])
        self.value, self.quality = np.full(size, np.nan), np.full(size, q.Flag.MISSING, np.int16)
        self._fill()
        self.mean_8h = averages.rolling(self.value, self.quality, width=8, threshold=self.threshold)
        self.mean_24h = averages.rolling(self.value, self.quality, width=24, threshold=self.threshold)
        usable = np.where(q.usable(self.quality), self.value, np.nan)
        self.nowcast = air.nowcast(usable)
        self.out: list[Rows] = []

    def rows(self) -> Rows:
        """Every mean and index of the runs' hours, ready to be stored."""
        for place, (run, s) in enumerate(self.hourly):
            cells = self._cells(place)
            self._mean(run, s, Procedure.MEAN_8H, self.mean_8h, cells)
            self._mean(run, s, Procedure.MEAN_24H, self.mean_24h, cells)
            self._nowcast(run, s, cells)
        places: dict[Run, dict[str, slice]] = defaultdict(dict)
        for place, (run, s) in enumerate(self.hourly):
            places[run][s.property] = self._cells(place)
        for run, cells_of in places.items():
            self._air_quality(run, cells_of)
            self._water_quality(run, cells_of)
        return observations.concat(self.out)

    def _fill(self) -> None:
        if not self.hourly:
            return
        source = np.array([s.id for _, s in self.hourly], np.int32)
        first = np.array([run.first for run, _ in self.hourly])
        last = np.array([run.last for run, _ in self.hourly])
        key = _key(source, first)
        order = np.argsort(key, kind="stable")
        # Runs of one thing may overlap in their context: each is read for itself.
        for chosen in _disjoint(source, first, last):
            rows = observations.read_spans(source[chosen], first[chosen] * HOUR, last[chosen] * HOUR + 1)
            order = chosen[np.argsort(key[chosen], kind="stable")]
            hour = rows.time // HOUR
            place = order[np.searchsorted(key[order], _key(rows.datastream, hour), "right") - 1]
            cell = self.offset[place] + hour - first[place]
            self.value[cell], self.quality[cell] = rows.value, rows.quality

    def _cells(self, place: int) -> slice:
        return slice(int(self.offset[place]), int(self.offset[place + 1]))

    def _emit(self, stream: Stream, run: Run, value: Floats, status: Shorts, quality: Shorts, told: NDArray[np.bool_]) -> None:
        """Keep the wanted cells of a run about which there is something to tell. Arrays of the whole run."""
        hours = np.arange(run.first, run.last + 1)
        want = told & (hours >= run.touched[0])
        n = int(want.sum())
        if n:
            self.out.append(
                Rows(
                    np.full(n, stream.id, np.int32), hours[want] * HOUR, value[want], status[want].astype(np.int16), quality[want]
                )
            )

    def _mean(self, run: Run, s: Stream, procedure: Procedure, means: averages.Means, cells: slice) -> None:
        if target := self.streams.get((s.thing_id, s.property, procedure)):
            completeness = means.completeness[cells]
            self._emit(target, run, means.value[cells], completeness, means.quality[cells], completeness > 0)

    def _nowcast(self, run: Run, s: Stream, cells: slice) -> None:
        if target := self.streams.get((s.thing_id, s.property, Procedure.NOWCAST)):
            value = self.nowcast[cells]
            suspect = _any_suspect(self.quality[cells], 12)
            there = _trailing_count(~np.isnan(self.value[cells]), 12)
            completeness = np.round(there / 12 * 100).astype(np.int16)
            self._emit(target, run, value, completeness, _quality(value, suspect), there > 0)

    def _air_quality(self, run: Run, cells: Mapping[str, slice]) -> None:
        hourly = self.streams.get((run.thing_id, "VN_AQI", Procedure.AQI_1H))
        daily = self.streams.get((run.thing_id, "VN_AQI", Procedure.AQI_24H))
        if hourly is None or daily is None:
            return
        gases = [p for p in ("O3", "SO2", "NO2", "CO") if p in cells]
        particles = [p for p in ("PM2.5", "PM10") if p in cells]
        usable = {p: np.where(q.usable(self.quality[c]), self.value[c], np.nan) for p, c in cells.items()}
        inputs = {p: self.nowcast[cells[p]] for p in particles} | {p: usable[p] for p in gases}
        suspects = [_any_suspect(self.quality[cells[p]], 12) for p in particles]
        suspects += [_any_suspect(self.quality[cells[p]], 1) for p in gases]
        told = np.zeros(len(run), bool)
        for concentration in inputs.values():
            told |= ~np.isnan(concentration)
        for p in particles:
            told |= _trailing_count(~np.isnan(usable[p]), 3) > 0
        self._index(hourly, run, air.hourly, "vn_aqi", inputs, suspects, told)

        hours = np.arange(run.first, run.last + 1)
        midnight = (hours + UTC_OFFSET) % 24 == 0
        whole = {p: self.mean_24h.completeness[cells[p]] >= self.threshold for p in [*particles, *gases]}
        day = {p: self.mean_24h.value[cells[p]] for p in particles}
        for p in gases:
            name = "O3_1h" if p == "O3" else p
            day[name] = np.where(whole[p], averages.trailing_max(usable[p], width=24), np.nan)
        if "O3" in cells:
            mean_8h = self.mean_8h.value[cells["O3"]]
            day["O3_8h"] = np.where(whole["O3"], averages.trailing_max(mean_8h, width=24), np.nan)
        told = np.zeros(len(run), bool)
        for p in [*particles, *gases]:
            told |= self.mean_24h.completeness[cells[p]] > 0
        suspects = [_any_suspect(self.quality[cells[p]], 24) for p in [*particles, *gases]]
        self._index(daily, run, air.daily, "vn_aqi", day, suspects, told & midnight)

    def _water_quality(self, run: Run, cells: Mapping[str, slice]) -> None:
        stream = self.streams.get((run.thing_id, "VN_WQI", Procedure.WQI_1H))
        if stream is None:
            return
        usable = {p: np.where(q.usable(self.quality[c]), self.value[c], np.nan) for p, c in cells.items()}
        told = np.zeros(len(run), bool)
        for c in usable.values():
            told |= ~np.isnan(c)
        suspects = [_any_suspect(self.quality[c], 1) for c in cells.values()]
        temperature = usable.pop("Temp", np.full(len(run), np.nan))

        def indicative(table: Mapping[str, object], values: Mapping[str, Floats]) -> Index:
            return water.wqi(table, values, values.pop("Temp", None), minimum=False)

        self._index(stream, run, indicative, "vn_wqi", usable, suspects, told)

    def _index(self, stream, run, formula, rule, inputs, suspects, told) -> None:  # type: ignore[no-untyped-def]
        """An index by the table in force on each local day."""
        days = (np.arange(run.first, run.last + 1) + UTC_OFFSET - 1) // 24
        value, status = np.full(len(run), np.nan), np.zeros(len(run), np.int16)
        ruled = np.zeros(len(run), bool)
        ids = {code: s.property_id for (_, code, _), s in self.streams.items()}
        for table, here in _tables(rule, days):
            index = formula(table.data, {p: c[here] for p, c in inputs.items()})
            names = [ids.get(p.split("_")[0] if p not in ids else p, 0) for p in index.parameters]
            value[here], ruled[here] = index.value, True
            status[here] = np.array([*names, 0], np.int16)[index.leading]
        suspect = np.logical_or.reduce(suspects) if suspects else np.zeros(len(run), bool)
        self._emit(stream, run, value, status, _quality(value, suspect), told & ruled)


def _samples(changed: Rows, catalogue: Sequence[Stream], now: datetime, reason: str) -> None:
    """VN_WQI of the samples that changed: all values of one thing at one time are one sample."""
    sampled = [s for s in catalogue if s.procedure == Procedure.SAMPLE]
    targets = {s.thing_id: s for s in catalogue if s.procedure == Procedure.WQI}
    of = {s.id: s for s in sampled if s.thing_id in targets}
    mine = np.isin(changed.datastream, np.array(list(of), np.int32))
    moments = {(of[d].thing_id, t) for d, t in zip(changed.datastream[mine].tolist(), changed.time[mine].tolist(), strict=True)}
    out = []
    for thing_id in {t for t, _ in moments}:
        times = np.array(sorted(t for th, t in moments if th == thing_id))
        values, suspect = {}, np.zeros(len(times), bool)
        for s in sampled:
            if s.thing_id == thing_id:
                rows = observations.read_spans(np.full(len(times), s.id, np.int32), times, times + 1)
                place = np.searchsorted(times, rows.time)
                column = np.full(len(times), np.nan)
                column[place] = np.where(q.usable(rows.quality), rows.value, np.nan)
                suspect[place] |= q.flag(rows.quality) == q.Flag.SUSPECT
                values[s.property] = column
        temperature = values.pop("Temp", np.full(len(times), np.nan))
        ids = {s.property: s.property_id for s in sampled}
        for table, here in _tables("vn_wqi", times // (24 * HOUR)):
            index = water.wqi(table.data, {p: c[here] for p, c in values.items()}, temperature[here])
            status = np.array([*(ids.get(p, 0) for p in index.parameters), 0], np.int16)[index.leading]
            target = np.full(int(here.sum()), targets[thing_id].id, np.int32)
            out.append(Rows(target, times[here], index.value, status, _quality(index.value, suspect[here])))
    observations.write(observations.concat(out), by="formula", reason=reason, at=now)


def _pairs(catalogue: Sequence[Stream]) -> tuple[Mapping[int, list[Stream]], Mapping[int, Stream]]:
    """(raw datastreams of each thing, the hourly mean of each raw datastream by its id)."""
    means = {(s.thing_id, s.property): s for s in catalogue if s.procedure == Procedure.MEAN_1H}
    raw: dict[int, list[Stream]] = defaultdict(list)
    targets = {}
    for s in catalogue:
        if s.procedure == Procedure.RAW:
            raw[s.thing_id].append(s)
            if mean := means.get((s.thing_id, s.property)):
                targets[s.id] = mean
    return raw, targets


def _disjoint(source: NDArray[np.int32], first: Hours, last: Hours) -> Iterator[NDArray[np.intp]]:
    """Places of spans, in groups in which no two spans of one datastream overlap."""
    order = np.lexsort((first, source))
    layer = np.zeros(len(order), np.int64)
    for i in range(1, len(order)):
        a, b = order[i - 1], order[i]
        if source[a] == source[b] and first[b] <= last[a]:
            layer[b] = layer[a] + 1
    for n in range(int(layer.max()) + 1):
        yield np.flatnonzero(layer == n)


def _tables(name: str, days: Hours) -> Iterator[tuple[rules.Table, NDArray[np.bool_]]]:
    """(each table in force on one of the days since 1970, which of the days it was in force on).

    On days before the first one there is no such index, and none is given.
    """
    unique, inverse = np.unique(days, return_inverse=True)
    epoch = date(1970, 1, 1)
    tables = [rules.find(name, on=epoch + timedelta(days=d)) for d in unique.tolist()]
    for table in {id(t): t for t in tables if t is not None}.values():
        yield table, np.array([t is table for t in tables])[inverse]


def _completeness() -> float:
    return float(rules.load("averaging", on=date.today()).data["completeness_percent"])


def _key(datastream: NDArray[np.int32], hour: Hours) -> Hours:
    return datastream.astype(np.int64) * 2**32 + hour


def _quality(value: Floats, suspect: NDArray[np.bool_]) -> Shorts:
    flags = np.where(suspect, q.Flag.SUSPECT, q.Flag.GOOD)
    return np.where(np.isnan(value), q.Flag.MISSING, flags).astype(np.int16)


def _trailing_count(x: NDArray[np.bool_], width: int) -> NDArray[np.int64]:
    total = np.cumsum(np.concatenate([np.zeros(width, np.int64), x]))
    return total[width:] - total[:-width]


def _any_suspect(quality: Shorts, width: int) -> NDArray[np.bool_]:
    return _trailing_count(q.flag(quality) == q.Flag.SUSPECT, width) > 0


