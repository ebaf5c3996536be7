"""A list as files: the addresses of its exports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from nonnuoc.look.registers.faces import Face
from nonnuoc.records.registers.pattern.register import Register, Shape


def exports(face: Face, register: Register, query: str) -> list[tuple[str, str]]:
    """(words, address) of each format, with what the list was asked for."""
    offered = {"xlsx": "Excel (XLSX)", "csv": "CSV"}
    if register.shape is not Shape.NONE:
        offered |= {"geojson": "GeoJSON", "gpkg": "GeoPackage", "shp": _("Shapefile (zipped)")}
    addresses = {words: face.address("register-export", register.key, format_) for format_, words in offered.items()}
    asked = query if query != "?" else ""
    return [(words, f"{address}{asked}") for words, address in addresses.items() if address]
