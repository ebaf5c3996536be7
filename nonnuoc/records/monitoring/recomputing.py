"""A mean or an index computed once more from what it stands on, by the functions the river computes it with.

Nothing here reads or writes: `wanted` says what must be held, `lineage.read` brings it. Times are the ends of hours, µs
since 1970 UTC. A test holds every number of a month to what the river stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from nonnuoc import rules
from nonnuoc.domain import air, averages, water
from nonnuoc.domain import quality as q
from nonnuoc.domain.index import Index
from nonnuoc.domain.local import OFFSET_H as UTC_OFFSET
from nonnuoc.records.monitoring.lineage import Held, Procedure, Source, Span, Streams
from nonnuoc.records.monitoring.observations import Rows

HOUR = 3_600_000_000  # µs
DAY = 24
PARTICLES = ("PM2.5", "PM10")
MEASURED = (Procedure.RAW, Procedure.SAMPLE)
#: Hours whose hourly means a number stands on; a day of VN_AQI holds 8-hour means that reach into the day before.
HOURS = {
    Procedure.MEAN_1H: 1,
    Procedure.MEAN_8H: 8,
    Procedure.MEAN_24H: DAY,
    Procedure.NOWCAST: 12,
    Procedure.AQI_1H: 12,
    Procedure.AQI_24H: DAY + 7,
    Procedure.WQI_1H: 1,
}
Floats = NDArray[np.float64]
Shorts = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Hours:
    """Stored hourly means of consecutive hours, the oldest first; arrays (n,)."""

    source: Source
    time: NDArray[np.int64]  # the end of each hour
    value: Floats  # NaN: missing
    completeness: Shorts  # percent; 0 where nothing is stored
    quality: Shorts

    @property
    def usable(self) -> Floats:
        """The means that may enter another mean or an index; NaN for the others."""
        return np.where(q.usable(self.quality), self.value, np.nan)

    def last(self, count: int) -> Hours:
        """The newest so many."""
        return replace(
            self,
            time=self.time[-count:],
            value=self.value[-count:],
            completeness=self.completeness[-count:],
            quality=self.quality[-count:],
        )


@dataclass(frozen=True)
class Concentration:
    """What the sub-index of a parameter is looked up with."""

    procedure: str  # of the datastream that holds it: nowcast, mean_1h, mean_8h, mean_24h
    column: str  # of table 2
    value: float  # µg/Nm3; NaN: there is none
    time: int | None  # the end of its hour; None: there is none


@dataclass(frozen=True, eq=False)
class Working:
    """An index computed anew, for one moment: arrays of `index` have shape (1,) or (parameters, 1)."""

    table: rules.Table
    index: Index
    inputs: Mapping[str, tuple[Concentration, ...]]  # VN_AQI: by parameter
    values: Mapping[str, float]  # VN_WQI: by property, the temperature among them
    hours: Mapping[str, Hours]

    @property
    def value(self) -> float:
        """The unrounded index; NaN: not enough data."""
        return float(self.index.value[0])

    @property
    def leading(self) -> str:
        """The code of the parameter that decides; empty: none does."""
        place = int(self.index.leading[0])
        return self.index.parameters[place] if place >= 0 else ""

    def sub(self, code: str) -> float:
        """The index of one parameter alone; NaN: there is none."""
        return float(self.index.sub[self.index.parameters.index(code), 0])


def threshold() -> float:
    """Percent of its window a mean needs: our convention of today, as the river applies it."""
    return float(rules.load("averaging", on=date.today()).data["completeness_percent"])


def ruling_day(source: Source, time: int) -> date:
    """The local day whose rules hold for a value: 00:00 ends the day before, but a sample taken then is of its day."""
    sampled = source.procedure in (*MEASURED, Procedure.WQI)
    hour = time // HOUR if sampled else -(-time // HOUR) - 1
    return date(1970, 1, 1) + timedelta(days=int((hour + UTC_OFFSET) // DAY))


def hourly_sources(streams: Streams, source: Source) -> list[Source]:
    """The hourly means a number stands on, one a property and in their order; an hourly mean is its own."""
    if source.procedure == Procedure.MEAN_1H:
        return [source]
    inputs = streams.inputs(source, Procedure.MEAN_1H)
    if source.procedure == Procedure.WQI_1H:  # its index takes all that the water's parameters need, oxygen's too
        inputs = [s for s in streams.every if s.procedure == Procedure.MEAN_1H]
    found: dict[str, Source] = {}
    for one in inputs:
        found.setdefault(one.observed.code, one)
    return list(found.values())


def wanted(streams: Streams, source: Source, time: int) -> Iterator[Span]:
    """All that must be held to compute a number anew, and the number itself."""
    yield (source.id, time - 1, time)
    if source.procedure in MEASURED:
        end = -(-time // HOUR) * HOUR
        yield (source.id, end - HOUR, end)
        return
    for sample in streams.inputs(source, Procedure.SAMPLE):
        yield (sample.id, time - 1, time)
    since = time - HOURS.get(Procedure(source.procedure), 1) * HOUR
    for hourly in hourly_sources(streams, source):
        yield (hourly.id, since, time)
        for raw in streams.inputs(hourly, Procedure.RAW):
            yield (raw.id, since, time)


def measured(streams: Streams, held: Held, hourly: Source, since: int, until: int) -> tuple[Source, Rows] | None:
    """(the instrument whose values an hourly mean is of, its values in (since, until]); None: it has none.

    Where an instrument took the place of another one, the one in use if it had measured by then.
    """
    sources = streams.inputs(hourly, Procedure.RAW)
    for source in sources:
        if len(rows := held.of(source.id, since, until)):
            return source, rows
    return (sources[0], held.of(sources[0].id, since, until)) if sources else None


def expected(raw: Source) -> float:
    """How many readings an hour of it holds."""
    return max(1.0, 3600 / (raw.interval_s or 3600))


def mean_of_hour(raw: Source, rows: Rows) -> averages.Means:
    """The hourly mean, arrays (1,), of the rows of one hour."""
    cell = np.zeros(len(rows), np.intp)
    full = np.array([expected(raw)])
    return averages.binned(cell, rows.value, rows.quality, full, threshold=threshold())


def hours(held: Held, hourly: Source, time: int, count: int) -> Hours:
    """The stored hourly means of the `count` hours up to `time`."""
    times = time - np.arange(count - 1, -1, -1, dtype=np.int64) * HOUR
    value, quality = np.full(count, np.nan), np.full(count, q.Flag.MISSING, np.int16)
    completeness = np.zeros(count, np.int16)
    rows = held.of(hourly.id, time - count * HOUR, time)
    place = (rows.time - times[0]) // HOUR
    value[place], completeness[place], quality[place] = rows.value, rows.status, rows.quality
    return Hours(hourly, times, value, completeness, quality)


def rolling(of: Hours, width: int) -> averages.Means:
    """The trailing means of so many hours, arrays like those of `of`."""
    return averages.rolling(of.value, of.quality, width=width, threshold=threshold())


def nowcast(of: Hours) -> float:
    """The NowCast of the newest of these hours; NaN: too few."""
    return float(air.nowcast(of.usable)[-1])


def index(streams: Streams, held: Held, source: Source, time: int) -> Working | None:
    """An index once more; None on days before there was a rule for it, or where `source` is no index."""
    formulas = {
        Procedure.AQI_1H: ("vn_aqi", _aqi_of_the_hour),
        Procedure.AQI_24H: ("vn_aqi", _aqi_of_the_day),
        Procedure.WQI_1H: ("vn_wqi", _wqi_of_the_hour),
        Procedure.WQI: ("vn_wqi", _wqi_of_the_sample),
    }
    if (known := formulas.get(Procedure(source.procedure))) is None:
        return None
    table = rules.find(known[0], on=ruling_day(source, time))
    return known[1](streams, held, source, time, table) if table else None


def _aqi_of_the_hour(streams: Streams, held: Held, source: Source, time: int, table: rules.Table) -> Working:
    width = HOURS[Procedure.AQI_1H]
    of = {s.observed.code: hours(held, s, time, width) for s in hourly_sources(streams, source)}
    inputs = {}
    for code, columns in table.data["hourly"].items():
        if code in of:
            procedure = Procedure.NOWCAST if code in PARTICLES else Procedure.MEAN_1H
            value = nowcast(of[code]) if code in PARTICLES else float(of[code].usable[-1])
            inputs[code] = (Concentration(procedure, columns[code], value, None if np.isnan(value) else time),)
    seen = {p: air.recent_hours(of[p].usable)[-1:] > 0 for p in PARTICLES if p in of}
    arrays = {code: np.array([one.value]) for code, (one,) in inputs.items()}
    return Working(table, _hourly(table, arrays, seen), inputs, {}, of)


def _aqi_of_the_day(streams: Streams, held: Held, source: Source, time: int, table: rules.Table) -> Working:
    width = HOURS[Procedure.AQI_24H]
    of = {s.observed.code: hours(held, s, time, width) for s in hourly_sources(streams, source)}
    inputs: dict[str, tuple[Concentration, ...]] = {}
    arrays: dict[str, Floats] = {}
    seen: dict[str, NDArray[np.bool_]] = {}
    for code, columns in table.data["daily"].items():
        if code not in of:
            continue
        day = rolling(of[code], DAY)
        if code in PARTICLES:
            value = float(day.value[-1])
            found = [(code, Concentration(Procedure.MEAN_24H, columns[code], value, None if np.isnan(value) else time))]
            seen[code] = day.completeness[-1:] > 0
        else:
            # A day's highest hour can be told once enough of the day is known: the same share as for its mean.
            whole = day.completeness[-1] >= threshold()
            found = [(name, _highest(of[code], name, column, whole=bool(whole))) for name, column in columns.items()]
        inputs[code] = tuple(one for _, one in found)
        arrays |= {name: np.array([one.value]) for name, one in found}
    result = air.daily(table.data, arrays, seen=seen) if arrays else _nothing(table)
    return Working(table, result, inputs, {}, {code: one.last(DAY) for code, one in of.items()})


def _highest(of: Hours, name: str, column: str, *, whole: bool) -> Concentration:
    """The day's highest 1-hour or 8-hour mean, and of which hour it is; of several alike, the first."""
    eight = name.endswith("_8h")
    values = (rolling(of, 8).value if eight else of.usable)[-DAY:]
    procedure = Procedure.MEAN_8H if eight else Procedure.MEAN_1H
    if not whole or np.isnan(values).all():
        return Concentration(procedure, column, float("nan"), None)
    place = int(np.nanargmax(values))
    return Concentration(procedure, column, float(values[place]), int(of.time[-DAY:][place]))


def _hourly(table: rules.Table, arrays: Mapping[str, Floats], seen: Mapping[str, NDArray[np.bool_]]) -> Index:
    return air.hourly(table.data, arrays, seen=seen) if arrays else _nothing(table)


def _nothing(table: rules.Table) -> Index:
    """The index of a moment for which nothing at all is measured."""
    return air.hourly(table.data, {code: np.array([np.nan]) for code in table.data["one_of"]})


def _wqi_of_the_hour(streams: Streams, held: Held, source: Source, time: int, table: rules.Table) -> Working:
    of = {s.observed.code: hours(held, s, time, 1) for s in hourly_sources(streams, source)}
    values = {code: float(one.usable[-1]) for code, one in of.items()}
    return Working(table, _quality_of_water(table, values, minimum=False), {}, values, of)


def _wqi_of_the_sample(streams: Streams, held: Held, source: Source, time: int, table: rules.Table) -> Working:
    values = {}
    for sample in streams.inputs(source, Procedure.SAMPLE):
        row = held.at(sample.id, time)
        if sample.observed.code not in values or len(row):
            there = len(row) > 0 and bool(q.usable(row.quality)[0])
            values[sample.observed.code] = float(row.value[0]) if there else float("nan")
    return Working(table, _quality_of_water(table, values, minimum=True), {}, values, {})


def _quality_of_water(table: rules.Table, values: Mapping[str, float], *, minimum: bool) -> Index:
    arrays = {code: np.array([value]) for code, value in values.items() if code != "Temp"}
    temperature = np.array([values["Temp"]]) if "Temp" in values else None
    return water.wqi(table.data, arrays or {"pH": np.array([np.nan])}, temperature, minimum=minimum)
