"""The pages under /api/: the address of a download in a minute, what there is besides, and every address described."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from nonnuoc.api.guide import described, examples, fetching, interfaces
from nonnuoc.api.guide.openapi import document
from nonnuoc.look import catalogue, figures
from nonnuoc.look.access import public
from nonnuoc.look.budgets import KNOWN_FACTOR
from nonnuoc.records.monitoring import offered
from nonnuoc.records.monitoring.offered import Offer, Station


@public(max_age=60)
def start(request: HttpRequest) -> HttpResponse:
    """A form whose answer is an address: the button that fetches it, the address itself, and lines of code with it."""
    stations = offered.to_everybody()
    chosen = fetching.wish(stations, request.GET)
    context = {
        "stations": stations,
        "properties": _properties(stations),
        "wish": chosen,
        "asked": chosen and _asked(request, chosen),
        "interfaces": interfaces.every(chosen),
        "limits": settings.API_LIMITS,
        "factor": KNOWN_FACTOR,
        "licence": catalogue.LICENCE,
        "site": _site(request),
        "simulated": chosen is not None and chosen.station.simulated,
    }
    return render(request, "api/start.html", context)


@public(max_age=3600)
def docs(request: HttpRequest) -> HttpResponse:
    """Every address: what it takes, what it gives."""
    site = _site(request)
    groups = described.groups(document(site), examples.known(offered.to_everybody()))
    return render(request, "api/docs.html", {"groups": groups, "site": site})


def _asked(request: HttpRequest, wish: fetching.Wish) -> dict[str, Any]:
    """What was chosen, in words and as an address."""
    now = timezone.now()
    span = fetching.span(wish.period, now)
    kept = {"station": wish.station.code, "property": wish.offer.code}
    kept |= {"resolution": wish.resolution, "format": wish.format}

    @cache
    def has_values(period: str) -> bool:
        return offered.has_values(wish.offer.datastream_id, *fetching.span(period, now))

    path = reverse("api-download", args=[wish.offer.datastream_id, wish.format])
    address = f"{_site(request)}{path}?{wish.query()}"
    return {
        "address": address,
        "recipes": fetching.recipes(address, wish, _site(request)),
        "first": span.since,
        "last": min(now, span.until - timedelta(seconds=1)),
        "name": _name(wish.offer),
        "unit": figures.unit(wish.offer.unit),
        "newest": wish.offer.newest,
        "empty": not has_values(wish.period),
        "elsewhere": [
            (f"?{urlencode({**kept, 'period': name})}", gettext(words))
            for name, words in fetching.PERIODS.items()
            if name != wish.period and not has_values(wish.period) and has_values(name)
        ],
        "measured": [(one.code, _name(one)) for one in wish.station.offers],
        "periods": _choices(fetching.PERIODS, wish.period),
        "resolutions": _choices(fetching.RESOLUTIONS, wish.resolution),
        "formats": _choices(fetching.FORMATS, wish.format),
    }


def _choices(among: Any, chosen: str) -> list[tuple[str, str, bool]]:
    return [(name, gettext(words), name == chosen) for name, words in among.items()]


def _properties(stations: list[Station]) -> list[tuple[str, str]]:
    """Everything any of them measures: code and name, in the order of the names."""
    found = {one.code: _name(one) for station in stations for one in station.offers}
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def _name(offer: Offer) -> str:
    return offer.name_en if get_language() == "en" else offer.name_vi


def _site(request: HttpRequest) -> str:
    """Scheme and host."""
    return request.build_absolute_uri("/").rstrip("/")
