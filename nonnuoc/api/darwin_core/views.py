"""/api/dwca/occurrences.zip: occurrences of species as a Darwin Core archive."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from nonnuoc.api.darwin_core import archive
from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.patience import patience
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.downloads.sending import attachment, begin, patiently
from nonnuoc.records.registers.nature import published

NAME = "occurrences.zip"


@read(max_age=300, patient=False, cost=5)
def occurrences(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The same to everybody, whoever asks: what was published."""
    for name in request.GET:
        raise Problem(400, "query", "There is no such parameter here: there are none.", parameter=name[:80])
    with patience():
        extent = published.extent()
    site = request.build_absolute_uri("/").rstrip("/")
    pieces = archive.stream(site, extent, patiently(published.pieces()), timezone.localdate())
    answer = StreamingHttpResponse(begin(pieces), content_type="application/zip")
    attachment(answer, NAME)  # type: ignore[arg-type]
    answer.headers["ETag"] = f'W/"{extent.edition}"'
    return answer  # type: ignore[return-value]
