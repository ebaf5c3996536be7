"""Warnings for machines: CAP 1.2 of each, and an Atom feed. Open to the scripts of every site."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from nonnuoc.exchange.cap import atom, building
from nonnuoc.look.access import PAGE_S, public
from nonnuoc.records.warnings import selectors as warnings
from nonnuoc.records.warnings.models import PublicWarning

Status = PublicWarning.Status


@public(max_age=PAGE_S)
def feed(request: HttpRequest) -> HttpResponse:
    """The real ones; with `?status=Exercise` or `Test` those alone, so that none is passed on by mistake."""
    status = request.GET.get("status", Status.ACTUAL)
    if status not in Status.values:
        raise Http404(gettext("There are three feeds of warnings: of Actual, of Exercise and of Test ones."))
    body = atom.feed(
        list(warnings.told(timezone.now(), status=status)),
        status=status,
        language=get_language() or "vi",
        self_address=request.build_absolute_uri(),
        page=lambda one: _address(request, "warning", one),
        cap=lambda one: _address(request, "warning-cap", one),
    )
    return _open(HttpResponse(body, content_type=atom.CONTENT_TYPE))


@public(max_age=PAGE_S)
def cap(request: HttpRequest, identifier: str) -> HttpResponse:
    """The message as it was published; it never changes."""
    found = warnings.by_identifier(identifier)
    if found is None:
        raise Http404(gettext("There is no such warning. All that are in force stand on the page of warnings."))
    site = request.build_absolute_uri("/").rstrip("/")
    body = building.build(found, site=site, page=reverse("warning", args=[identifier]))
    return _open(HttpResponse(body, content_type=f"{building.MEDIA_TYPE}; charset=utf-8"))


def _address(request: HttpRequest, route: str, one: PublicWarning) -> str:
    return request.build_absolute_uri(reverse(route, args=[one.identifier]))


def _open(answer: HttpResponse) -> HttpResponse:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
