"""A list as files: the addresses of its exports, and a document as it is handed out."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from nonnuoc.look.registers.faces import Face
from nonnuoc.records.registers.pattern.models import Document
from nonnuoc.records.registers.pattern.register import Register, Shape

#: Nothing in it runs, whatever somebody hid in it.
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
}


def exports(face: Face, register: Register, query: str) -> list[tuple[str, str]]:
    """(words, address) of each format, with what the list was asked for."""
    offered = {"xlsx": "Excel (XLSX)", "csv": "CSV"}
    if register.shape is not Shape.NONE:
        offered |= {"geojson": "GeoJSON", "gpkg": "GeoPackage", "shp": _("Shapefile (zipped)")}
    addresses = {words: face.address("register-export", register.key, format_) for format_, words in offered.items()}
    asked = query if query != "?" else ""
    return [(words, f"{address}{asked}") for words, address in addresses.items() if address]


def attachment(document: Document) -> HttpResponse:
    """The document to be saved, never to be shown by the browser as a page of this house."""
    named = content_disposition_header(True, document.name) or "attachment"
    headers = {**SAFE, "Content-Disposition": named}
    return HttpResponse(bytes(document.body), content_type=document.media_type, headers=headers)
