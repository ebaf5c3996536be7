"""The ground under our map: our own layers and nobody else's, unless the administrator chose otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpResponse

from nonnuoc.look import csp
from nonnuoc.records.accounts import preferences


@dataclass(frozen=True, slots=True)
class Basemap:
    """Where its tiles are, and what its owner wants written on it."""

    tiles: str  # an address with {z}, {x} and {y}, or a .pmtiles file
    attribution: str

    @property
    def origin(self) -> str:
        """Whom readers' browsers will ask."""
        parts = urlsplit(self.tiles)
        return f"{parts.scheme}://{parts.netloc}"


def chosen() -> Basemap | None:
    """The administrator's choice; None, as delivered: nobody else is asked."""
    tiles = preferences.read("map.tiles")
    return Basemap(tiles, preferences.read("map.attribution")) if tiles else None


def allowed(response: HttpResponse, outside: Basemap | None) -> HttpResponse:
    """The page with leave to ask that one origin for pictures."""
    if outside:
        response.headers["Content-Security-Policy"] = csp.showing(outside.origin)
    return response
