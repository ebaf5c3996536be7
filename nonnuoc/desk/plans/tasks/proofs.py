"""What proves something, and where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from nonnuoc.records.plans.models import Evidence
from nonnuoc.records.plans.tasks.evidencing import Shown

Kind = Evidence.Kind


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence, what it is called, and its address ("": it has none here)."""

    evidence: Evidence
    name: str
    link: str


def proofs(shown: Iterable[Shown]) -> list[Proof]:
    """The same pieces, in the same order."""
    return [Proof(one.evidence, one.name, _link(one.evidence)) for one in shown]


def _link(one: Evidence) -> str:
    if one.kind == Kind.FILE:
        return reverse("plan-evidence", args=[one.task.plan.code, one.task.code, one.pk])
    if one.kind == Kind.ENTRY:
        register, _slash, code = one.reference.partition("/")
        return reverse("desk-register-entry", args=[register, code])
    if one.kind == Kind.INCIDENT:
        return reverse("duty-incident", args=[one.reference])
    if one.kind == Kind.STATION:
        return reverse("station", args=[one.reference])
    if one.kind == Kind.INSPECTION:
        return reverse("inspection", args=[one.reference])
    return one.reference if one.kind == Kind.LINK else ""
