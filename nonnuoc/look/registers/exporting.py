"""A list handed out as a file, on the public pages and on the desk."""

from __future__ import annotations

from django.http import Http404, HttpResponseBadRequest, HttpResponseBase, StreamingHttpResponse
from django.http.request import QueryDict
from django.utils.http import content_disposition_header

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import geometry
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import listing
from nonnuoc.records.registers.pattern.exporting import giving


def handed_out(key: str, format_: str, query: QueryDict, rights: Rights) -> HttpResponseBase:
    """The list that the query asks for, as a file; `crs` names its coordinate system. Raises Http404."""
    register = every.register(key)
    if register is None or format_ not in giving.FORMATS:
        raise Http404
    asked = listing.asked(register, query.dict())  # type: ignore[arg-type]
    try:
        exported = giving.export(register, rights, asked, format_, system=query.get("crs") or geometry.WGS84)
    except giving.NoSuchExportError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    named = content_disposition_header(True, exported.name) or "attachment"
    headers = {"Content-Disposition": named, "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(exported.chunks, content_type=exported.media_type, headers=headers)
