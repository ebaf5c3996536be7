"""Files of places, read whole and brought to WGS 84.

GeoJSON, GeoPackage, a Shapefile alone or zipped; of registers KML and DXF as well.
"""

from __future__ import annotations

import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from nonnuoc.records.places import geometry, kml
from nonnuoc.records.places import spatial_staging as staging
from nonnuoc.records.places.geometry import Geometries
from nonnuoc.records.places.spatial_staging import OF_BOUNDARIES, Caps, ManyLayersError, NoSystemError, RefusedError


@dataclass(frozen=True)
class Features:
    """What a file holds. Row i of `raw`, `wgs84` and every column of `fields` is the same feature."""

    name: str  # of the file
    sha256: str
    system: str  # the coordinate system it was read in
    system_given: bool  # by a person, not by the file
    axes_swapped: bool
    fields: dict[str, list[str]]  # all values as text; "" where there is none
    raw: Geometries  # shapely, in the file's coordinates; None where unreadable or absent
    wgs84: Geometries
    remarks: tuple[str, ...] = ()  # what GDAL noticed while reading

    def __len__(self) -> int:
        return len(self.raw)


_DRIVERS = {"GeoJSON", "GPKG", "ESRI Shapefile", "DXF"}
_COMPLAINTS = (DataSourceError, DataLayerError, FieldError, GeometryError, zipfile.BadZipFile, zlib.error)


def read(
    path: Path,
    crs: str | None = None,
    *,
    layer: str | None = None,
    swap_axes: bool = False,
    caps: Caps | None = None,
    kinds: frozenset[str] = OF_BOUNDARIES,
) -> Features:
    """Everything in the file, in WGS 84.

    `crs`: what its coordinates are, whatever the file says; needed where it says nothing.
    `swap_axes`: its first coordinate is the north one. `kinds`: the suffixes that are read.
    Raises RefusedError (NoSystemError, ManyLayersError) and geometry.UnknownSystemError.
    """
    limits = caps or Caps()
    digest = staging.digest(path, limits)
    with tempfile.TemporaryDirectory(prefix="places-") as room, _in_our_words() as remarks:
        source = staging.staged(path, Path(room), limits, kinds, layer)
        if source.suffix == ".kml":
            said: str | None = geometry.WGS84
            shapes, fields = _of_kml(source, path.name, limits)
        else:
            said, shapes, fields = _contents(source, path.name, None if source.suffix == ".shp" else layer, limits)
    named = crs or said
    if not named:
        wrong = _("%(file)s does not say its coordinate system; give it, for example --crs EPSG:9210")
        raise NoSystemError(wrong % {"file": path.name})
    chosen = geometry.system(named)
    raw = _bounded(shapes, path.name, limits)
    if swap_axes:
        raw = geometry.swapped(raw)
    return Features(
        name=path.name,
        sha256=digest,
        system=chosen.name,
        system_given=crs is not None,
        axes_swapped=swap_axes,
        fields=fields,
        raw=raw,
        wgs84=geometry.to_wgs84(raw, named),
        remarks=tuple(dict.fromkeys(str(r.message) for r in remarks if issubclass(r.category, RuntimeWarning))),
    )


@contextmanager
def _in_our_words() -> Iterator[list[warnings.WarningMessage]]:
    """What GDAL and zipfile complain of, as a refusal; gives the list of what they only remark upon."""
    try:
        with warnings.catch_warnings(record=True, action="always") as remarks:
            yield remarks
    except (*_COMPLAINTS, UnicodeDecodeError) as error:
        raise RefusedError(_("the file cannot be read: %(reason)s") % {"reason": str(error)[:300]}) from error


def _of_kml(source: Path, name: str, caps: Caps) -> tuple[Geometries, dict[str, list[str]]]:
    try:
        shapes, fields = kml.read(source.read_bytes(), depth=caps.depth)
    except kml.UnreadableError as error:
        raise RefusedError(_("the file cannot be read: %(reason)s") % {"reason": str(error)[:300]}) from error
    _count(len(shapes), name, caps)
    return shapes, fields


def _contents(
    source: Path, name: str, layer: str | None, caps: Caps
) -> tuple[str | None, Geometries, dict[str, list[str]]]:
    """What GDAL reads: the coordinate system it is told, its geometries, and its columns as texts."""
    chosen = _only_layer(source, layer)
    facts = pyogrio.read_info(source, layer=chosen, force_feature_count=True)
    if facts["driver"] not in _DRIVERS:
        raise RefusedError(_("%(file)s is none of GeoJSON, GeoPackage and Shapefile") % {"file": name})
    _count(facts["features"], name, caps)
    meta, _fids, wkb, columns = pyogrio.raw.read(source, layer=chosen, force_2d=True, encoding=_encoding(source))
    # Shapely geometries; None where GEOS cannot make one (a ring that does not close, too few points)
    shapes: Geometries = shapely.from_wkb(wkb, on_invalid="ignore")
    return meta["crs"], shapes, {str(one): _texts(column) for one, column in zip(meta["fields"], columns, strict=True)}


def _count(features: int, name: str, caps: Caps) -> None:
    if features > caps.features:
        wrong = _("%(file)s holds %(count)d features; at most %(most)d are read: keep only the province's")
        raise RefusedError(wrong % {"file": name, "count": features, "most": caps.features})


def _only_layer(source: Path, layer: str | None) -> str:
    """The layer of geometries to read: the one named, or the only one there is."""
    layers = [str(name) for name, kind in pyogrio.list_layers(source) if kind is not None]
    if layer is not None and layer in layers:
        return layer
    if layer is None and len(layers) == 1:
        return layers[0]
    wrong = _("say which layer to read with --layer: %(layers)s")
    raise ManyLayersError(wrong % {"layers": ", ".join(layers) or _("there is none with geometry")}, layers)


def _encoding(source: Path) -> str | None:
    """UTF-8 for a Shapefile that is silent about it and can be read so: GDAL would take it for Latin-1."""
    if source.suffix != ".shp" or source.with_suffix(".cpg").exists():
        return None
    table = source.with_suffix(".dbf").read_bytes()
    try:
        table[int.from_bytes(table[8:10], "little") :].decode("utf-8")  # what follows the header
    except UnicodeDecodeError:
        return None
    return "UTF-8"


def _bounded(shapes: Geometries, name: str, caps: Caps) -> Geometries:
    counts = shapely.get_num_coordinates(shapes)
    worst = int(np.argmax(counts)) if len(counts) else 0
    if len(counts) and counts[worst] > caps.vertices:
        wrong = _("feature %(row)d of %(file)s has %(count)d points; at most %(most)d are read: simplify it")
        values = {"row": worst + 1, "file": name, "count": counts[worst], "most": caps.vertices}
        raise RefusedError(wrong % values)
    return shapes


def _texts(column: Any) -> list[str]:
    """The values as a person would write them: 1273.0 is "1273"."""
    texts = []
    for value in column.tolist():
        if value is None or value != value:
            texts.append("")
        elif isinstance(value, float) and value.is_integer():
            texts.append(str(int(value)))
        else:
            texts.append(str(value).strip())
    return texts
