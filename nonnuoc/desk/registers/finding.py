"""Registers and entries by what an address says. What one may not know of is not found."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Register


def register(key: str) -> Register:
    """Raises Http404."""
    found = every.register(key)
    if found is None:
        raise Http404(_("There is no register of this name."))
    return found


def written(key: str, rights: Rights) -> Register:
    """One whose entries this person may write somewhere. Raises Http404, or PermissionDenied with the reason."""
    found = register(key)
    rights.require(found.keep)
    if not found.written:
        raise Http404(_("Entries of this register come about elsewhere; nobody writes them here."))
    return found


def entry(register: Register, code: str, rights: Rights) -> Any:
    """Raises Http404."""
    found = reading.one(register, code, rights)
    if found is None:
        raise Http404(_("There is no entry with this code that you may read."))
    return found


def own(register: Register, code: str, rights: Rights) -> Any:
    """An entry this person may write. Raises Http404, or PermissionDenied with the reason."""
    found = entry(register, code, rights)
    rights.require(register.keep, reading.subject(register, found))
    return found
