"""A list as CSV and as GeoJSON, piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import orjson
import shapely
from django.utils.translation import gettext as _

from nonnuoc.records.places import geometry
from nonnuoc.records.registers.pattern.exporting.columns import Column
from nonnuoc.records.registers.pattern.exporting.rows import Row, in_parts
from nonnuoc.records.registers.pattern.importing.table import guarded

AT_ONCE = 500
DECIMALS = 7  # of degrees: a hundredth of a metre (RFC 7946, 11.2)


def of_csv(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with its mark, by which spreadsheets know it; what would be a formula stands behind an apostrophe."""
    yes, no = _("yes"), _("no")

    def field(value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return yes if value else no
        if isinstance(value, date | datetime):
            return value.isoformat()
        return guarded(value) if isinstance(value, str) else repr(value)

    yield b"\xef\xbb\xbf" + _line([column.title for column in columns])
    for some in in_parts(rows, AT_ONCE):
        yield b"".join(_line([field(column.value(row)) for column in columns]) for row in some)


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()


def of_geojson(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """Features after RFC 7946: WGS 84, outer rings counter-clockwise; null where the place is unknown."""
    yield b'{"type":"FeatureCollection","features":['
    before = b"\n"
    for some in in_parts(rows, AT_ONCE):
        features = [orjson.dumps(_feature(columns, row)) for row in some]
        yield before + b",\n".join(features)
        before = b",\n"
    yield b"\n]}\n"


def _feature(columns: Sequence[Column], row: Row) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": row.entry.code,
        "geometry": _geometry(row.shape),
        "properties": {column.name: column.value(row) for column in columns},
    }


def _geometry(shape: Any) -> Any:
    if shape is None:
        return None
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        shape = shapely.orient_polygons(shape, exterior_cw=False)
    return geometry.to_geojson(shape, decimals=DECIMALS)
