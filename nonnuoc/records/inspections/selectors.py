"""What somebody may see of inspections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.accounts.rights import RIGHTS
from nonnuoc.records.inspections.models import Evidence, Inspection, Publication, Remedy
from nonnuoc.records.registers.facilities.models import Facility

_WHERE = {"office": "facility__office_id", "commune": "facility__commune_id", "facility": "facility__code"}
#: It was announced, or the visit has begun: the inspected knows.
TOLD = Q(announced__isnull=False) | Q(began__isnull=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """How much there is to do."""

    planned: int
    under_way: int
    overdue: int  # things that should have been put right by now
    waiting: int  # texts that wait for approval
    replies: int  # texts the facility may reply to still


def standing(rights: Rights, on: date) -> Standing:
    """What waits of all they may know of."""
    known = visible(rights)
    texts = Publication.objects.filter(inspection_of(rights, "inspection"))
    return Standing(
        known.filter(state=Inspection.State.PLANNED).count(),
        known.filter(state=Inspection.State.UNDER_WAY).count(),
        overdue(rights, on).count(),
        texts.filter(state=Publication.State.PROPOSED).count(),
        texts.filter(state=Publication.State.REPLY, reply_until__gte=on).count(),
    )


def leads() -> list[Person]:
    """Everybody whose task lets them carry out inspections, by name."""
    roles = [role for role, actions in RIGHTS.items() if "inspections.keep" in actions]
    held = Person.objects.filter(is_active=True, appointments__role__in=roles, appointments__until=None)
    return list(held.distinct().order_by("name", "id"))


def named(word: str) -> Q:
    """Inspections whose number, or whose facility's words, begin so."""
    return Q(code__icontains=word) | Q(facility__words__contains=f" {word}")


def findings_open(inspection: Inspection, rights: Rights) -> bool:
    """Whether they may read what was found: until the conclusion only who carries them out or publishes them."""
    if inspection.state == Inspection.State.CONCLUDED:
        return True
    on = subject(inspection)
    return rights.may("inspections.keep", on) or rights.may("inspections.publish", on)


def evidence(inspection: Inspection, identity: int, rights: Rights) -> Evidence | None:
    """A file of this inspection, for those who may read what was found."""
    return inspection.evidence.filter(pk=identity).first() if findings_open(inspection, rights) else None


def subject_of(facility: Facility) -> Subject:
    """What access decides on."""
    return Subject(facility.office_id, facility.commune_id, facility.code)


def subject(inspection: Inspection) -> Subject:
    """What access decides on: the facility."""
    return subject_of(inspection.facility)


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


def to_publish(rights: Rights) -> QuerySet[Publication]:
    """Texts that wait for this person's approval, the oldest first; not what they wrote or proposed themselves."""
    found = Publication.objects.filter(
        inspection__in=Inspection.objects.filter(_within(rights, "inspections.publish")).values("pk"),
        state=Publication.State.PROPOSED,
    )
    if rights.person is not None:
        found = found.exclude(written_by=rights.person).exclude(proposed_by=rights.person)
    return found.select_related("inspection__facility").order_by("pk")


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


def to_put_right(inspection: Inspection) -> list[Remedy]:
    """What nobody has verified yet."""
    found = Remedy.objects.filter(decision__inspection=inspection, verified=None)
    return list(found.exclude(decision__state="cancelled"))
