"""Vector tiles, read again by GDAL: the shapes where they were, no more of them than reach into the tile."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from nonnuoc.look.mapping import tiles
from nonnuoc.records.registers.pattern.mapped import Mapped

HOLED = shapely.box(106.0, 22.5, 106.4, 22.8).difference(shapely.box(106.1, 22.6, 106.2, 22.7))
RIVER = shapely.LineString([(105.9, 22.4), (106.2, 22.65), (106.6, 22.7)])
FAR = shapely.box(-71, 40, -70, 41)


def layer(*shapes: shapely.Geometry) -> Mapped:
    n = len(shapes)
    codes, none, no = tuple(f"T-{i}" for i in range(n)), np.full(n, np.nan), np.zeros(n, bool)
    held = np.array(shapes, object)
    return Mapped(codes, codes, ("",) * n, codes, none, none, none, no, no, (), np.arange(n), held)


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    x, y = tiles.world(np.array(lon), np.array(lat))
    return int(x * 2**z), int(y * 2**z)


def read(body: bytes, z: int, x: int, y: int, folder: Path) -> dict[str, list[tuple[str, shapely.Geometry]]]:
    """Layer -> (code, shape in WGS 84) as GDAL understands the tile."""
    file = folder / f"{y}.mvt"
    file.write_bytes(body)
    found = {}
    for name, _kind in pyogrio.list_layers(file):
        meta, _ids, shapes, columns = pyogrio.raw.read(file, layer=name, X=x, Y=y, Z=z)
        codes = columns[list(meta["fields"]).index("c")]
        decoded = shapely.transform(shapely.from_wkb(shapes), _to_wgs84)
        found[name] = list(zip(codes.tolist(), decoded, strict=True))
    return found


def _to_wgs84(xy: np.ndarray) -> np.ndarray:
    radius = 6378137.0
    lat = 2 * np.arctan(np.exp(xy[:, 1] / radius)) - math.pi / 2
    return np.degrees(np.column_stack((xy[:, 0] / radius, lat)))


@pytest.mark.parametrize("z", [6, 9])
def test_a_tile_holds_what_lies_in_it_where_it_lies(z: int, tmp_path: Path) -> None:
    x, y = tile_of(106.15, 22.65, z)
    body = tiles.tile({"parks": layer(HOLED, FAR), "rivers": layer(RIVER), "empty": layer()}, z, x, y)
    found = read(body, z, x, y, tmp_path)
    assert {name: [code for code, _ in some] for name, some in found.items()} == {"parks": ["T-0"], "rivers": ["T-0"]}
    unit = 360 / 2**z / tiles.EXTENT
    cell = shapely.box(*_bounds(z, x, y))
    for was, (_code, now) in ((HOLED, found["parks"][0]), (RIVER, found["rivers"][0])):
        assert now.is_valid
        assert shapely.hausdorff_distance(was.intersection(cell), now.intersection(cell)) < 6 * unit
    park = found["parks"][0][1].intersection(cell)
    assert park.area == pytest.approx(HOLED.intersection(cell).area, rel=0.02)  # its hole is a hole


def test_a_tile_beside_everything_is_empty() -> None:
    assert tiles.tile({"parks": layer(HOLED), "rivers": layer(RIVER)}, 9, 0, 0) == b""


def test_what_is_too_small_to_see_is_left_out(tmp_path: Path) -> None:
    tiny = shapely.box(106.15, 22.65, 106.15001, 22.65001)
    x, y = tile_of(106.15, 22.65, 6)
    assert tiles.tile({"parks": layer(tiny)}, 6, x, y) == b""


def _bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    def lat(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z))))

    return x / 2**z * 360 - 180, lat(y + 1), (x + 1) / 2**z * 360 - 180, lat(y)
