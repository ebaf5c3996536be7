"""Every station of the network, also the silent, planned and retired ones: what it does now, and how much of what was
to come has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from nonnuoc.domain.quality import Flag
from nonnuoc.look import figures, words
from nonnuoc.look.access import public
from nonnuoc.portal import network_filter
from nonnuoc.portal.rows import ORDER
from nonnuoc.records.monitoring import availability
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.availability import Counted, Share, Span
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import Latest, Property, StationNow


@dataclass(frozen=True, slots=True)
class Cell:
    """One parameter at one station. `css` names its shape: fresh, doubted, silent or never."""

    code: str  # of the parameter
    css: str
    word: str  # how old its newest value is, or what is the matter
    percent: str  # usable, of the span that was chosen


@dataclass(frozen=True, slots=True)
class Percents:
    """Of what was to come."""

    usable: str
    arrived: str


@dataclass(frozen=True, slots=True)
class Line:
    """One station of the board."""

    station: StationNow
    css: str  # its state, one of network_filter.STATES
    state: str
    age: str  # of its newest value
    shares: list[tuple[str, Percents]]  # (span in words, percents); empty: nothing is expected of it
    cells: list[Cell | None]  # in the order of the board's parameters; None: not measured here


@dataclass(frozen=True, slots=True)
class Board:
    """The stations of one kind, and the parameters any of them measures."""

    heading: str
    parameters: list[Property]
    lines: list[Line]


@public(max_age=60)
def network(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    stations = monitoring.stations_now(at)
    asked = network_filter.read(request.GET, stations)
    shown = [replace(one, latest=tuple(one.latest)) for one in asked.shown]  # looked at again and again below
    ids = streams(shown)
    counted = availability.of(ids)
    context = {
        "at": at,
        "sentence": sentence(stations),
        "others": others(stations),
        "total": percents(counted.together(ids, Span.DAY)),
        "counted": counted.at,
        "asked": asked,
        "spans": network_filter.spans(asked),
        "span": network_filter.span_words(asked.span),
        "span_heads": [network_filter.span_words(span) for span in Span],
        "boards": boards(shown, asked.span, counted, at),
        "count": len(stations),
        "data": asked.query(),
        "previous": asked.query(page=asked.page - 1) if asked.page > 1 else "",
        "next": asked.query(page=asked.page + 1) if asked.page < asked.pages else "",
        "simulated": any(one.simulated for one in shown),
    }
    return render(request, "portal/network.html", context)


def streams(stations: Iterable[StationNow]) -> list[int]:
    """Their datastreams that send at an interval."""
    return [one.datastream_id for station in stations for one in station.latest if one.interval_s]


def sentence(stations: Sequence[StationNow]) -> str:
    """The answer first: how many speak."""
    if not stations:
        return gettext("No station is registered yet.")
    n = sum(network_filter.state(one) == "speaking" for one in stations)
    said = ngettext("%(n)d of %(all)d stations is sending data.", "%(n)d of %(all)d stations are sending data.", n)
    return said % {"n": n, "all": len(stations)}


def others(stations: Sequence[StationNow]) -> str:
    """What the stations are that do not speak: "1 silent, 4 planned"."""
    number = Counter(network_filter.state(one) for one in stations)
    states = {state: said for state, said in network_filter.state_words().items() if state != "speaking"}
    return ", ".join(f"{number[state]} {said}" for state, said in states.items() if number[state])


def boards(shown: Sequence[StationNow], span: str, counted: Counted, at: datetime) -> list[Board]:
    """The stations of this page, grouped by what they watch."""
    found = []
    for kind in ORDER:
        mine = [one for one in shown if one.kind == kind]
        if mine:
            parameters = merged([latest.observed for latest in one.latest] for one in mine)
            lines = [line(one, parameters, counted, span, at) for one in mine]
            found.append(Board(words.kind_group(kind), parameters, lines))
    return found


def merged(lists: Iterable[Iterable[Property]]) -> list[Property]:
    """Every property of any station once, in the order each station has them in."""
    result: list[Property] = []
    for some in lists:
        place = 0
        for one in some:
            if one in result:
                place = result.index(one) + 1
            else:
                result.insert(place, one)
                place += 1
    return result


def line(station: StationNow, parameters: Sequence[Property], counted: Counted, span: str, at: datetime) -> Line:
    """A station in words and figures."""
    measured = {latest.observed: latest for latest in station.latest}
    ids = streams([station])
    state = network_filter.state(station)
    shares = [(network_filter.span_words(one), percents(counted.together(ids, one))) for one in Span]
    return Line(
        station=station,
        css=state,
        state=_state(station, state, at),
        age=figures.age(at - station.heard) if station.heard else "",
        shares=shares if ids and station.state == Thing.State.ACTIVE else [],
        cells=[cell(measured[one], counted, span, at) if one in measured else None for one in parameters],
    )


def cell(latest: Latest, counted: Counted, span: str, at: datetime) -> Cell:
    """One parameter: how old its newest value is or what is the matter with it, and how much came usable."""
    code = latest.observed.code
    percent = percents(counted.of(latest.datastream_id, span)).usable if latest.interval_s else ""
    if latest.time is None:
        return Cell(code, "never", gettext("never"), percent)
    if latest.silent_since:
        return Cell(code, "silent", gettext("silent %(for)s") % {"for": brief(at - latest.time)}, percent)
    said = doubt(latest)
    return Cell(code, "doubted" if said else "fresh", said or brief(at - latest.time), percent)


def doubt(latest: Latest) -> str:
    """Why the newest value is not simply good: what its instrument says of itself, or its flag; mostly empty."""
    flags: dict[int, str] = {
        Flag.SUSPECT: gettext("suspect"),
        Flag.FAIL: gettext("refused"),
        Flag.MISSING: gettext("missing"),
    }
    return (words.status(latest.status) if latest.interval_s else "") or flags.get(latest.flag, "")


def percents(share: Share) -> Percents:
    """Without the sign, which stands in the head of the column; a dash where nothing was expected."""
    return Percents(_percent(share.usable_percent), _percent(share.arrived_percent))


def brief(span: timedelta) -> str:
    """How long, in one unit, rounded down, as short as it can be said."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)d h", "%(n)d h", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}


def _percent(value: float | None) -> str:
    return figures.number(value, 0 if value in (0, 100) else 1)


def _state(station: StationNow, state: str, at: datetime) -> str:
    if state == "silent":
        return words.silence(station, at)
    if state == "speaking":
        return network_filter.state_words()[state]
    return words.condition(station, at) or network_filter.state_words()[state]
