"""What an address asks the map for: layers, view, what is chosen, a filter. The same address shows the same."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from nonnuoc.look.mapping import layers

DEEPEST = 15


@dataclass(frozen=True, slots=True)
class View:
    """The middle of the map, WGS 84, and its zoom."""

    lon: float
    lat: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What cannot be understood is left out: a link that is half right still shows a map."""

    layers: tuple[str, ...]
    view: View | None = None
    chosen: tuple[str, str] | None = None  # layer, code
    text: str = ""
    page: int = 1

    def query(self, **changed: object) -> str:
        """The query of an address that asks for this, with these changes."""
        now = replace(self, **changed)  # type: ignore[arg-type]
        parts: dict[str, str] = {"layers": ",".join(now.layers)}
        if now.view is not None:
            parts["at"] = f"{now.view.lon:.5f},{now.view.lat:.5f},{now.view.zoom:.2f}"
        if now.chosen is not None:
            parts["chosen"] = "/".join(now.chosen)
        if now.text:
            parts["q"] = now.text
        if now.page > 1:
            parts["page"] = str(now.page)
        return "?" + urlencode(parts, safe=",/")


def asked(query: Mapping[str, str]) -> Asked:
    """What a query string asks for."""
    page = query.get("page", "")
    return Asked(
        layers=_layers(query),
        view=_view(query.get("at", "")),
        chosen=_chosen(query.get("chosen", "")),
        text=query.get("q", "").replace("\0", "").strip()[:200],
        page=min(int(page), 100_000) if page.isascii() and page.isdigit() and page != "0" else 1,
    )


def _layers(query: Mapping[str, str]) -> tuple[str, ...]:
    """In the order of the legend. From a form without scripts they come one by one, as `layer=`."""
    named = query.get("layers")
    wanted = set(named.split(",")) if named is not None else set()
    if hasattr(query, "getlist"):
        wanted |= set(query.getlist("layer"))
    asked_for = named is not None or "layer" in query or "set" in query
    return tuple(key for key, layer in layers.every().items() if (key in wanted if asked_for else layer.shown))


def _view(text: str) -> View | None:
    try:
        lon, lat, zoom = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not all(math.isfinite(one) for one in (lon, lat, zoom)):
        return None
    inside = -180 <= lon <= 180 and -85 <= lat <= 85
    return View(lon, lat, min(max(zoom, 0.0), float(DEEPEST))) if inside else None


def _chosen(text: str) -> tuple[str, str] | None:
    key, _, code = text.partition("/")
    return (key, code) if key in layers.every() and code and "\0" not in code else None
