"""Facilities and sources by what an address says. What one may not know of is not found."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Register


def entry(register: Register, code: str, rights: Rights, action: str) -> Any:
    """Raises Http404; PermissionDenied with the reason where one may know of it, and not do this to it."""
    found = None if "\0" in code else reading.one(register, code, rights)
    if found is None:
        raise Http404(_("There is no entry with this code that you may read."))
    rights.require(action, reading.subject(register, found))
    return found


def facility(code: str, rights: Rights, action: str = "facilities.merge") -> Any:
    """A facility that this may be done to; of a merged one, its survivor has to be asked for."""
    return entry(FACILITIES, code, rights, action)
