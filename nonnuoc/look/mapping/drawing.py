"""The map as SVG, drawn here: on the page until the live one is there, for those without scripts, and for print.

The same paper, layers and rights give the same drawing, with no WebGL and no browser in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from nonnuoc.look.mapping import labelling
from nonnuoc.look.mapping.labelling import Label
from nonnuoc.look.mapping.layers import Layer
from nonnuoc.look.mapping.paper import Paper
from nonnuoc.records.places import layers as places
from nonnuoc.records.places.geometry import Floats, Geometries
from nonnuoc.records.registers.pattern.mapped import Mapped

Rows = NDArray[np.intp]
MARK, GROUP = 1.9, 2.7  # mm, radius of a mark and of one that stands for many
CELL = 6.0  # mm: marks nearer than this stand as one
FINE = 0.15  # mm: what an eye can tell apart on paper
NAME, QUIET = 2.35, 2.1  # mm, height of the type of names, and of those of communes
MOST_NAMES = 400


@dataclass(frozen=True, slots=True)
class Mark:
    """A thing at x, y mm; `number` > 1: so many stand together, of one layer or (layer "") of several."""

    layer: str
    x: float
    y: float
    number: int
    vague: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines or areas of a layer, as one path in mm."""

    layer: Layer
    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """`wide` by `high` mm."""

    wide: float
    high: float
    borders: str  # of the communes; "" where no boundary was imported
    dots: str  # their points
    outlines: tuple[Outline, ...]
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    shown: frozenset[str]  # layers of which something lies on the sheet
    simulated: bool  # whether something of it is invented


def draw(paper: Paper, shown: Mapping[str, Mapped], known: Mapping[str, Layer], *, names: bool = True) -> Drawing:
    """These layers on this paper."""
    column = np.concatenate([np.full(len(one), i) for i, one in enumerate(shown.values())] or [np.empty(0)]).astype(int)
    lon, lat = (_joined(shown, which) for which in ("lon", "lat"))
    vague, made = (_joined(shown, which).astype(bool) for which in ("vague", "simulated"))
    x, y = paper.place(np.nan_to_num(lon), np.nan_to_num(lat))
    there = np.flatnonzero(~np.isnan(lon) & (x >= 0) & (x <= paper.wide) & (y >= 0) & (y <= paper.high))
    outlines = tuple(_outlines(paper, shown, known))
    marks, single = _gathered(x[there], y[there], column[there], vague[there], list(shown))
    boxes = np.array([_box(mark) for mark in marks]).reshape(-1, 4)
    labels: list[Label] = []
    if names:
        called = [name for one in shown.values() for name in one.names]
        chosen = there[single][:MOST_NAMES]
        labels, boxes = labelling.place(
            x[chosen], y[chosen], [called[i] for i in chosen.tolist()], MARK, NAME, boxes, (paper.wide, paper.high)
        )
    borders, dots, communes = _ground(paper, boxes)
    keys = list(shown)
    drawn = {keys[i] for i in np.unique(column[there]).tolist()} | {one.layer.key for one in outlines}
    return Drawing(
        paper.wide,
        paper.high,
        borders,
        dots,
        outlines,
        tuple(marks),
        (*communes, *labels),
        frozenset(drawn),
        bool(made[there].any()),
    )


def _joined(shown: Mapping[str, Mapped], name: str) -> Floats:
    return np.concatenate([getattr(one, name) for one in shown.values()] or [np.empty(0)])


def _gathered(x: Floats, y: Floats, column: Rows, vague: NDArray[np.bool_], keys: list[str]) -> tuple[list[Mark], Rows]:
    """The marks, and the rows of those that stand alone. What falls into one cell of a grid stands as one.

    The grid is laid four times, moved by half a cell, so that hardly two marks touch across its lines.
    """
    number, first = np.ones(len(x), int), np.arange(len(x))
    least, most = column, column
    for right, down in ((0.0, 0.0), (0.5, 0.5), (0.5, 0.0), (0.0, 0.5)):
        cell = np.floor(y / CELL + down).astype(int) * 100_000 + np.floor(x / CELL + right).astype(int)
        _, at, back = np.unique(cell, return_index=True, return_inverse=True)
        together = np.bincount(back, number).astype(int)
        x, y = np.bincount(back, x * number) / together, np.bincount(back, y * number) / together
        low, high = np.full(len(at), len(keys)), np.full(len(at), -1)
        np.minimum.at(low, back, least)
        np.maximum.at(high, back, most)
        number, first, least, most = together, first[at], low, high
    marks = [
        Mark(keys[low] if low == high else "", round(px, 2), round(py, 2), n, bool(vague[i]) and n == 1)
        for px, py, n, low, high, i in zip(
            x.tolist(), y.tolist(), number.tolist(), least.tolist(), most.tolist(), first.tolist(), strict=True
        )
    ]
    return marks, np.sort(first[number == 1])


def _box(mark: Mark) -> tuple[float, float, float, float]:
    reach = MARK if mark.number == 1 else GROUP
    return mark.x - reach, mark.y - reach, mark.x + reach, mark.y + reach


def _outlines(paper: Paper, shown: Mapping[str, Mapped], known: Mapping[str, Layer]) -> list[Outline]:
    found = []
    for key, one in shown.items():
        path = _path(paper, one.shapes) if len(one.rows) and key != "communes" else ""
        if path:
            found.append(Outline(known[key], path))
    return found


def _ground(paper: Paper, boxes: Floats) -> tuple[str, str, list[Label]]:
    """Borders, points and names of the communes, which give way to everything else."""
    communes = places.COMMUNES.read(None)
    shapes, names = communes.shapes, communes.columns["name"]
    bounded = shapely.get_dimensions(shapes) == 2
    borders = _path(paper, shapes[bounded]) if bounded.any() else ""
    points = shapely.point_on_surface(shapes)
    x, y = paper.place(shapely.get_x(points), shapely.get_y(points))
    seen = np.flatnonzero((x >= 0) & (x <= paper.wide) & (y >= 0) & (y <= paper.high)).tolist()
    dots = "" if borders else "".join(f"M{x[i]:.2f} {y[i]:.2f}h0" for i in seen)
    labels, _boxes = labelling.place(
        x[seen], y[seen], [names[i] for i in seen], 0.4, QUIET, boxes, (paper.wide, paper.high), quiet=True
    )
    return borders, dots, labels


def _path(paper: Paper, shapes: Geometries) -> str:
    """Lines, or the rings of areas, as one path, cut a little outside the paper."""
    west, south, east, north = paper.bounds()
    margin = 0.02 * max(east - west, north - south)
    near = shapes[shapely.intersects(shapes, shapely.box(west, south, east, north))]
    if not len(near):
        return ""
    cut = shapely.clip_by_rect(near, west - margin, south - margin, east + margin, north + margin)
    flat = shapely.transform(cut, lambda xy: np.column_stack(paper.place(xy[:, 0], xy[:, 1])))
    parts = shapely.get_parts(shapely.get_parts(shapely.simplify(flat, FINE)))
    areas = shapely.get_dimensions(parts) == 2
    rings = shapely.get_rings(parts[areas])
    lines = parts[shapely.get_dimensions(parts) == 1]
    return "".join(f"{_drawn(ring)}Z" for ring in rings) + "".join(map(_drawn, lines))


def _drawn(line: shapely.Geometry) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in shapely.get_coordinates(line).tolist())
