"""What works when the line drops: the service worker, the page that lists what is kept, the manifest of the icons."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext

from nonnuoc.look import built, province
from nonnuoc.look.access import public

SOURCE = "src/sw.js"
#: What every page needs; the map and the chart are kept once they were used.
SHELL = ("src/style/style.css", "src/page.js", *built.FIRST_FONTS)
LANGUAGES = ("vi", "en")


@public(max_age=0)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, for the whole site. Asked for anew with every visit: a new one replaces all the old kept."""
    source = built.path(SOURCE)
    if source is None:
        raise Http404
    response = HttpResponse(_script(source), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache, public"
    return response


@cache
def _script(source: str) -> str:
    body = (built.FOLDER.parent / source).read_text(encoding="utf-8")
    files = [static(path) for path in map(built.path, SHELL) if path]
    words = {language: _words(language) for language in LANGUAGES}
    known = {"static": static("built/"), "files": files, "words": words}
    version = hashlib.sha256((json.dumps([known, built.manifest()]) + body).encode()).hexdigest()[:12]
    return f"const BUILT = {json.dumps({'version': version} | known, ensure_ascii=False)}\n{body}"


def _words(language: str) -> dict[str, str]:
    """What the worker says. {when} is the time at which the page was seen."""
    with translation.override(language):
        return {
            "offline": gettext("You are looking at the copy kept at {when}; there is no connection now."),
            "down": gettext("You are looking at the copy kept at {when}; the server does not answer now."),
            "again": gettext("Try again"),
            "seen": gettext("as it was at {when}"),
            "nothing": gettext("Nothing is kept yet: pages are kept once they have been opened with a connection."),
        }


@public(max_age=300)
def offline(request: HttpRequest) -> HttpResponse:
    """For pages that were never seen: that there is no connection, and what is kept. The worker fills the list."""
    return render(request, "portal/offline.html")


@public(max_age=86400)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone needs to put the site on its first screen."""
    icons: list[dict[str, Any]] = [
        {"src": static(f"look/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    facts = {
        "name": gettext("Non Nước – environment of %(province)s") % {"province": province.name()},
        "short_name": "Non Nước",
        "lang": translation.get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fbfaf6",
        "theme_color": "#fbfaf6",
        "icons": [{"src": static("look/mark.svg"), "sizes": "any", "type": "image/svg+xml"}, *icons],
    }
    return JsonResponse(facts, content_type="application/manifest+json")
