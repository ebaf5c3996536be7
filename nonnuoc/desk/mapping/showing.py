"""The map as the staff see it: with what is internal, as far as each may read it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import set_response_etag
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.look import province
from nonnuoc.look.mapping import answers, asked, page, printing
from nonnuoc.look.mapping.faces import DESK
from nonnuoc.records.accounts.access import Rights

#: Of one's own browser alone, and asked for again every time: whether it still holds is told by its ETag.
PRIVATE = "private, no-cache"


def asked_again(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Data of the map: the browser may keep what it was given, and asks each time whether that still holds."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response.headers["Cache-Control"] = PRIVATE
            del response.headers["Expires"]
            set_response_etag(response)
        return response

    return wraps(view)(gzip_page(conditional_page(told)))


@allowed("desk.enter", "GET", "HEAD")
def show(request: Entered) -> HttpResponse:
    """The map, its legend and its table."""
    context = page.context(request, DESK, request.rights) | {"base": "desk/page.html"}
    return render(request, "mapping/page.html", context)


@asked_again
@allowed("desk.enter", "GET", "HEAD")
def layer(request: Entered, key: str) -> HttpResponse:
    """One layer as GeoJSON."""
    return answers.layer(request, request.rights, key)


@asked_again
@allowed("desk.enter", "GET", "HEAD")
def tile(request: Entered, z: int, x: int, y: int) -> HttpResponse:
    """Lines and areas as a vector tile."""
    return answers.tile(request, request.rights, z, x, y)


@allowed("desk.enter", "GET", "HEAD")
def card(request: Entered, key: str, code: str) -> HttpResponse:
    """What a click shows."""
    return answers.card(request, DESK, request.rights, key, code)


@allowed("desk.enter", "GET", "HEAD")
def sheet(request: Entered) -> HttpResponse:
    """The map on a sheet of paper."""
    printed = printing.printed(
        asked.asked(request.GET),
        request.GET,
        request.rights,
        office=_office(request.rights),
        title=_("Environmental map of %(province)s") % {"province": province.name()},
        at=timezone.now(),
    )
    return render(request, "mapping/sheet.html", printing.context(printed))


def _office(rights: Rights) -> str:
    """Whose sheet it is: the office that somebody works in."""
    return next((grant.appointment.office.name for grant in rights.grants), "")
