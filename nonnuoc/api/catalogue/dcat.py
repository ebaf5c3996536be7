"""/api/dcat: the catalogue of all data sets for other catalogues, as JSON-LD or Turtle."""

from __future__ import annotations

import threading
import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from nonnuoc.api.catalogue import graph, writing
from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.problems import Problem, in_query

#: Name in the address -> media type, the one given to whoever says nothing first.
FORMATS = {"jsonld": "application/ld+json", "ttl": "text/turtle"}
AGE_S = 300.0
#: Installations are asked by few names; whoever invents some finds no room.
_MOST = 8


@read(max_age=300)
def catalogue(request: HttpRequest, caller: Caller, suffix: str = "") -> HttpResponse:
    """What everybody may know of the data sets, whoever asks."""
    if suffix and suffix not in FORMATS:
        raise Problem(404, "unknown", f"There is no such file; there are {', '.join(FORMATS)}.")
    for name in request.GET:
        if name != "f":
            raise Problem(400, "query", "There is no such parameter here; there is f.", parameter=name[:80])
    chosen = suffix or request.GET.get("f", "") or _preferred(request)
    if chosen not in FORMATS:
        raise in_query("f", f"'{chosen[:40]}' is not one of {', '.join(FORMATS)}.", text=chosen)
    site = request.build_absolute_uri("/").rstrip("/")
    answer = HttpResponse(_kept.get(site, chosen), content_type=f"{FORMATS[chosen]}; charset=utf-8")
    if not suffix:
        patch_vary_headers(answer, ["Accept"])
    return answer


def written(site: str, chosen: str) -> bytes:
    """The catalogue in a format of FORMATS, for the site at this scheme and host."""
    whole = graph.build(site, timezone.now().replace(microsecond=0))
    return writing.turtle(whole) if chosen == "ttl" else writing.json_ld(whole)


class Kept:
    """What was written lately: a graph of a hundred stations takes seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[float, bytes]] = {}

    def get(self, site: str, chosen: str) -> bytes:
        """At most AGE_S old. Whoever comes while it is being written waits for it."""
        with self._lock:
            found = self._known.get((site, chosen))
            if found and time.monotonic() - found[0] < AGE_S:
                return found[1]
            told = written(site, chosen)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[site, chosen] = time.monotonic(), told
            return told

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


_kept = Kept()


def forget() -> None:
    """For tests: each begins anew."""
    _kept.forget()


def _preferred(request: HttpRequest) -> str:
    wanted: Any = request.get_preferred_type(list(FORMATS.values()))
    return next((name for name, media_type in FORMATS.items() if media_type == wanted), "jsonld")
