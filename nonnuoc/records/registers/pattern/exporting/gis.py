"""A list as a GeoPackage, and as Shapefiles in a zip; written to the disk in parts, never held whole."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _

from nonnuoc.records.places import geometry
from nonnuoc.records.registers.pattern.exporting.columns import Column
from nonnuoc.records.registers.pattern.exporting.rows import Row, in_parts
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.importing import headings
from nonnuoc.records.registers.pattern.register import Register, Shape

AT_ONCE = 5000
PIECE = 256 * 1024
_TYPES = {0: "point", 4: "point", 1: "line", 2: "line", 5: "line", 3: "area", 6: "area"}  # shapely's type ids
_WRITTEN = {"point": "Point", "line": "MultiLineString", "area": "MultiPolygon"}
_MAIN = {Shape.NONE: "point", Shape.POINT: "point", Shape.LINE: "line", Shape.POLYGON: "area"}


def geopackage(register: Register, columns: Sequence[Column], rows: Iterable[Row], system: str) -> Iterator[bytes]:
    """One layer named after the register."""
    with tempfile.TemporaryDirectory(prefix="export-") as room:
        path = Path(room) / f"{register.key}.gpkg"
        names = [column.name for column in columns]
        for some in _parts(rows):
            _write(path, columns, names, some, system, "GPKG", "Unknown", layer=register.key)
        yield from _pieces(path)


def shapefiles(register: Register, columns: Sequence[Column], rows: Iterable[Row], system: str) -> Iterator[bytes]:
    """A zip: a Shapefile for each kind of geometry there is, and a legend of its short names.

    Whose place is unknown stands in the one of the register's own kind, without a geometry.
    """
    short = headings.short(register)
    names = _distinct([short.get(column.name, column.name[:10]) for column in columns])
    main = _MAIN[register.shape]
    with tempfile.TemporaryDirectory(prefix="export-") as room:
        for some in _parts(rows):
            kinds: dict[str, list[Row]] = {}
            for row in some:
                kinds.setdefault(main if row.shape is None else _TYPES[int(shapely.get_type_id(row.shape))], []).append(
                    row
                )
            for kind, part in kinds.items() or [(main, [])]:
                name = register.key if kind == main else f"{register.key}_{kind}"
                path = Path(room) / f"{name}.shp"
                _write(path, columns, names, part, system, "ESRI Shapefile", _WRITTEN[kind])
        legend = Path(room) / "legend.csv"
        legend.write_text(_legend(columns, names, system), encoding="utf-8-sig")
        yield from _zipped(sorted(Path(room).iterdir()))


def _parts(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    """The rows in parts; one empty part where there is none, so that there is a file."""
    empty = True
    for some in in_parts(rows, AT_ONCE):
        empty = False
        yield some
    if empty:
        yield ()


def _write(
    path: Path,
    columns: Sequence[Column],
    names: Sequence[str],
    rows: Sequence[Row],
    system: str,
    driver: str,
    written: str,
    layer: str | None = None,
) -> None:
    shapes = np.empty(len(rows), object)
    shapes[:] = [row.shape for row in rows]
    if system != geometry.WGS84:
        shapes = geometry.from_wgs84(shapes, system)
    several = {"MultiPolygon": (3, shapely.multipolygons), "MultiLineString": (1, shapely.multilinestrings)}
    if written in several:
        type_, make = several[written]
        for place in np.flatnonzero(shapely.get_type_id(shapes) == type_):
            shapes[place] = make([shapes[place]])  # type: ignore[operator]
    held, masks = zip(*(_column(column, rows, driver) for column in columns), strict=True)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes, output_dimension=2),
        list(held),
        list(names),
        field_mask=list(masks),
        geometry_type=written,
        crs=system,
        driver=driver,
        layer=layer,
        append=path.exists(),
        encoding="UTF-8",
    )


def _column(column: Column, rows: Sequence[Row], driver: str) -> tuple[Any, Any]:
    """The values as an array GDAL knows, and where there is none."""
    values = [column.value(row) for row in rows]
    missing = np.array([value is None for value in values], bool)
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        type_ = np.int64 if column.kind is Kind.INTEGER else np.float64
        return np.array([0 if value is None else value for value in values], type_), missing
    if column.kind is Kind.BOOLEAN:
        return np.array([bool(value) for value in values], np.int32), missing
    texts = np.empty(len(values), object)
    texts[:] = [None if value is None else value if isinstance(value, str) else value.isoformat() for value in values]
    if driver == "ESRI Shapefile":
        texts[:] = [None if text is None else _cut(text) for text in texts]
    return texts, None


def _cut(text: str) -> str:
    """What a Shapefile holds of a text: 254 bytes."""
    return text.encode()[:254].decode(errors="ignore")


def _distinct(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        number, own = 2, name
        while own in found:
            own, number = f"{name[:8]}_{number}", number + 1
        found.append(own)
    return found


def _legend(columns: Sequence[Column], names: Sequence[str], system: str) -> str:
    told: Mapping[str, str] = {short: column.title for short, column in zip(names, columns, strict=True)}
    note = _("Shapefiles hold ten letters of a name and 254 bytes of a text; GeoPackage holds all of both.")
    quoted = [f'{short},"{title.replace(chr(34), chr(34) * 2)}"' for short, title in told.items()]
    return "\n".join([*quoted, f',"{system}"', f',"{note}"']) + "\n"


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


class _Pipe(io.RawIOBase):
    """What is written to it, to be fetched."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.held.append(bytes(piece))
        return len(piece)

    def fetch(self) -> bytes:
        piece, self.held = b"".join(self.held), []
        return piece


def _zipped(files: Sequence[Path]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            with path.open("rb") as file, archive.open(path.name, "w", force_zip64=True) as member:
                while piece := file.read(PIECE):
                    member.write(piece)
                    yield pipe.fetch()
    yield pipe.fetch()
