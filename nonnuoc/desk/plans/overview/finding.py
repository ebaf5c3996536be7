"""The unit that an address names, and those of the reader."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext

from nonnuoc.desk.doors import Entered
from nonnuoc.records.accounts import offices
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans import selectors


def office(code: str) -> Office:
    """The unit. Raises Http404."""
    found = offices.by_code(code)
    if found is None:
        raise Http404(gettext("There is no unit with this code."))
    return found


def mine(request: Entered) -> list[Office]:
    """The units the reader reports for, by name; the desk leads an officer to the first of them."""
    return list(selectors.reporting(request.rights).order_by("kind", "name"))
