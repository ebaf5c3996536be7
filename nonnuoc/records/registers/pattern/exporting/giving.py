"""A register's list as a file, in any format; exactly what the list shows its reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.pattern.exporting import columns as tables
from nonnuoc.records.registers.pattern.exporting import gis, rows, texts, workbook
from nonnuoc.records.registers.pattern.listing import Asked
from nonnuoc.records.registers.pattern.register import Register, Shape

FORMATS = ("xlsx", "csv", "geojson", "gpkg", "shp")
PLACED = ("geojson", "gpkg", "shp")  # of things with a place
_TYPES = {
    "xlsx": workbook.MEDIA_TYPE,
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "shp": "application/zip",
}


class NoSuchExportError(ValueError):
    """There is no such file of this register: say what there is instead."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file on its way; its pieces can be gone through once."""

    name: str
    media_type: str
    chunks: Iterator[bytes]


def export(register: Register, rights: Rights, asked: Asked, format_: str, *, system: str = geometry.WGS84) -> Exported:
    """The list that was asked for, in the language of the moment. Raises NoSuchExportError for what there is not."""
    if format_ not in FORMATS or (register.shape is Shape.NONE and format_ in PLACED):
        raise NoSuchExportError(_("There is no such format: choose one of %(all)s.") % {"all": ", ".join(FORMATS)})
    if system not in (geometry.WGS84, *geometry.VN2000_SYSTEMS):
        raise NoSuchExportError(_("This coordinate system is not written: give EPSG:4326 or one of VN-2000."))
    if format_ == "geojson" and system != geometry.WGS84:
        raise NoSuchExportError(_("GeoJSON is in WGS 84 always (RFC 7946). Choose GeoPackage or Shapefile."))
    found = rows.read(register, rights, asked)
    named = f"{register.key}.{'zip' if format_ == 'shp' else format_}"
    return Exported(named, _TYPES[format_], _chunks(register, found, format_, system))


def _chunks(register: Register, found: Iterator[rows.Row], format_: str, system: str) -> Iterator[bytes]:
    # Titles and choices are read here, in the language of the request: later it may be another's
    if format_ == "csv":
        return texts.of_csv(tables.for_people(register, system), found)
    if format_ == "xlsx":
        about = [
            _("Coordinates: %(system)s") % {"system": system},
            _("Fetched at %(at)s") % {"at": timezone.localtime().isoformat(" ", "minutes")},
        ]
        file = workbook.written(tables.for_people(register, system), found, register, about)
        return iter(lambda: file.read(gis.PIECE), b"")
    machine = tables.for_machines(register)
    if format_ == "geojson":
        return texts.of_geojson(machine, found)
    write = gis.geopackage if format_ == "gpkg" else gis.shapefiles
    return write(register, machine, found, system)
