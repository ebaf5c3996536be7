"""What the page of a facility says of inspections: when somebody last looked, what was found, what is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.inspections import selectors
from nonnuoc.records.inspections.models import Finding, Publication
from nonnuoc.records.registers.pattern.register import Cell, Linked

TITLE = gettext_lazy("Inspections")
SHOWN = 20


def tables(facility: Any, rights: Rights) -> Sequence[Linked]:
    """The inspections they may know of; where they may know of none, what is published."""
    if not rights.may("inspections.read", selectors.subject_of(facility)):
        return [_published(facility)]
    rows = [
        (
            Cell(one.code, route="inspection", code=one.code),
            Cell(one.get_kind_display()),
            Cell(timezone.localdate(one.began) if one.began else one.scheduled),
            Cell(one.get_state_display()),
            Cell(_found(one) if selectors.findings_open(one, rights) else None),
        )
        for one in selectors.of_facility(facility.pk, rights).prefetch_related("findings")[:SHOWN]
    ]
    headings = (
        gettext_lazy("number"),
        gettext_lazy("kind"),
        gettext_lazy("day"),
        gettext_lazy("state"),
        gettext_lazy("violations"),
    )
    empty = gettext_lazy("No inspection is known here. That says nothing of how the facility keeps the law.")
    return [Linked(TITLE, headings, rows, empty)]


def remarks(facility: Any, rights: Rights) -> Sequence[Promise | str]:
    """When somebody last looked, for those who may know."""
    if not rights.may("inspections.read", selectors.subject_of(facility)):
        return ()
    last = selectors.of_facility(facility.pk, rights).filter(began__isnull=False).first()
    if last is None or last.began is None:
        return (
            _("Never inspected, as far as is known here: no violation on record does not mean that there is none."),
        )
    return (_("Last inspected on %(day)s.") % {"day": f"{timezone.localdate(last.began):%d/%m/%Y}"},)


def _found(one: Any) -> int:
    replaced = {finding.replaces_id for finding in one.findings.all()}
    return sum(f.kind == Finding.Kind.VIOLATION and f.pk not in replaced for f in one.findings.all())


def _published(facility: Any) -> Linked:
    found = selectors.published().filter(inspection__facility=facility)[:SHOWN]
    rows = [(Cell(one.title, route="published-inspection", code=one.inspection.code), _day(one)) for one in found]
    empty = gettext_lazy(
        "No inspection of this facility has been published. That says nothing of how it keeps the law."
    )
    return Linked(TITLE, (gettext_lazy("conclusion"), gettext_lazy("published")), rows, empty)


def _day(one: Publication) -> Cell:
    return Cell(timezone.localdate(one.published) if one.published else None)
