"""The calendar of an index: of every day of a year its number, or that there is none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from nonnuoc.domain import index, local
from nonnuoc.look import law
from nonnuoc.portal import years
from nonnuoc.portal.charts import Choice, Stream
from nonnuoc.portal.kept import kept
from nonnuoc.portal.years import Years
from nonnuoc.records.monitoring import observations, timeseries
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.selectors import StationNow

Procedure = Datastream.Procedure
EPOCH = date(1970, 1, 1)
#: Where the day's number comes from, the first there is.
SOURCES = (("VN_AQI", Procedure.AQI_24H), ("VN_WQI", Procedure.WQI_1H), ("VN_WQI", Procedure.WQI))


@dataclass(frozen=True, slots=True)
class Day:
    """One day. `value` None: no index; `coming`: it is not over yet."""

    number: int
    iso: str
    value: int | None
    css: str
    validated: bool
    coming: bool


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks from Monday on, with None where a day belongs to another month; `known` days have an index."""

    words: str
    weeks: list[list[Day | None]]
    known: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The months shown, the oldest first, and what they come to."""

    scheme: str
    procedure: str
    months: list[Month]
    empty: list[str]  # months without a single index
    tally: list[tuple[law.Category, int]]
    known: int
    validated: int
    passed: int  # days that are over


def calendar(
    station: StationNow, there: dict[str, dict[str, Stream]], year: str, query: str, today: date
) -> dict[str, object] | None:
    """What the template shows; None for a station without an index, or whose index never said anything."""
    stream = next((there[code][how] for code, how in SOURCES if how in there.get(code, {})), None)
    if stream is None or stream.time is None:
        return None
    shown = years.of("" if year == years.ALL else year, today)
    html = _drawn(stream.id, stream.observed.code, stream.procedure, shown, stream.time, today, get_language())
    return {
        "html": html,
        "scheme": stream.observed.code,
        "choices": _choices(stream.id, shown, query, today, get_language()),
    }


@kept(seconds=3600, most=2000)
def _choices(stream_id: int, shown: Years, query: str, today: date, _language: str | None) -> list[Choice]:
    first = timeseries.first_time(stream_id)
    return years.choices(shown, first.date() if first else today, query, today, with_all=False)


@kept(seconds=600, most=500)
def _drawn(
    stream_id: int, scheme: str, procedure: str, shown: Years, _newest: object, today: date, _language: str | None
) -> SafeString:
    found = read(stream_id, scheme, procedure, shown, today)
    return render_to_string(
        "portal/days.html", {"calendar": found, "weekdays": weekdays(), "hourly": procedure == Procedure.WQI_1H}
    )


def weekdays() -> list[tuple[str, str]]:
    """(short, whole) from Monday on."""
    return [
        (gettext("Mon"), gettext("Monday")),
        (gettext("Tue"), gettext("Tuesday")),
        (gettext("Wed"), gettext("Wednesday")),
        (gettext("Thu"), gettext("Thursday")),
        (gettext("Fri"), gettext("Friday")),
        (gettext("Sat"), gettext("Saturday")),
        (gettext("Sun"), gettext("Sunday")),
    ]


def read(stream_id: int, scheme: str, procedure: str, shown: Years, today: date) -> Calendar:
    """The calendar of one stream: daily indices as they are, of hourly ones and samples each day's worst."""
    rows = observations.read(stream_id, observations.micros(shown.since) + 1, observations.micros(shown.until) + 1)
    known = ~np.isnan(rows.value)
    at_instants = procedure == Procedure.WQI  # a sample is of the day it was taken on; a window of the day it ends
    number = local.day_of_window(rows.time[known] + (1 if at_instants else 0))
    values, sure = index.rounded(rows.value[known]), rows.quality[known] < 0
    of_day: dict[int, tuple[int, bool]] = {}
    for day, value, validated in zip(number.tolist(), values.astype(int).tolist(), sure.tolist(), strict=True):
        held = of_day.get(day)
        worst = held is None or (value > held[0] if scheme == "VN_AQI" else value < held[0])
        of_day[day] = (value if worst else held[0], validated and (held is None or held[1]))  # type: ignore[index]
    days = [
        _day(shown.first + timedelta(days=n), of_day, scheme, today) for n in range((shown.after - shown.first).days)
    ]
    months = _months(shown.first, days)
    counted = Counter(day.css for day in days if day.value is not None)
    classes = sorted(law.categories(scheme, min(today, shown.after)), key=lambda one: one.rank)
    return Calendar(
        scheme=scheme,
        procedure=procedure,
        months=[month for month in months if month.known],
        empty=[month.words for month in months if not month.known],
        tally=[(one, counted[one.css]) for one in classes],
        known=sum(counted.values()),
        validated=sum(day.validated for day in days),
        passed=sum(not day.coming for day in days),
    )


def _day(day: date, of_day: dict[int, tuple[int, bool]], scheme: str, today: date) -> Day:
    value, validated = of_day.get((day - EPOCH).days, (None, False))
    css = "" if value is None else law.category(scheme, value, day).css
    return Day(day.day, day.isoformat(), value, css, validated, day >= today)


def _months(first: date, days: list[Day]) -> list[Month]:
    found: list[Month] = []
    for n, day in enumerate(days):
        when = first + timedelta(days=n)
        if when.day == 1:
            found.append(Month(years.month_of(when), [], 0))
            weeks: list[list[Day | None]] = found[-1].weeks
            weeks.append([None] * when.weekday())
        elif when.weekday() == 0:
            weeks.append([])
        weeks[-1].append(day)
    for month in found:
        month.weeks[-1].extend([None] * (7 - len(month.weeks[-1])))
    return [
        Month(m.words, m.weeks, sum(d is not None and d.value is not None for w in m.weeks for d in w)) for m in found
    ]
