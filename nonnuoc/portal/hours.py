"""When in the day and in the year a parameter is high: a table of hours and months, shaded by the mean in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from nonnuoc.domain import patterns
from nonnuoc.domain.patterns import Pattern
from nonnuoc.look import figures, words
from nonnuoc.portal import years
from nonnuoc.portal.charts import Choice, Stream
from nonnuoc.portal.kept import kept
from nonnuoc.portal.years import Years
from nonnuoc.records.monitoring import observations, timeseries
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.observations import micros
from nonnuoc.records.monitoring.selectors import Property

Procedure = Datastream.Procedure
#: The hourly values of a property, the first there is.
HOURLY = (Procedure.MEAN_1H, Procedure.AQI_1H, Procedure.WQI_1H)
SHADES = 7
ENOUGH = 0.5  # of the hours of a cell; below it stands hollow


@dataclass(frozen=True, slots=True)
class Cell:
    """The mean of one hour of the day in one month. `shade` 1 lowest .. SHADES; 0: nothing measured."""

    words: str
    shade: int
    percent: int | None  # of its hours; None: enough


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows of hours, columns of months."""

    name: str
    unit: str
    title: str
    months: list[tuple[int, str]]
    rows: list[tuple[str, list[Cell]]]
    scale: list[tuple[int, str]]  # shade, from which value on
    measured: int  # percent of the hours that are over
    hollow: bool


def hours(
    there: dict[str, dict[str, Stream]], code: str, year: str, query: str, today: date
) -> dict[str, object] | None:
    """What the template shows of a property; None where it has no hourly values."""
    stream = next((there[code][how] for how in HOURLY if how in there[code]), None)
    if stream is None or stream.time is None:
        return None
    shown = years.of(year, today)
    html = _drawn(stream.id, stream.observed, shown, stream.time, get_language())
    choices = _choices(stream.id, shown, query, today, get_language())
    return {"html": html, "name": words.name(stream.observed), "choices": choices}


@kept(seconds=3600, most=2000)
def _choices(stream_id: int, shown: Years, query: str, today: date, _language: str | None) -> list[Choice]:
    first = timeseries.first_time(stream_id)
    return years.choices(shown, first.date() if first else today, query, today, with_all=True)


@kept(seconds=600, most=500)
def _drawn(stream_id: int, observed: Property, shown: Years, newest: datetime, _language: str | None) -> SafeString:
    return render_to_string("portal/hours.html", {"picture": read(stream_id, observed, shown, newest)})


def read(stream_id: int, observed: Property, shown: Years, newest: datetime) -> Picture | None:
    """The picture of one stream of hourly values; None: no value in these years."""
    first = timeseries.first_time(stream_id)
    since = max(shown.since, first - timedelta(hours=1)) if first else shown.since
    until = min(shown.until, newest)
    if since >= until:
        return None
    rows = observations.read(stream_id, micros(since) + 1, micros(until) + 1)
    found = patterns.hour_by_month(rows.time, rows.value, micros(since), micros(until))
    return _picture(found, observed) if found.hours.any() else None


def _picture(found: Pattern, observed: Property) -> Picture:
    low, high = float(np.nanmin(found.mean)), float(np.nanmax(found.mean))
    step = (high - low) / SHADES or 1.0
    shade = np.where(np.isnan(found.mean), 0, 1 + np.clip((found.mean - low) // step, 0, SHADES - 1)).astype(int)
    decimals = min(observed.decimals, 0 if high >= 100 else 1 if high >= 10 else 3)
    share, months = found.share, np.flatnonzero(found.expected.sum(axis=0)).tolist()

    def cell(hour: int, month: int) -> Cell:
        little = found.hours[hour, month] > 0 and share[hour, month] < ENOUGH
        value = float(found.mean[hour, month])
        said = figures.number(value, decimals) if value == value else ""
        return Cell(said, int(shade[hour, month]), int(100 * share[hour, month]) if little else None)

    return Picture(
        name=words.name(observed),
        unit=figures.unit(observed.unit),
        title=_title(found, observed),
        months=[(month + 1, years.month_name(month + 1)) for month in months],
        rows=[(f"{hour}–{hour + 1}", [cell(hour, month) for month in months]) for hour in range(24)],
        scale=[(n + 1, figures.number(low + n * step, observed.decimals)) for n in range(SHADES)],
        measured=round(100 * float(found.hours.sum() / max(1, found.expected.sum()))),
        hollow=bool(((found.hours > 0) & (share < ENOUGH)).any()),
    )


def _title(found: Pattern, observed: Property) -> str:
    """What is seen, of the cells that stand on enough."""
    sure = np.where(found.share >= ENOUGH, found.mean, np.nan)
    if np.isnan(sure).all():
        return gettext("%(what)s: too few values to say when it is high") % {"what": words.short(observed)}
    places = [np.unravel_index(int(find(sure)), sure.shape) for find in (np.nanargmax, np.nanargmin)]
    said = [
        gettext("%(from)d:00–%(to)d:00 in %(month)s")
        % {"from": hour, "to": hour + 1, "month": years.month_name(int(month) + 1)}
        for hour, month in places
    ]
    return gettext("%(what)s is highest at %(high)s, lowest at %(low)s") % {
        "what": words.short(observed),
        "high": said[0],
        "low": said[1],
    }
