"""A public list as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from nonnuoc.look.access import public
from nonnuoc.look.registers import exporting
from nonnuoc.records.accounts.access import ANYBODY


@public(max_age=300)  # type: ignore[arg-type]  # a file on its way is an answer, too
def export(request: HttpRequest, key: str, format: str) -> HttpResponseBase:
    """What everybody may read of the list, in the format asked for."""
    return exporting.handed_out(key, format, request.GET, ANYBODY)
