"""Who may do what: the table access decides by, for people to read."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.accounts.rights import ACTIONS, NEED_SECOND_FACTOR, RIGHTS, Extent

EXTENTS = {
    Extent.EVERYWHERE: "",
    Extent.AREA: _("in its area"),
    Extent.OFFICE: _("of its own office"),
}


@allowed("people.read", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """Each task with what it allows, and how far."""
    roles = [
        (role.label, role in NEED_SECOND_FACTOR, [(ACTIONS[a], EXTENTS[extent]) for a, extent in RIGHTS[role].items()])
        for role in Role
    ]
    return render(request, "desk/roles.html", {"roles": roles})
