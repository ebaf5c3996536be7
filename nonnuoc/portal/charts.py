"""What a chart of a station can show, what it shows now, and the sentences that say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.utils.translation import gettext

from nonnuoc.domain.quality import Flag
from nonnuoc.domain.quality import flag as flag_of
from nonnuoc.look import figures
from nonnuoc.portal import law, telling, words
from nonnuoc.records.monitoring import timeseries
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.selectors import Property, StationNow
from nonnuoc.records.monitoring.timeseries import Series

Procedure = Datastream.Procedure
PERIODS = {name: timedelta(days=days) for name, days in (("day", 1), ("week", 7), ("month", 30), ("year", 365))}
POINTS = 360  # of the chart that is drawn on the server
ORDER = [*Procedure.values]


@dataclass(frozen=True, slots=True)
class Stream:
    """A datastream that can be charted."""

    id: int
    observed: Property
    procedure: str
    time: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that changes the chart."""

    words: str
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table behind the chart."""

    time: datetime
    value: float
    low: float
    high: float
    validated: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart of one stream over one period."""

    stream: Stream
    name: str
    unit: str
    decimals: int
    series: Series
    limits: list[law.Span]
    title: str
    sentence: str
    properties: list[Choice]
    periods: list[Choice]
    procedures: list[Choice]
    lines: list[Line]
    flagged: list[tuple[datetime, float, str]]

    @property
    def symbol(self) -> str:
        return words.short(self.stream.observed)

    @property
    def limits_drawn(self) -> list[dict[str, object]]:
        """Value, words and span of each limit line, in seconds since 1970 UTC."""
        return [
            {
                "value": span.limit.value,
                "says": telling.limit_says(span.limit),
                "source": telling.limit_source(span.limit),
                "since": span.since.timestamp(),
                "until": span.until.timestamp(),
            }
            for span in self.limits
        ]


def streams(station: StationNow) -> dict[str, dict[str, Stream]]:
    """Property code -> procedure -> stream; the index first."""
    found: dict[str, dict[str, Stream]] = {}
    for one in station.latest:
        found.setdefault(one.observed.code, {})[one.procedure] = Stream(
            one.datastream_id, one.observed, one.procedure, one.time
        )
    for code, means in station.means.items():
        for procedure, one in means.items():
            found.setdefault(code, {})[procedure] = Stream(one.datastream_id, one.observed, procedure, one.time)
    if station.index:
        own = Property(station.index.scheme, station.index.scheme, station.index.scheme, "-", 0)
        index = Stream(station.index.datastream_id, own, station.index.procedure, station.index.hour)
        found.setdefault(own.code, {})[index.procedure] = index
    return dict(sorted(found.items(), key=lambda item: not item[0].startswith("VN_")))


def chart(station: StationNow, asked: Mapping[str, str], at: datetime) -> Chart | None:
    """The chart that was asked for, or the nearest there is; None for a station without datastreams."""
    there = streams(station)
    if not there:
        return None
    code = asked.get("property", "")
    code = code if code in there else _first(station, there)
    period = asked.get("period", "day") if asked.get("period") in PERIODS else "day"
    procedure = asked.get("mean", "")
    procedure = procedure if procedure in there[code] else _fitting(there[code], period)
    stream = there[code][procedure]
    until = _end(station, at)
    series = timeseries.over(stream.id, until - PERIODS[period], until, POINTS)
    limits = _limits(station, stream, series)
    kept = asked.get("mean", "")
    return Chart(
        stream=stream,
        name=words.name(stream.observed),
        unit=figures.unit(stream.observed.unit),
        decimals=stream.observed.decimals,
        series=series,
        limits=limits,
        title=telling.title(stream.observed, series, limits),
        sentence=telling.sentence(stream.observed, series),
        properties=[_choice(there[other], _symbol(there[other]), other, period, "", code == other) for other in there],
        periods=[_choice(there[code], said, code, key, kept, key == period) for key, said in period_words()],
        procedures=[
            _choice(there[code], words.procedure(other), code, period, other, other == procedure)
            for other in sorted(there[code], key=ORDER.index)
        ],
        lines=_lines(series),
        flagged=_flagged(series),
    )


def _symbol(there: Mapping[str, Stream]) -> str:
    return words.short(next(iter(there.values())).observed)


def period_words() -> list[tuple[str, str]]:
    return [
        ("day", gettext("24 hours")),
        ("week", gettext("7 days")),
        ("month", gettext("30 days")),
        ("year", gettext("365 days")),
    ]


def _first(station: StationNow, there: Mapping[str, dict[str, Stream]]) -> str:
    leading = station.index.leading.code if station.index and station.index.leading else ""
    if leading in there:
        return leading
    return next((one.observed.code for one in station.latest if one.value is not None), next(iter(there)))


def _fitting(there: Mapping[str, Stream], period: str) -> str:
    """The stream that shows a period best: single values with their spread, but an index as the Decision gives it."""
    daily = period in ("month", "year") and Procedure.AQI_24H in there
    wanted = [Procedure.AQI_24H] if daily else [Procedure.RAW, Procedure.SAMPLE, Procedure.AQI_1H, Procedure.WQI_1H]
    return next((one for one in wanted if one in there), next(iter(there)))


def _end(station: StationNow, at: datetime) -> datetime:
    """Now; for a station long silent, the moment after its last value, so that what there is can be seen."""
    if station.heard and at - station.heard > timedelta(hours=12):
        return station.heard + timedelta(seconds=1)
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _limits(station: StationNow, stream: Stream, series: Series) -> list[law.Span]:
    """Those of the stream's own averaging; beside single values the shortest there is, its averaging written on it."""
    found = law.limits_between(station.kind, stream.observed.code, series.since, series.until)
    own = [one for one in found if one.limit.averaging == law.AVERAGING.get(Procedure(stream.procedure), "")]
    if own or stream.procedure != Procedure.RAW:
        return own
    shortest = next((one.limit.averaging for one in found), "year")
    return [one for one in found if one.limit.averaging == shortest != "year"]


def _choice(there: Mapping[str, Stream], said: str, code: str, period: str, procedure: str, chosen: bool) -> Choice:
    mean = f"&mean={procedure}" if procedure in there else ""
    return Choice(said, f"?property={code}&period={period}{mean}#chart", chosen)


def _lines(series: Series) -> list[Line]:
    there = np.flatnonzero(~np.isnan(series.value))[::-1]
    return [
        Line(
            telling.moment(series.time[i]),
            float(series.value[i]),
            float(series.low[i]),
            float(series.high[i]),
            bool(series.validated[i]),
        )
        for i in there
    ]


def _flagged(series: Series) -> list[tuple[datetime, float, str]]:
    worst_first = np.argsort(-flag_of(series.flagged_quality), kind="stable")[:60]
    return [
        (
            telling.moment(series.flagged_time[i]),
            float(series.flagged_value[i]),
            words.flags(int(series.flagged_quality[i])),
        )
        for i in sorted(worst_first.tolist(), reverse=True)
    ]


def any_failed(series: Series) -> bool:
    """Whether a refused value is among the flagged ones."""
    return bool((flag_of(series.flagged_quality) >= Flag.FAIL).any())
