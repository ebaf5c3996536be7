"""Up to four stations on one chart: the same property, the same averaging, the same span; and why they may differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from nonnuoc.look import figures, plot, words
from nonnuoc.look.access import public
from nonnuoc.look.plot import Dot, Plot
from nonnuoc.portal import asked as asking
from nonnuoc.portal import charts, telling
from nonnuoc.portal.asked import Asked
from nonnuoc.portal.charts import Choice, Stream
from nonnuoc.records.monitoring import companions, timeseries
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.selectors import StationNow
from nonnuoc.records.monitoring.timeseries import Series

MOST = 4
POINTS = 366
OFFERED = 8  # stations to add
APART = 16.0  # px between the names at the ends of lines


@dataclass(frozen=True, slots=True)
class Shown:
    """One station of the comparison. `rank` 1 .. 4 is its line: weight and dashes, never a colour."""

    rank: int
    station: StationNow
    stream: Stream
    series: Series
    km: float | None  # from the first one
    without: str  # the address without it

    @property
    def percent(self) -> int | None:
        """How much of what was to be expected is usable."""
        if not self.stream.interval_s:
            return None
        expected = (self.series.until - self.series.since).total_seconds() / self.stream.interval_s
        return min(100, int(100 * self.series.summary.count / max(1.0, expected)))

    @property
    def flagged(self) -> int:
        return len(self.series.flagged_time)

    @property
    def standing(self) -> str:
        return charts.standing(self.series.validated[~np.isnan(self.series.value)])


@public(max_age=60)
def compare(request: HttpRequest) -> HttpResponse:
    """Stations that are not there, or have no such stream, are named and left out."""
    at = timezone.now()
    wanted = _codes(request.GET.getlist("stations"))
    there = {one.code: one for one in monitoring.stations_now(at, codes=wanted)} if wanted else {}
    found = [there[code] for code in wanted if code in there]
    absent = [code for code in wanted if code not in there]
    trail = [(gettext("Stations"), reverse("network")), (gettext("Compare stations"), "")]
    context = {"at": at, "trail": trail, "absent": absent, "simulated": any(one.simulated for one in found)}
    if found:
        context |= _compared(found, request.GET.dict(), at)
    return render(request, "portal/compare.html", context)


def _codes(said: Sequence[str]) -> list[str]:
    codes = (code.strip() for part in said for code in part[:400].split(","))
    return list(dict.fromkeys(code for code in codes if code and len(code) <= 32 and "\0" not in code))[:MOST]


def _compared(stations: Sequence[StationNow], query: Mapping[str, str], at: datetime) -> dict[str, object]:
    streams = [charts.streams(one) for one in stations]
    asked = asking.of(query, max(charts.newest(one, at) for one in stations))
    first = next(((one, own) for one, own in zip(stations, streams, strict=True) if own), None)
    if first is None:
        return {"stations": stations, "without": [one.name for one in stations]}
    lead = charts.chosen(first[1], first[0], asked)
    code, procedure = lead.observed.code, lead.procedure
    codes = [one.code for one in stations]
    near = companions.of(codes[0], code)
    km = {one.code: one.km for one in near}
    matching = [
        (one, own[code][procedure])
        for one, own in zip(stations, streams, strict=True)
        if procedure in own.get(code, {})
    ]
    shown = [
        Shown(
            rank,
            one,
            stream,
            timeseries.over(stream.id, asked.since, asked.until, POINTS),
            km.get(one.code),
            _address([other for other in codes if other != one.code], code, procedure, asked),
        )
        for rank, (one, stream) in enumerate(matching, start=1)
    ]
    limits = (
        charts.limits(stations[0].kind, lead, asked.since, asked.until)
        if len({one.kind for one in stations}) == 1
        else []
    )
    drawn = plot.plot([one.series for one in shown], telling.bounds(limits))
    common = set.intersection(*(set(own) for own in streams if own))
    more = {"stations": ",".join(codes)}
    return {
        "stations": stations,
        "asked": asked,
        "last_day": asked.until - timedelta(microseconds=1),
        "stream": lead,
        "name": words.name(lead.observed),
        "unit": figures.unit(lead.observed.unit),
        "procedure": words.procedure(procedure),
        "shown": shown,
        "without": [one.name for one in stations if one not in [mine.station for mine in shown]],
        "plot": drawn,
        "names": _names(shown, drawn) if drawn else [],
        "title": title(shown, lead),
        "reasons": reasons(shown),
        "properties": [
            Choice(charts.symbol(first[1][other]), _address(codes, other, "", asked), other == code)
            for other in first[1]
            if other in common
        ],
        "periods": charts.period_choices(asked, code, query.get("mean", "") and procedure, **more),
        "procedures": [
            Choice(words.procedure(other), _address(codes, code, other, asked), other == procedure)
            for other in sorted(first[1][code], key=charts.ORDER.index)
        ],
        "offered": [
            (one, _address([*codes, one.code], code, procedure, asked)) for one in near if one.code not in codes
        ][:OFFERED]
        if len(codes) < MOST
        else [],
        "data_json": json.dumps([_data(one, asked) for one in shown]),
        "codes": ",".join(codes),
    }


def _address(codes: Sequence[str], property_code: str, mean: str, asked: Asked) -> str:
    return f"?stations={quote(','.join(codes), safe=',')}&" + asked.query(property_code, mean)[1:]


def _data(one: Shown, asked: Asked) -> dict[str, object]:
    span = {"since": asked.since.isoformat(), "until": asked.until.isoformat()}
    query = urlencode({"stream": one.stream.id, **span})
    return {"name": one.station.place, "url": reverse("data-series", args=[one.station.code]) + "?" + query}


def _names(shown: Sequence[Shown], drawn: Plot) -> list[tuple[Shown, Dot]]:
    """Names at the ends of their lines, moved apart where two would cover each other."""
    ends = sorted(
        ((one, dot.end) for one, dot in zip(shown, drawn.streams, strict=True) if dot.end), key=lambda pair: pair[1].y
    )
    placed: list[tuple[Shown, Dot]] = []
    floor = 0.0
    for one, end in ends:
        y = max(end.y, floor)
        placed.append((one, Dot(end.x, y, False)))
        floor = y + APART
    return placed


def title(shown: Sequence[Shown], lead: Stream) -> str:
    """What is seen: who is highest on average, and by how much."""
    what = words.short(lead.observed)
    known = sorted((one for one in shown if one.series.summary.count), key=lambda one: -one.series.summary.mean)
    if not known:
        return gettext("%(what)s: no usable value in this period") % {"what": what}
    unit = figures.unit(lead.observed.unit)

    def said(one: Shown) -> str:
        return f"{figures.number(one.series.summary.mean, lead.observed.decimals)} {unit}".rstrip()

    if len(known) == 1:
        return gettext("%(what)s at %(place)s: %(mean)s on average") % {
            "what": what,
            "place": known[0].station.place,
            "mean": said(known[0]),
        }
    return gettext("%(what)s on average: highest at %(high)s (%(most)s), lowest at %(low)s (%(least)s)") % {
        "what": what,
        "high": known[0].station.place,
        "most": said(known[0]),
        "low": known[-1].station.place,
        "least": said(known[-1]),
    }


def reasons(shown: Sequence[Shown]) -> list[str]:
    """Why these stations may differ beside the air and the water themselves, as far as the numbers tell."""
    found = []
    for one in shown[1:]:
        if one.km is not None and one.km >= 0.1:
            found.append(
                gettext("%(one)s and %(other)s stand %(km)s km apart.")
                % {"one": shown[0].station.place, "other": one.station.place, "km": figures.number(one.km, 1)}
            )
    shares = [one.percent for one in shown if one.percent is not None]
    if shares and max(shares) - min(shares) >= 5:
        each = ", ".join(f"{one.station.place} {one.percent} %" for one in shown if one.percent is not None)
        found.append(gettext("Not equally much was measured: %(each)s of the span.") % {"each": each})
    cadences = {one.stream.interval_s for one in shown}
    if len(cadences) > 1:
        found.append(gettext("They do not measure equally often."))
    for one in shown:
        if one.flagged:
            found.append(
                ngettext(
                    "%(place)s: %(n)d value is suspect or refused.",
                    "%(place)s: %(n)d values are suspect or refused.",
                    one.flagged,
                )
                % {"place": one.station.place, "n": one.flagged}
            )
    if len({one.standing for one in shown}) > 1:
        found.append(gettext("A person has checked some of these values and not yet the others."))
    kinds = dict.fromkeys(words.kind(one.station.kind) for one in shown)
    if len(kinds) > 1:
        found.append(gettext("They watch different things: %(kinds)s.") % {"kinds": ", ".join(kinds)})
    return found
