"""What search engines are told: every page for everybody, and what is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from nonnuoc.look.access import public
from nonnuoc.records.accounts.access import ANYBODY
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.places import selectors as places
from nonnuoc.records.registers.every import REGISTERS
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.warnings import selectors as warnings

PAGES = ("home", "warnings", "communes", "network", "registers", "method", "catalogue", "unknown", "api", "api-docs")
WARNED = timedelta(days=30)  # how long a warning is listed
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
#: The longest path decides (RFC 9309): the pages about the interfaces are found, what they give is for programs.
THEIRS = ("/api/$", "/api/docs", "/api/dcat")
NONE_OF_THEIRS = ("/desk/", "/api/", "/language/", "/offline")


@public(max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page in its Vietnamese address; the pages themselves name those of their other languages."""
    entries = "".join(f"<url><loc>{escape(request.build_absolute_uri(path))}</loc></url>\n" for path in _paths())
    return HttpResponse(f"{HEAD}{entries}</urlset>\n", content_type="application/xml; charset=utf-8")


def _paths() -> Iterator[str]:
    yield from (reverse(name) for name in PAGES)
    yield from (reverse("warning", args=[one.identifier]) for one in warnings.published(timezone.now() - WARNED))
    yield from (reverse("commune", args=[code]) for code in places.communes().values_list("code", flat=True))
    for register in REGISTERS:
        codes = list(reading.readable(register, ANYBODY).order_by("code").values_list("code", flat=True))
        yield from ([reverse("register", args=[register.key])] if codes else [])
        yield from (reverse("register-entry", args=[register.key, code]) for code in codes)
    yield from (reverse("station", args=[one.code]) for one in monitoring.stations_now(timezone.now()))


@public(max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """Everything for everybody may be read by everybody's machines."""
    lines = ["User-agent: *", *(f"Allow: {path}" for path in THEIRS)]
    lines += [f"Disallow: {path}" for path in NONE_OF_THEIRS]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
