"""The map of everything that is public: the page, its data, its sheets."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.look import province
from nonnuoc.look.access import public
from nonnuoc.look.mapping import answers, asked, page, printing
from nonnuoc.look.mapping.faces import PORTAL
from nonnuoc.portal import basemap
from nonnuoc.records.accounts.access import ANYBODY

AGE_S = 60


@public(max_age=AGE_S)
def show(request: HttpRequest) -> HttpResponse:
    """The map, its legend and its table."""
    outside = basemap.chosen()
    context = page.context(request, PORTAL, ANYBODY) | {"basemap": outside, "base": "base.html"}
    return basemap.allowed(render(request, "mapping/page.html", context), outside)


@public(max_age=AGE_S)
def layer(request: HttpRequest, key: str) -> HttpResponse:
    """One layer as GeoJSON."""
    return answers.layer(request, ANYBODY, key)


@public(max_age=AGE_S)
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Lines and areas as a vector tile."""
    return answers.tile(request, ANYBODY, z, x, y)


@public(max_age=AGE_S)
def card(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """What a click shows."""
    return answers.card(request, PORTAL, ANYBODY, key, code)


@public(max_age=AGE_S)
def sheet(request: HttpRequest) -> HttpResponse:
    """The map on a sheet of paper."""
    where = province.name()
    printed = printing.printed(
        asked.asked(request.GET),
        request.GET,
        ANYBODY,
        office=_("Environmental information system of %(province)s") % {"province": where},
        title=_("Environmental map of %(province)s") % {"province": where},
        at=timezone.now(),
    )
    return render(request, "mapping/sheet.html", printing.context(printed))
