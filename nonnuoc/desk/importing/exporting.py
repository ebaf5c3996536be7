"""A list of the desk as a file."""

from __future__ import annotations

from django.http import HttpResponseBase

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.look.registers import exporting


@allowed("desk.enter", "GET", "HEAD")  # type: ignore[arg-type]  # a file on its way is an answer, too
def export(request: Entered, key: str, format: str) -> HttpResponseBase:
    """What this person may read of the list, in the format asked for."""
    return exporting.handed_out(key, format, request.GET, request.rights)
