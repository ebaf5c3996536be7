"""The rivers, each from its first reach down: class, kilometres, what stands along it, what does not fit together."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.registers.waters import along, remarks


@allowed("data.internal", "GET", "HEAD")
def rivers(request: Entered) -> HttpResponse:
    """All of them, as far as one may read."""
    context = {
        "rivers": along.rivers(request.rights),
        "faults": [remarks.in_words(*one) for one in remarks.faults(request.rights)],
    }
    return render(request, "desk/waters/rivers.html", context)
