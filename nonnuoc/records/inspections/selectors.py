"""What somebody may see of inspections."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.inspections.models import Inspection, Publication, Remedy

_WHERE = {"office": "facility__office_id", "commune": "facility__commune_id", "facility": "facility__code"}
#: It was announced, or the visit has begun: the inspected knows.
TOLD = Q(announced__isnull=False) | Q(began__isnull=False)


def subject(inspection: Inspection) -> Subject:
    """What access decides on: the facility."""
    return Subject(inspection.facility.office_id, inspection.facility.commune_id, inspection.facility.code)


def visible(rights: Rights) -> QuerySet[Inspection]:
    """The inspections they may know of. Before it is told, only those who plan them or approve what is published."""
    found = TOLD & _within(rights, "inspections.read")
    for action in ("inspections.keep", "inspections.publish"):
        found |= _within(rights, action)
    return Inspection.objects.filter(found).select_related("facility", "facility__commune", "lead", "office")


def _within(rights: Rights, action: str) -> Q:
    # "everywhere" is the empty condition, and that or another one is the other one: said in so many words instead
    return rights.reach(action).within(**_WHERE) or Q(pk__isnull=False)


def one(code: str, rights: Rights) -> Inspection | None:
    """The inspection of this code; None where there is none, or none they may know of."""
    return visible(rights).filter(code=code).first()


def of_facility(facility_id: int, rights: Rights) -> QuerySet[Inspection]:
    """Those of one facility, newest first."""
    return visible(rights).filter(facility_id=facility_id).order_by("-began", "-scheduled", "-id")


def overdue(rights: Rights, on: date) -> QuerySet[Remedy]:
    """What should have been put right by now and is not verified."""
    return (
        Remedy.objects.filter(inspection_of(rights), verified=None, due__lt=on)
        .exclude(decision__state="cancelled")
        .select_related("decision__inspection__facility")
    )


def inspection_of(rights: Rights, path: str = "decision__inspection") -> Q:
    """A filter for what hangs on inspections they may know of."""
    return Q(**{f"{path}__in": visible(rights).values("pk")})


def published() -> QuerySet[Publication]:
    """What the public is told, newest first; what was withdrawn is no longer among it."""
    return (
        Publication.objects.filter(state=Publication.State.PUBLISHED)
        .select_related("inspection__facility__commune")
        .prefetch_related("replies", "inspection__decisions__remedies")
        .order_by("-published")
    )


def publication(code: str) -> Publication | None:
    """Of the inspection of this code what is published, or was and has been withdrawn (it says so)."""
    found = Publication.objects.filter(
        inspection__code=code,
        state__in=(Publication.State.PUBLISHED, Publication.State.WITHDRAWN),
        published__isnull=False,
    )
    return found.select_related("inspection__facility__commune").prefetch_related("replies").first()
