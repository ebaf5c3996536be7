"""Lines and areas as vector tiles (Mapbox Vector Tile 2.1): only what a view shows, with no more corners than it can.

Whole arrays of shapely; the few lines of protobuf are written out. Why tiles here and GeoJSON for points: decision
0021.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from numpy.typing import NDArray

from nonnuoc.records.places.geometry import Floats, Geometries
from nonnuoc.records.registers.pattern.mapped import Mapped

MEDIA = "application/vnd.mapbox-vector-tile"
DEEPEST = 14  # zoom; nearer views are drawn from its tiles
EXTENT, BUFFER = 4096, 64  # units of a tile, and how far beyond its edge things go on
CLOSE = 3.0  # units that a line may be simplified by: less than half a pixel
_LINE, _AREA = 2, 3  # types of MVT
_MOVE, _CLOSE = 1 << 3 | 1, 1 << 3 | 7


@dataclass(frozen=True, eq=False)
class Level:
    """The shapes of a layer as one zoom needs them, in parts of the world."""

    shapes: Geometries
    tree: shapely.STRtree


_levels: WeakKeyDictionary[Mapped, dict[int, Level]] = WeakKeyDictionary()


def world(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Web Mercator as parts of the world, 0 to 1, y southwards."""
    return lon / 360 + 0.5, 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)


def tile(layers: Mapping[str, Mapped], z: int, column: int, row: int) -> bytes:
    """The tile with one layer a key, in it the shapes that reach into it, each with the code of its entry (`c`)."""
    return b"".join(_layer(key, found, z, column, row) for key, found in layers.items())


def _layer(key: str, found: Mapped, z: int, column: int, row: int) -> bytes:
    if not len(found.rows):
        return b""
    level, size = _level(found, z), 2.0**-z
    west, north, margin = column * size, row * size, size * BUFFER / EXTENT
    box = (west - margin, north - margin, west + size + margin, north + size + margin)
    reaching = np.sort(level.tree.query(shapely.box(*box), predicate="intersects"))
    if not len(reaching):
        return b""
    values: list[bytes] = []
    features: list[bytes] = []
    for place, shape in zip(reaching.tolist(), shapely.clip_by_rect(level.shapes[reaching], *box), strict=True):
        areal = shapely.get_dimensions(level.shapes[place]) == 2
        commands = _commands(shape, areal, np.array((west, north)), size)
        if commands:
            tag = _field(2, _varints((0, len(values))))
            kind = b"\x18" + bytes([_AREA if areal else _LINE])
            features.append(_field(2, tag + kind + _field(4, _varints(commands))))
            values.append(_field(4, _field(1, found.codes[found.rows[place]].encode())))
    if not features:
        return b""
    head, keys = _field(1, key.encode()), _field(3, b"c")
    return _field(3, head + b"".join(features) + keys + b"".join(values) + b"\x28" + _varints([EXTENT]) + b"\x78\x02")


def _level(found: Mapped, z: int) -> Level:
    """Made when the first tile of the zoom is asked for."""
    levels = _levels.setdefault(found, {})
    if z not in levels:
        flat = shapely.transform(found.shapes, lambda xy: np.column_stack(world(xy[:, 0], xy[:, 1])))
        flat = shapely.orient_polygons(shapely.simplify(flat, CLOSE / EXTENT * 2.0**-z), exterior_cw=False)
        levels[z] = Level(flat, shapely.STRtree(flat))
    return levels[z]


def _commands(shape: shapely.Geometry, areal: bool, corner: Floats, size: float) -> list[int]:
    """The drawing commands of its rings or lines; none of what is smaller than a unit."""
    parts = shapely.get_parts(shapely.get_parts(shape))  # of a collection the parts of its parts
    parts = parts[shapely.get_dimensions(parts) == (2 if areal else 1)]
    lines = shapely.get_rings(parts) if areal else parts
    commands: list[int] = []
    pen = np.zeros(2, np.int64)
    for line in lines:
        xy = np.round((shapely.get_coordinates(line) - corner) / size * EXTENT).astype(np.int64)
        xy = xy[np.append(True, (np.diff(xy, axis=0) != 0).any(axis=1))]
        xy = xy[:-1] if areal else xy
        if len(xy) < (3 if areal else 2):
            continue
        commands += _line(xy, pen, areal)
        pen = xy[-1]
    return commands


def _line(xy: NDArray[np.int64], pen: NDArray[np.int64], closed: bool) -> list[int]:
    steps: NDArray[np.int64] = xy - np.vstack((pen, xy[:-1]))
    coded = ((steps << 1) ^ (steps >> 63)).ravel().tolist()
    drawn = [_MOVE, *coded[:2], (len(xy) - 1) << 3 | 2, *coded[2:]]
    return [*drawn, _CLOSE] if closed else drawn


def _field(number: int, body: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varints([len(body)]) + body


def _varints(numbers: list[int] | tuple[int, ...]) -> bytes:
    coded = bytearray()
    for number in numbers:
        while number > 127:
            coded.append(number & 127 | 128)
            number >>= 7
        coded.append(number)
    return bytes(coded)
