"""The page of a station: how it is now, how sure that is, how it was, what is missing, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from nonnuoc.look import figures, law, plot, words
from nonnuoc.look.access import public
from nonnuoc.portal import behind, charts, days, hours, missing, parameters, rows, ruler, telling
from nonnuoc.portal.behind import Receipts
from nonnuoc.portal.charts import Wanted
from nonnuoc.portal.kept import kept
from nonnuoc.portal.warned import here
from nonnuoc.records.monitoring import companions
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.companions import Companion
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import Network, StationNow
from nonnuoc.records.monitoring.timeseries import Series

NEAREST = 3  # stations offered to compare with
DRAWN = 128  # pages kept for the next reader
#: What an address may ask of the page.
QUERY = ("property", "mean", "period", "since", "until", "day", "table", "year", "hour")


@dataclass(frozen=True, slots=True)
class Asked:
    """The station and what is asked of its page. The same of both means the same chart and the same hour."""

    at: datetime  # to the minute: nothing on the page is told more exactly
    stations: bytes
    network: Network = field(compare=False)
    query: tuple[tuple[str, str], ...]
    language: str | None

    @property
    def wishes(self) -> dict[str, str]:
        return dict(self.query)


@dataclass(frozen=True, slots=True)
class Found:
    """The station there is, and which numbers its chart needs; None where there is nothing to chart."""

    station: StationNow
    wanted: Wanted | None


@dataclass(frozen=True, slots=True)
class State:
    """All that the page depends on. The same state gives the same page, and is drawn once."""

    asked: Asked
    found: Found = field(compare=False)
    series: Series | None = field(compare=False)
    numbers: bytes  # the state of the series
    receipts: Receipts | None


@dataclass(frozen=True, slots=True)
class Page:
    """What is drawn of it."""

    main: SafeString
    code: str
    name: str
    sentence: str
    then: str
    simulated: bool
    decision: tuple[str, str] | None


@public(max_age=30)
def station(request: HttpRequest, code: str) -> HttpResponse:
    at = timezone.now().replace(second=0, microsecond=0)
    network = monitoring.Network(at, [code] if "\0" not in code else [])
    query = tuple((name, request.GET[name]) for name in QUERY if name in request.GET)
    asked = Asked(at, network.state(), network, query, get_language())
    found = _found(asked)
    if found is None:
        raise Http404
    page = _page(_state(asked, found))
    trail = [(gettext("Stations"), reverse("network")), (page.name, "")]
    context = {
        "page": page,
        "trail": trail,
        "warned": here.of_station(code, found.station.commune, at),
        "simulated": page.simulated,
    }
    return render(request, "portal/station.html", context)


@lru_cache(maxsize=DRAWN)
def _found(asked: Asked) -> Found | None:
    """None: no such station."""
    station = next(iter(asked.network.stations()), None)
    return Found(station, charts.wanted(station, asked.wishes, asked.at)) if station else None


def _state(asked: Asked, found: Found) -> State:
    """What the page needs besides, as it is now: late values, corrections and files show at once."""
    series = charts.read(found.wanted) if found.wanted else None
    receipts = behind.receipts(found.station, asked.wishes.get("hour", ""), asked.at)
    return State(asked, found, series, series.state() if series else b"", receipts)


@lru_cache(maxsize=DRAWN)
def _page(state: State) -> Page:
    at, station = state.asked.at, state.found.station
    row, why = rows.row(station, at), reverse("why", args=[station.code])
    day = timezone.localdate(station.index.hour if station.index and station.index.hour else at)
    decision = law.decision(station.index.scheme, day) if station.index else None
    said = {"sentence": sentence(row, at), "then": then(row)}
    context = {
        **said,
        "decision": decision,
        "at": at,
        "station": station,
        "row": row,
        "kind": words.kind(station.kind),
        "ruler": ruler.of(row.now.scheme, [(row.now.value, str(row.now.value))], day) if row.now else None,
        "parameters": [parameters.html(one, why) for one in parameters.parameters(station, at)],
        "why": why,
        "missing": missing.missing(station, at),
        "receipts": state.receipts,
        **_over_time(state),
    }
    main = render_to_string("portal/station_main.html", context)
    return Page(main, station.code, station.name, **said, simulated=station.simulated, decision=decision)


def _over_time(state: State) -> dict[str, object]:
    """The chart that was asked for, and the pictures of a year beside it."""
    station, wanted, query = state.found.station, state.found.wanted, state.asked.wishes
    if wanted is None or state.series is None:
        return {"chart": None}
    chart = charts.chart(station, wanted, state.series, with_table=bool(query.get("table")))
    there, today, year = charts.streams(station), timezone.localdate(state.asked.at), query.get("year", "")
    code = chart.stream.observed.code
    return {
        "chart": chart,
        "plot": plot.plot([chart.series], telling.bounds(chart.limits)),
        "calendar": days.calendar(station, there, year, chart.here, today),
        "hours": hours.hours(there, code, year, chart.here, today),
        "companions": _companions(station.id, station.code, code),
    }


@kept(seconds=600, most=2000)
def _companions(_id: int, code: str, property_code: str) -> list[Companion]:
    return companions.of(code, property_code)[:NEAREST]


def sentence(row: rows.Row, at: datetime) -> str:
    """The answer first."""
    found = row.station
    if row.now:
        return gettext("%(subject)s at %(when)s: %(word)s (%(value)s).") % {
            "subject": words.medium(found),
            "when": figures.when(row.now.hour, at),
            "word": row.now.category.word,
            "value": row.now.value,
        }
    if found.condition == "measuring":
        said = [words.reading(one) for one in found.latest if one.value is not None and not one.silent_since]
        if said and found.heard:
            return gettext("%(subject)s at %(when)s: %(values)s.") % {
                "subject": words.medium(found),
                "when": figures.when(found.heard, at),
                "values": ", ".join(said[:2]),
            }
    if found.state != Thing.State.ACTIVE:
        return f"{found.name}: {row.state[:1].lower()}{row.state[1:]}."
    return gettext("%(subject)s: not known now.") % {"subject": words.medium(found)}


def then(row: rows.Row) -> str:
    """What follows from it, in the Decision's words; or what was last known."""
    index, state = row.station.index, row.station.state
    if row.now:
        return row.now.category.advice or row.now.category.use
    parts = [row.state.rstrip(".") + "."] if state == Thing.State.ACTIVE and row.state else []
    if index and not index.current and index.value is not None and index.hour:
        known = law.category(index.scheme, index.value, timezone.localdate(index.hour))
        last = {"value": index.value, "word": known.word, "when": figures.stamp(index.hour)}
        parts.append(gettext("The last index was %(value)s (%(word)s) at %(when)s; it says nothing about now.") % last)
    if state == Thing.State.PLANNED:
        parts.append(gettext("It stands in the plan of the province and is shown here so that it is not forgotten."))
    return " ".join(parts)
