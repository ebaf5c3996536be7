"""Which plans somebody may see, and what of them concerns whom. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.models import Mark, Plan


def plans(rights: Rights) -> QuerySet[Plan]:
    """Plans they may follow, the newest first: everybody those that are public, others on the desk also the rest."""
    seen = Q() if rights.may("plans.read") else Q(public=True) & ~Q(state=Plan.State.DRAFT)
    return Plan.objects.filter(seen).select_related("issuer", "leading")


def plan(code: str, rights: Rights) -> Plan | None:
    """The plan with this code, where they may follow it."""
    return None if "\0" in code else plans(rights).filter(code=code).first()


def invented(plans: Iterable[Plan]) -> frozenset[int]:
    """Which of these are invented for demonstration, or how far their tasks are: an invented round tells that."""
    return frozenset(
        Plan.objects.filter(Q(simulated=True) | Q(rounds__simulated=True), pk__in=[one.pk for one in plans])
        .order_by()
        .values_list("pk", flat=True)
    )


def told_to_all(plan: str, anchor: str) -> Q:
    """Of sentences of public plans those everybody may read; the arguments are the columns of plan and anchor.

    What leads to tasks or targets none of which is public is not for everybody.
    """
    about = Mark.objects.filter(plan=OuterRef(plan), anchor=OuterRef(anchor)).exclude(task=None, target=None)
    shown = about.filter(Q(task__public=True) | Q(target__public=True))
    return ~Exists(about) | Exists(shown)


def subject(office: Office) -> Subject:
    """What access is decided by: whose part of a plan it is."""
    return Subject(office_id=office.pk, commune_id=office.commune_id)


def reporting(rights: Rights) -> QuerySet[Office]:
    """The offices for which they may report."""
    reach = rights.reach("plans.report")
    return Office.objects.filter(reach.within("id", "commune_id", None), is_active=True).select_related("commune")
