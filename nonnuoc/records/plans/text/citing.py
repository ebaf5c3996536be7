"""The sentences of plans that name a legal document, for its page in the registers (law/citing.py)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import OuterRef, Subquery

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Edition, Mark, Passage
from nonnuoc.records.registers.law.citing import Citation
from nonnuoc.records.registers.law.models import LegalDocument
from nonnuoc.records.registers.pattern.register import of_model


def of(document: LegalDocument, rights: Rights) -> Sequence[Citation]:
    """Every sentence of the present text of a plan they may follow that is marked as naming it. Two queries at most."""
    newest = Edition.objects.filter(plan=OuterRef("plan")).order_by("-number").values("pk")[:1]
    marks = (
        Mark.objects.filter(
            plan__in=selectors.plans(rights),
            kind=Mark.Kind.LEGAL,
            register=of_model(LegalDocument).key,
            code=document.code,
        )
        .annotate(edition=Subquery(newest))
        .select_related("plan")
        .order_by("plan__code", "id")
    )
    found = list(marks if rights.may("plans.read") else marks.filter(selectors.told_to_all("plan", "anchor")))
    texts = {
        (one.edition_id, one.anchor): one
        for one in Passage.objects.filter(
            edition__in={mark.edition for mark in found}, anchor__in={mark.anchor for mark in found}
        )
    }
    route = "plan-text" if rights.may("plans.read") else "plan-progress"
    return [
        Citation(mark.plan.short_title, mark.anchor, passage.text, route, mark.plan.code)
        for mark in found
        if (passage := texts.get((mark.edition, mark.anchor))) is not None
    ]
