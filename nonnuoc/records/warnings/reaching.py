"""Whom a warning concerns, as access sees it: everybody in its area."""

from __future__ import annotations

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Decision, Rights, Subject
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts import selectors as alerts
from nonnuoc.records.warnings.models import PublicWarning


def subjects(warning: PublicWarning) -> list[Subject]:
    """What a right must cover: each commune of the area; without communes the incident's station.

    A drawn area, and none at all, is within nobody's bounds but theirs who reach everywhere.
    """
    if warning.polygon is None:
        if communes := warning.communes.order_by("id").values_list("id", flat=True):
            return [Subject(commune_id=one) for one in communes]
        if warning.incident is not None:
            return [alerts.subject(warning.incident)]
    return [Subject()]


def require(by: Person | None, action: str, warning: PublicWarning) -> Decision:
    """Raise PermissionDenied, saying why, unless the person may do it in the whole area."""
    rights = access.of(by)
    decisions = [rights.require(action, one) for one in subjects(warning)]
    return decisions[0]


def may(rights: Rights, action: str, warning: PublicWarning) -> bool:
    """Whether it may be done in the whole area."""
    return all(rights.may(action, one) for one in subjects(warning))
