"""The table beside the map: everything of the layers shown, also what has no known place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from nonnuoc.look import distances
from nonnuoc.look.mapping.asked import Asked
from nonnuoc.look.mapping.faces import Face
from nonnuoc.look.mapping.layers import Layer
from nonnuoc.records.places import names
from nonnuoc.records.registers.pattern.mapped import Mapped

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    layer: Layer
    code: str
    name: str
    page: str  # address of its own page
    commune: str
    where: str
    lon: float | None
    lat: float | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the table."""

    rows: Sequence[Row]
    count: int  # of all that match
    unplaced: int  # of these, those whose place nobody knows
    number: int
    pages: int


def listed(shown: Mapping[str, Mapped], known: Mapping[str, Layer], asked: Asked, face: Face) -> Listed:
    """The page that was asked for, layer by layer in the order of the legend."""
    matching = {key: _matching(found, asked.text) for key, found in shown.items()}
    count = sum(len(rows) for rows in matching.values())
    unplaced = sum(int((~shown[key].placed[rows]).sum()) for key, rows in matching.items())
    pages = max(1, -(-count // ON_A_PAGE))
    number = min(asked.page, pages)
    first, rows = (number - 1) * ON_A_PAGE, []
    for key, some in matching.items():
        rows += [
            _row(known[key], shown[key], int(row), face) for row in some[max(0, first) : max(0, first + ON_A_PAGE)]
        ]
        first -= len(some)
        if first <= -ON_A_PAGE:
            break
    return Listed(rows[:ON_A_PAGE], count, unplaced, number, pages)


def _matching(found: Mapped, text: str) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The rows that hold every typed word; marks count where they were typed."""
    typed = [f" {word}" for word in names.marked(text).split()]
    if not typed:
        return np.arange(len(found))
    held = (
        row
        for row, words in enumerate(found.words)
        if all(word in words or word in f" {names.marked(found.communes[row])}" for word in typed)
    )
    return np.fromiter(held, np.intp)


def _row(layer: Layer, found: Mapped, row: int, face: Face) -> Row:
    placed = bool(found.placed[row])
    code = found.codes[row]
    return Row(
        layer=layer,
        code=code,
        name=found.names[row],
        page=face.page_of(layer, code),
        commune=found.communes[row],
        where=where(found, row),
        lon=float(found.lon[row]) if placed else None,
        lat=float(found.lat[row]) if placed else None,
        simulated=bool(found.simulated[row]),
    )


def where(found: Mapped, row: int) -> str:
    """How well the place is known, in words."""
    if not found.placed[row]:
        return _("not known")
    metres = float(found.metres[row])
    if metres == metres:
        return _("within %(distance)s") % {"distance": distances.kilometres(metres / 1000)}
    return _("the point of its commune") if found.vague[row] else _("known")
