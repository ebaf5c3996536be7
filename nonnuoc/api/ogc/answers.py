"""In which format, with which links: what every answer here has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from nonnuoc.api.ogc.asked import Asked, fault

JSON, HTML, GEOJSON = "application/json", "text/html", "application/geo+json"
SCHEMA, COVJSON, CSV = "application/schema+json", "application/prs.coverage+json", "text/csv"

Link = dict[str, str]


def wanted(request: HttpRequest, asked: Asked, offered: Mapping[str, str]) -> str:
    """Which of the formats (its word in `f` → its media type) is wanted: `f` before Accept, the first for `*/*`."""
    told = asked.get("f")
    if told:
        found = next((word for word in offered if word.lower() == told.lower()), "")
        if not found:
            raise fault("f", f"f is one of {', '.join(offered)}, not {told[:40]!r}.")
        return found
    by_type = {media: word for word, media in reversed(list(offered.items()))}
    if "json" in offered:
        by_type |= {JSON: "json"}
    preferred = request.get_preferred_type([offered[next(iter(offered))], *by_type])
    return str(by_type.get(preferred or "", next(iter(offered))))


class Addresses:
    """Absolute addresses below the root, and links between the formats of the page at hand."""

    def __init__(self, request: HttpRequest, asked: Asked) -> None:
        self.request, self.asked = request, asked
        self.root = request.build_absolute_uri(reverse("ogc")).rstrip("/")

    def to(self, path: str = "", **query: str) -> str:
        """The address of something here."""
        base = f"{self.root}/{path}" if path else f"{self.root}/"
        return f"{base}?{urlencode(query)}" if query else base

    def route(self, name: str, *arguments: str) -> str:
        """The address of a page elsewhere in the product."""
        return self.request.build_absolute_uri(reverse(name, args=arguments))

    def here(self, **changed: str) -> str:
        """This very address, with some parameters changed; "" takes one away."""
        rest = {name: value for name, value in (self.asked.parameters | changed).items() if value != ""}
        plain = self.request.build_absolute_uri(self.request.path)
        return f"{plain}?{urlencode(rest)}" if rest else plain

    def formats(self, chosen: str, offered: Mapping[str, str]) -> list[Link]:
        """self, and alternate for every other format."""
        links = [link("self", self.here(f=chosen), offered[chosen], gettext("This document"))]
        for word, media in offered.items():
            if word != chosen:
                title = gettext("The same as %(format)s") % {"format": word}
                links.append(link("alternate", self.here(f=word), media, title))
        return links


def link(rel: str, href: str, media: str, title: str = "", **more: str) -> Link:
    """As every OGC API writes one."""
    return {"rel": rel, "href": href, "type": media, **({"title": title} if title else {}), **more}


def json(body: Any, media: str = JSON, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The body, numpy arrays included, where NaN is null."""
    content = orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)
    return negotiated(HttpResponse(content, content_type=media, headers=dict(headers or {})))


def page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """As a page for people."""
    return negotiated(render(request, f"api/ogc/{template}.html", dict(context)))


def negotiated(answer: HttpResponse) -> HttpResponse:
    """What depends on the format that was asked for."""
    patch_vary_headers(answer, ["Accept"])
    return answer


def titles(words: str) -> dict[str, str]:
    """A text in every language, by its code; for programs that choose by themselves."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = gettext(words)
    return found
