"""What a chart of a station can show, what it shows now, and the sentences that say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import numpy as np
from django.utils.translation import gettext
from numpy.typing import ArrayLike

from nonnuoc.domain.quality import Flag
from nonnuoc.domain.quality import flag as flag_of
from nonnuoc.look import figures, law, words
from nonnuoc.portal import asked as asking
from nonnuoc.portal import grades, telling
from nonnuoc.portal.asked import PERIODS, Asked
from nonnuoc.records.monitoring import timeseries
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.selectors import Property, StationNow
from nonnuoc.records.monitoring.timeseries import Series

Procedure = Datastream.Procedure
POINTS = 366  # of the chart that is drawn on the server: the days of a year
LISTED = 60  # flagged values in the table
ORDER = [*Procedure.values]


@dataclass(frozen=True, slots=True)
class Stream:
    """A datastream that can be charted."""

    id: int
    observed: Property
    procedure: str
    time: datetime | None
    interval_s: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stream there is, and what was asked for of it."""

    stream: Stream
    asked: Asked


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that changes the chart."""

    words: str
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table behind the chart, as it is written; `query` leads to what stands behind it."""

    time: str
    value: str
    low: str
    high: str
    validated: bool
    query: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart of one stream over one span."""

    stream: Stream
    asked: Asked
    name: str
    unit: str
    series: Series
    limits: list[law.Span]
    title: str
    sentence: str
    graded: str  # limits that cannot be drawn, for want of the water's class
    properties: list[Choice]
    periods: list[Choice]
    procedures: list[Choice]
    lines: list[Line] | None  # None: the table was not asked for
    flagged: list[tuple[datetime, float, str]]

    @property
    def symbol(self) -> str:
        return words.short(self.stream.observed)

    @property
    def decimals(self) -> int:
        return self.stream.observed.decimals

    @property
    def here(self) -> str:
        """The end of the address that shows just this."""
        return self.asked.query(self.stream.observed.code, self.stream.procedure)

    @property
    def fixed(self) -> str:
        """The same with its span fixed: what is seen now is seen tomorrow, and downloaded."""
        span = {"since": asking.iso(self.asked.since), "until": asking.iso(self.asked.until)}
        return "?" + urlencode({"property": self.stream.observed.code, "mean": self.stream.procedure, **span})

    @property
    def last_day(self) -> datetime:
        """The last day of it, as the form takes it: included."""
        return self.asked.until - timedelta(microseconds=1)

    @property
    def count(self) -> int:
        """Lines of the table, had it been asked for."""
        return int((~np.isnan(self.series.value)).sum())

    @property
    def any_failed(self) -> bool:
        """Whether a refused value is among the flagged ones."""
        return bool((flag_of(self.series.flagged_quality) >= Flag.FAIL).any())


def streams(station: StationNow) -> dict[str, dict[str, Stream]]:
    """Property code -> procedure -> stream; the index first. These are all that the public may see of a station."""
    found: dict[str, dict[str, Stream]] = {}
    for one in (*station.latest, *(mean for means in station.means.values() for mean in means.values())):
        stream = Stream(one.datastream_id, one.observed, one.procedure, one.time, one.interval_s)
        found.setdefault(one.observed.code, {})[one.procedure] = stream
    if station.index:
        own = Property(station.index.scheme, station.index.scheme, station.index.scheme, "-", 0)
        index = Stream(station.index.datastream_id, own, station.index.procedure, station.index.hour, 3600)
        found.setdefault(own.code, {})[index.procedure] = index
    return dict(sorted(found.items(), key=lambda item: not item[0].startswith("VN_")))


def chosen(there: Mapping[str, Mapping[str, Stream]], station: StationNow, asked: Asked) -> Stream:
    """The stream that was asked for, or the nearest there is."""
    code = asked.code if asked.code in there else _first(station, there)
    procedure = asked.mean if asked.mean in there[code] else fitting(there[code], asked.length)
    return there[code][procedure]


def wanted(station: StationNow, query: Mapping[str, str], at: datetime) -> Wanted | None:
    """What was asked for, or the nearest there is; None for a station without datastreams."""
    there = streams(station)
    if not there:
        return None
    asked = asking.of(query, newest(station, at))
    return Wanted(chosen(there, station, asked), asked)


def read(wanted: Wanted) -> Series:
    """The numbers of a chart, as they are now."""
    return timeseries.over(wanted.stream.id, wanted.asked.since, wanted.asked.until, POINTS)


def chart(station: StationNow, wanted: Wanted, series: Series, *, with_table: bool) -> Chart:
    """The chart of these numbers, in words, with the links that change it."""
    there, stream, asked = streams(station), wanted.stream, wanted.asked
    code, procedure = stream.observed.code, stream.procedure
    held = limits(station.kind, stream, asked.since, asked.until)
    kept = asked.mean if asked.mean in there[code] else ""
    return Chart(
        stream=stream,
        asked=asked,
        name=words.name(stream.observed),
        unit=figures.unit(stream.observed.unit),
        series=series,
        limits=held,
        title=telling.title(stream.observed, series, held),
        sentence=telling.sentence(stream.observed, series),
        graded=grades.sentence(station, code, asked.until),
        properties=[
            Choice(symbol(there[other]), asked.query(other, kept if kept in there[other] else ""), code == other)
            for other in there
        ],
        periods=period_choices(asked, code, kept),
        procedures=[
            Choice(words.procedure(other), asked.query(code, other), other == procedure)
            for other in sorted(there[code], key=ORDER.index)
        ],
        lines=_lines(series, stream) if with_table else None,
        flagged=_flagged(series),
    )


def period_choices(asked: Asked, code: str, mean: str, **more: str) -> list[Choice]:
    """Links to the same over another period."""
    kept = {"mean": mean} if mean else {}
    return [
        Choice(said, "?" + urlencode({**more, "property": code, **kept, "period": name}), name == asked.period)
        for name, said in period_words()
    ]


def period_words() -> list[tuple[str, str]]:
    said = (
        gettext("24 hours"),
        gettext("7 days"),
        gettext("30 days"),
        gettext("365 days"),
        gettext("5 years"),
        gettext("10 years"),
    )
    return list(zip(PERIODS, said, strict=True))


def fitting(there: Mapping[str, Stream], length: timedelta) -> str:
    """The stream that shows a span best: single values with their spread, but an index as the Decision gives it."""
    daily = length > timedelta(days=8) and Procedure.AQI_24H in there
    wanted = [Procedure.AQI_24H] if daily else [Procedure.RAW, Procedure.SAMPLE, Procedure.AQI_1H, Procedure.WQI_1H]
    return next((one for one in wanted if one in there), next(iter(there)))


def newest(station: StationNow, at: datetime) -> datetime:
    """Now; for a station long silent, the moment after its last value, so that what there is can be seen."""
    if station.heard and at - station.heard > timedelta(hours=12):
        return station.heard + timedelta(seconds=1)
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def limits(kind: str, stream: Stream, since: datetime, until: datetime) -> list[law.Span]:
    """Those of the stream's own averaging; beside single values the shortest there is, its averaging written on it."""
    found = law.limits_between(kind, stream.observed.code, since, until)
    own = [one for one in found if one.limit.averaging == law.AVERAGING.get(Procedure(stream.procedure), "")]
    if own or stream.procedure != Procedure.RAW:
        return own
    shortest = next((one.limit.averaging for one in found), "year")
    return [one for one in found if one.limit.averaging == shortest != "year"]


def symbol(there: Mapping[str, Stream]) -> str:
    """The short name of a property, of its streams."""
    return words.short(next(iter(there.values())).observed)


def _first(station: StationNow, there: Mapping[str, Mapping[str, Stream]]) -> str:
    leading = station.index.leading.code if station.index and station.index.leading else ""
    if leading in there:
        return leading
    return next((one.observed.code for one in station.latest if one.value is not None), next(iter(there)))


def _lines(series: Series, stream: Stream) -> list[Line]:
    there = np.flatnonzero(~np.isnan(series.value))[::-1]
    decimals, half = stream.observed.decimals, timedelta(seconds=series.step_s / 2)
    base = urlencode({"property": stream.observed.code, "mean": stream.procedure})

    def line(time: int, value: float, low: float, high: float, validated: bool) -> Line:
        when = telling.moment(time)
        ends = {"since": asking.iso(when - half), "until": asking.iso(when + half)}
        query = urlencode(ends) if series.step_s else f"at={quote(when.isoformat())}"
        said, least, most = (figures.number(one, decimals) for one in (value, low, high))
        return Line(figures.stamp(when), said, least, most, validated, f"{base}&{query}")

    columns = (series.time, series.value, series.low, series.high, series.validated)
    return [line(*row) for row in zip(*(column[there].tolist() for column in columns), strict=True)]


def _flagged(series: Series) -> list[tuple[datetime, float, str]]:
    worst_first = np.argsort(-flag_of(series.flagged_quality), kind="stable")[:LISTED]
    return [
        (
            telling.moment(series.flagged_time[i]),
            float(series.flagged_value[i]),
            words.flags(int(series.flagged_quality[i])),
        )
        for i in sorted(worst_first.tolist(), reverse=True)
    ]


def standing(validated: ArrayLike) -> str:
    """Of many values at once: provisional, validated, or both."""
    some = np.asarray(validated, bool)
    return "validated" if some.size and some.all() else "mixed" if some.any() else "provisional"
