"""All that the page of the map shows, for either face."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from nonnuoc.look.mapping import asked as asking
from nonnuoc.look.mapping import drawing, layers, listing, paper
from nonnuoc.look.mapping.asked import Asked
from nonnuoc.look.mapping.card import Card, card
from nonnuoc.look.mapping.drawing import Drawing
from nonnuoc.look.mapping.faces import Face
from nonnuoc.look.mapping.layers import Layer
from nonnuoc.look.mapping.paper import Paper
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import layers as places
from nonnuoc.records.registers.pattern.mapped import Mapped

WIDE, HIGH = 200.0, 125.0  # mm, of the drawing on the page
TILE = 512  # pixels of a tile at its own zoom
EARTH_M = 40_075_016.686
EVERYWHERE = (102.1, 8.5, 109.5, 23.4)  # before any commune is loaded: the country


@dataclass(frozen=True, slots=True)
class Line:
    """A layer in the switch, which is the legend too."""

    layer: Layer
    shown: bool
    count: int
    unplaced: int
    page: str  # address of its things' pages, CODE for the code


@dataclass(frozen=True, slots=True)
class Group:
    """Layers of one subject."""

    words: Promise | str
    lines: Sequence[Line]


def context(request: HttpRequest, face: Face, rights: Rights) -> dict[str, Any]:
    """For the templates of the page."""
    asked = asking.asked(request.GET)
    known, readers = layers.every(), layers.of_reader(rights)
    all_of_it = {key: read() for key, read in readers.items()}
    shown = {key: all_of_it[key] for key in asked.layers}
    listed = listing.listed(shown, known, asked, face)
    chosen = _chosen(asked, rights, face)
    count, unplaced = sum(map(len, shown.values())), sum(int((~one.placed).sum()) for one in shown.values())
    return {
        "face": face,
        "asked": asked,
        "groups": _groups(all_of_it, asked, face),
        "listed": listed,
        "rows": [(row, _row_link(asked, row)) for row in listed.rows],
        "count": count,
        "unplaced": unplaced,
        "placed": count - unplaced,
        "chosen": chosen,
        "drawing": _drawing(asked, shown, known),
        "known": known,
        "box": ",".join(f"{one:.5f}" for one in everywhere()),
        "simulated": any(bool(one.simulated.any()) for one in shown.values()),
        "sheets": paper.SHEETS.values(),
        "scales": paper.SCALES,
        "previous": asked.query(page=listed.number - 1) if listed.number > 1 else "",
        "next": asked.query(page=listed.number + 1) if listed.number < listed.pages else "",
        "routes": {
            "layer": reverse(face.layer, args=["KEY"]),
            "tiles": reverse(face.tiles, args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}"),
            "card": reverse(face.card, args=["KEY", "CODE"]),
        },
    }


def _row_link(asked: Asked, row: listing.Row) -> str:
    return asked.query(chosen=(row.layer.key, row.code))


def _chosen(asked: Asked, rights: Rights, face: Face) -> Card | None:
    return card(layers.every()[asked.chosen[0]], asked.chosen[1], rights, face) if asked.chosen else None


def _groups(all_of_it: Mapping[str, Mapped], asked: Asked, face: Face) -> list[Group]:
    lines: dict[str, list[Line]] = {key: [] for key in layers.GROUPS}
    for key, layer in layers.every().items():
        found = all_of_it[key]
        page = face.page_of(layer, "CODE")
        lines[layer.group].append(Line(layer, key in asked.layers, len(found), int((~found.placed).sum()), page))
    return [Group(layers.GROUPS[key], some) for key, some in lines.items() if some]


def _drawing(asked: Asked, shown: Mapping[str, Mapped], known: Mapping[str, Layer]) -> Drawing:
    return drawing.draw(seen(asked, WIDE, HIGH), shown, known)


def seen(asked: Asked, wide: float, high: float, scale: int | None = None) -> Paper:
    """The paper of what the address asks to see: the view, else the province."""
    if asked.view is None:
        return paper.fitting(everywhere(), wide, high, scale)
    half = EARTH_M / 2**asked.view.zoom / TILE * 350 / 111_320  # degrees: 700 px of the live map
    box = (
        asked.view.lon - half,
        asked.view.lat - half * high / wide,
        asked.view.lon + half,
        asked.view.lat + half * high / wide,
    )
    return paper.fitting(box, wide, high, scale)


def everywhere() -> tuple[float, float, float, float]:
    """West, south, east, north of the communes."""
    return places.COMMUNES.read(None).bounds or EVERYWHERE
