"""The edition an address names; and whether who asks may write the plan."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Edition, Plan
from nonnuoc.records.plans.text import editions


def edition(of: Plan, number: int | None) -> Edition | None:
    """The edition of this number, else the newest; None where the plan has no text yet. Raises Http404."""
    found = editions.current(of) if number is None else editions.numbered(of, number)
    if found is None and number is not None:
        raise Http404(_("The plan has no edition of this number."))
    return found


def may_keep(of: Plan, rights: Rights) -> bool:
    """Whether they may write the plan's text and head."""
    return rights.may("plans.keep", selectors.subject(of.leading))
