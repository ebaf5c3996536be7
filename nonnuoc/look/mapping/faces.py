"""The two faces of the map: the same pages and data, each with its own routes and the rights of its readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from nonnuoc.look.mapping.layers import Layer


@dataclass(frozen=True, slots=True)
class Face:
    """The routes of a face."""

    map: str
    layer: str  # GeoJSON of one layer
    tiles: str
    card: str
    sheet: str  # for printing
    search: str
    hits: str  # of the search, as JSON
    registers: str  # list of a register
    entry: str
    plans: Mapping[str, str]  # of what a search finds of plans (records/plans/board/finding.py), the route of each kind

    def page_of(self, layer: Layer, code: str) -> str:
        """The address of the page of one thing."""
        if layer.register is not None:
            return reverse(self.entry, args=[layer.register.key, code])
        return reverse({"stations": "station", "communes": "commune"}[layer.key], args=[code])


PORTAL = Face(
    map="map",
    layer="data-map-layer",
    tiles="data-map-tile",
    card="map-card",
    sheet="map-print",
    search="search",
    hits="search-hits",
    registers="register",
    entry="register-entry",
    plans={"plans": "plan-progress", "plan-tasks": "plan-progress-task", "plan-targets": "plan-progress-target"},
)
DESK = Face(
    map="desk-map",
    layer="desk-map-layer",
    tiles="desk-map-tile",
    card="desk-map-card",
    sheet="desk-map-print",
    search="desk-search",
    hits="desk-search-hits",
    registers="desk-register",
    entry="desk-register-entry",
    plans={"plans": "plan", "plan-tasks": "plan-task", "plan-targets": "plan-target", "plan-passages": "plan-text"},
)
