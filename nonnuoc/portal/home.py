"""The front page: is it safe now, and what should I do? Then the map and the list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from nonnuoc.look import law
from nonnuoc.look.access import public
from nonnuoc.portal import answer, basemap, land, listing, notices, rows, ruler, sketch
from nonnuoc.portal.basemap import Basemap
from nonnuoc.portal.drawn import drawn
from nonnuoc.portal.land import Land
from nonnuoc.portal.notices import Notice
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import Network


@dataclass(frozen=True, slots=True)
class State:
    """All that the page depends on. The same state gives the same page, and is drawn once."""

    at: datetime  # to the minute: nothing on it is told more exactly
    stations: bytes
    network: Network = field(compare=False)
    here: Land
    asked: listing.Asked
    notices: tuple[Notice, ...]
    basemap: Basemap | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """What is drawn of it."""

    main: SafeString
    title: str
    description: str
    simulated: bool
    decision: tuple[str, str]


@public(max_age=30)
def home(request: HttpRequest) -> HttpResponse:
    at = timezone.now().replace(second=0, microsecond=0)
    network, here, asked = monitoring.Network(at), land.land(), listing.asked(request.GET.dict())
    told, outside = tuple(notices.notices(at)), basemap.chosen()
    page = _page(State(at, network.state(), network, here, asked, told, outside, get_language()))
    return basemap.allowed(render(request, "portal/home.html", {"page": page, "simulated": page.simulated}), outside)


@lru_cache(maxsize=16)
def _page(state: State) -> Page:
    stations = state.network.stations()
    known = rows.known(stations)
    today = timezone.localdate(state.at)
    air, water = answer.air(known), answer.water(known)
    schemes = ["VN_AQI"] + ["VN_WQI"] * any(station.kind == Thing.Kind.SURFACE_WATER for station in stations)
    drawing = sketch.sketch(known, state.here)
    decision = law.decision("VN_AQI", today)
    context = {
        "at": state.at,
        "notices": state.notices,
        "answer": air,
        "water": water,
        "ruler": ruler.province([now for _, now in answer.speaking(known, Thing.Kind.AMBIENT_AIR)], today),
        "decision": decision,
        "communes": state.here.names,
        "asked": state.asked,
        "groups": listing.groups(known, state.at, state.asked),
        "count": len(stations),
        "sketch": drawn("portal/sketch.html", sketch=drawing) if drawing else None,
        "legend": drawn("portal/legend.html", legend=tuple((one, law.categories(one, today)) for one in schemes)),
        "basemap": state.basemap,
    }
    main = render_to_string("portal/home_main.html", context)
    simulated = any(station.simulated for station in stations)
    return Page(main, air.sentence, answer.description(air, water), simulated, decision)
