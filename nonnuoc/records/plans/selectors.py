"""Which plans somebody may see, and what of them concerns whom. Nothing here writes."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.models import Plan


def plans(rights: Rights) -> QuerySet[Plan]:
    """Plans they may follow, the newest first: everybody those that are public, others on the desk also the rest."""
    seen = Q() if rights.may("plans.read") else Q(public=True) & ~Q(state=Plan.State.DRAFT)
    return Plan.objects.filter(seen).select_related("issuer", "leading")


def plan(code: str, rights: Rights) -> Plan | None:
    """The plan with this code, where they may follow it."""
    return None if "\0" in code else plans(rights).filter(code=code).first()


def subject(office: Office) -> Subject:
    """What access is decided by: whose part of a plan it is."""
    return Subject(office_id=office.pk, commune_id=office.commune_id)


def reporting(rights: Rights) -> QuerySet[Office]:
    """The offices for which they may report."""
    reach = rights.reach("plans.report")
    return Office.objects.filter(reach.within("id", "commune_id", None), is_active=True).select_related("commune")
