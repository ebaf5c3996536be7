"""An invented land of four square communes, two by two, and files of their boundaries."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from nonnuoc.records.places import geometry, names
from nonnuoc.records.places.models import Commune

WEST, SOUTH, SIDE = 106.0, 22.6, 0.05  # degrees
SQUARES = {
    "01001": ("xa", "Thủy Một", 0, 0),
    "01002": ("xa", "Hòa Hai", 1, 0),
    "01003": ("phuong", "Đá Ba", 0, 1),
    "01004": ("xa", "Núi Bốn", 1, 1),
}
Shapes = dict[str, shapely.Geometry]


def square(column: float, row: float, *, width: float = 1.0, height: float = 1.0) -> shapely.Geometry:
    """A rectangle of the grid, counted in squares from its south-west corner (WGS 84)."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.box(west, south, west + width * SIDE, south + height * SIDE)


@pytest.fixture
def shapes() -> Shapes:
    """The four squares by code; a test may change its own copy."""
    return {code: square(column, row) for code, (_kind, _name, column, row) in SQUARES.items()}


@pytest.fixture
def communes(db: None, shapes: Shapes) -> dict[str, Commune]:
    """The four communes as the register has them: a point and an area, no boundary."""
    made = {}
    for code, (kind, name, _column, _row) in SQUARES.items():
        middle = shapes[code].centroid
        made[code] = Commune.objects.create(
            code=code,
            kind=kind,
            name=name,
            name_ascii=names.folded(name),
            area_km2=round(geometry.area_km2(shapes[code]), 2),
            lon=middle.x,
            lat=middle.y,
            source="invented",
        )
    return made


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write shapes of WGS 84 to a file in any of its systems; the suffix of `name` chooses the format."""
    drivers = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile"}

    def to_file(
        shapes: Mapping[str, shapely.Geometry],
        name: str = "communes.geojson",
        *,
        crs: str | None = "EPSG:4326",
        written_in: str | None = None,
        swap: bool = False,
        fields: Mapping[str, list[str]] | None = None,
        layer: str | None = None,
    ) -> Path:
        drawn = np.array(list(shapes.values()), dtype=object)
        if (written_in or crs) is not None:
            drawn = geometry.from_wgs84(drawn, written_in or crs)
        if swap:
            drawn = geometry.swapped(drawn)
        columns = (
            dict(fields)
            if fields is not None
            else {
                "ma_xa": list(shapes),
                "ten_xa": [f"Xã {SQUARES[code][1]}" if code in SQUARES else "Xã Lạ" for code in shapes],
            }
        )
        path = tmp_path / name
        if crs is None:
            warnings.filterwarnings("ignore", message="'crs' was not provided")
        pyogrio.raw.write(
            path,
            shapely.to_wkb(drawn),
            [np.array(column, dtype=object) for column in columns.values()],
            list(columns),
            geometry_type="Unknown" if path.suffix == ".geojson" else "Polygon",
            crs=crs,
            driver=drivers[path.suffix],
            layer=layer,
            append=path.exists(),
            encoding="UTF-8",
        )
        return path

    return to_file
