"""A sheet to be printed: the map to scale, and everything that must stand around one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from nonnuoc.look.mapping import drawing, layers, page, paper
from nonnuoc.look.mapping.asked import Asked
from nonnuoc.look.mapping.drawing import Drawing
from nonnuoc.look.mapping.layers import Layer
from nonnuoc.look.mapping.paper import Paper, Sheet, Tick
from nonnuoc.look.registers import telling
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.pattern.mapped import Mapped

TITLE = 120  # letters
MOST_SOURCES = 7  # on a sheet
SOURCES = 2  # of a layer


@dataclass(frozen=True, slots=True)
class Key:
    """A layer in the legend of a sheet."""

    layer: Layer
    count: int
    unplaced: int
    sources: Sequence[str]  # the most frequent of its positions


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet."""

    sheet: Sheet
    paper: Paper
    drawing: Drawing
    keys: Sequence[Key]  # of every layer asked for that holds anything
    bar_km: float
    bar: float  # mm
    grid: Sequence[Tick]
    degrees: Sequence[Tick]
    zone: str
    title: str
    office: str | Promise
    at: datetime
    simulated: bool


def printed(
    asked: Asked, query: Mapping[str, str], rights: Rights, *, office: str, title: str, at: datetime
) -> Printed:
    """The sheet that the query asks for: `sheet`, `scale`, `title`, and `box` where the live map says what it shows."""
    sheet = paper.SHEETS.get(query.get("sheet", ""), paper.SHEETS["a4-landscape"])
    scale = _scale(query.get("scale", ""))
    box = _box(query.get("box", ""))
    on = paper.fitting(box, sheet.wide, sheet.high, scale) if box else page.seen(asked, sheet.wide, sheet.high, scale)
    readers, known = layers.of_reader(rights), layers.every()
    shown = {key: readers[key]() for key in asked.layers}
    drawn = drawing.draw(on, shown, known)
    km, bar = paper.bar_km(on)
    return Printed(
        sheet=sheet,
        paper=on,
        drawing=drawn,
        keys=[_key(known[key], found) for key, found in shown.items() if len(found)],
        bar_km=km,
        bar=round(bar, 2),
        grid=list(paper.grid(on)),
        degrees=list(paper.degrees(on)),
        zone=paper.zone().name,
        title=" ".join(query.get("title", "").split())[:TITLE] or title,
        office=office,
        at=at,
        simulated=drawn.simulated,
    )


def _key(layer: Layer, found: Mapped) -> Key:
    unplaced = int((~found.placed).sum())
    return Key(layer, len(found), unplaced, found.sources[:SOURCES])


def _scale(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 1_000 <= int(text[:9]) <= 5_000_000 else None


def _box(text: str) -> tuple[float, float, float, float] | None:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    ordered = -180 <= west < east <= 180 and -85 <= south < north <= 85
    return (west, south, east, north) if ordered else None


def context(printed: Printed) -> dict[str, Any]:
    """For the template of the sheet."""
    keys = [key for key in printed.keys if key.layer.key in printed.drawing.shown]
    sources = list(dict.fromkeys(source for key in keys for source in key.sources))
    vague = (mark.layer for mark in printed.drawing.marks if mark.vague)
    return {
        "printed": printed,
        "layers": [key.layer for key in printed.keys],
        "keys": keys,
        "bar": telling.number(printed.bar_km),
        "unplaced": sum(key.unplaced for key in printed.keys),
        "vague": next(vague, ""),
        "sources": sources[:MOST_SOURCES],
        "more_sources": max(0, len(sources) - MOST_SOURCES),
    }
