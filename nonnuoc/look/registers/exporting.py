"""A list handed out as a file, on the public pages and on the desk; counted like the downloads of the API."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseBase, StreamingHttpResponse
from django.http.request import QueryDict
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from nonnuoc.look import budgets, origin
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.audit import ORIGIN
from nonnuoc.records.places import geometry
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import listing
from nonnuoc.records.registers.pattern.exporting import giving

#: Entries that cost as much as one download: a workbook of so many takes a quarter of a second.
ENTRIES = 2000


def handed_out(key: str, format_: str, query: QueryDict, rights: Rights) -> HttpResponseBase:
    """The list that the query asks for, as a file; `crs` names its coordinate system. Raises Http404."""
    register = every.register(key)
    if register is None or format_ not in giving.FORMATS:
        raise Http404
    asked = listing.asked(register, query.dict())  # type: ignore[arg-type]
    try:
        _spend(listing.matching(register, rights, asked).count(), rights)
        exported = giving.export(register, rights, asked, format_, system=query.get("crs") or geometry.WGS84)
    except budgets.SpentError as error:
        return _too_often(error.wait_s)
    except giving.NoSuchExportError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    named = content_disposition_header(True, exported.name) or "attachment"
    headers = {"Content-Disposition": named, "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(exported.chunks, content_type=exported.media_type, headers=headers)


def _spend(entries: int, rights: Rights) -> None:
    """Raises budgets.SpentError."""
    person = rights.person
    whose = f"person {person.pk}" if person else origin.neighbourhood(ORIGIN.get()) or "this machine"
    budgets.spend(budgets.DOWNLOADS, whose, known=person is not None, cost=1 + entries // ENTRIES)


def _too_often(wait_s: int) -> HttpResponse:
    """Kept by no cache: it is said to whoever asked."""
    said = _("Many entries were fetched from here just now. Try again in %(n)s seconds.") % {"n": wait_s}
    headers = {"Retry-After": str(wait_s), "Cache-Control": "no-store, max-age=0"}
    return HttpResponse(said, status=429, content_type="text/plain; charset=utf-8", headers=headers)
