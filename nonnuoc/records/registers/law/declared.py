"""The registers of legal documents, and of how they stand to each other."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.law import page
from nonnuoc.records.registers.law.models import LegalDocument, Relation
from nonnuoc.records.registers.pattern.register import Register, Shape, Subject

DATA = Path(__file__).parent / "data"
LONGEST_NAME = 300


def _named(relation: Relation) -> None:
    """A relation is called by what it says."""
    one, other = relation.document, relation.other
    relation.name = f"{one.number or one.name} → {other.number or other.name}"[:LONGEST_NAME]


def _no_circle(relation: Relation) -> None:
    """Nothing implements, amends, replaces or rests on itself through others. Raises ValidationError."""
    edges: dict[int, set[int]] = {}
    same = Relation.objects.filter(kind=relation.kind, withdrawn=None).exclude(pk=relation.pk)
    for one, other in same.values_list("document_id", "other_id"):
        edges.setdefault(one, set()).add(other)
    ahead, passed = [relation.other_id], set[int]()
    while ahead:
        at = ahead.pop()
        if at == relation.document_id:
            said = {"one": relation.other, "other": relation.document}
            raise ValidationError(
                {"other": _now("“%(one)s” comes back to “%(other)s” through others: it cannot be both ways.") % said}
            )
        if at not in passed:
            passed.add(at)
            ahead.extend(edges.get(at, ()))


DOCUMENTS = Register(
    key="legal-documents",
    model=LegalDocument,
    title=_("Legal documents"),
    one=_("Legal document"),
    description=_("Laws, decrees, decisions and plans that the province's plans name, and whether they are in force."),
    subject=Subject.LAW,
    own=(
        *("number", "kind", "rank", "issuer", "issued", "effective", "ended", "state"),
        *("evidence", "url", "retrieved"),
    ),
    listed=("number", "kind", "issuer", "issued", "state", "evidence"),
    filters=("kind", "rank", "state", "evidence", "issued"),
    searched=("number", "issuer"),
    shape=Shape.NONE,
    linked=page.linked,
    remarks=page.remarks,
    seed=DATA / "documents",
)
RELATIONS = Register(
    key="legal-relations",
    model=Relation,
    title=_("Relations of legal documents"),
    one=_("Relation of legal documents"),
    description=_("Which document implements, amends or replaces which, and on which each is based."),
    subject=Subject.LAW,
    own=("document", "kind", "other", "article"),
    listed=("document", "kind", "other"),
    filters=("kind", "document", "other"),
    searched=("article",),
    shape=Shape.NONE,
    judged=frozenset({"name"}),
    complete=_named,
    check=_no_circle,
    seed=DATA / "relations",
)
REGISTERS = (DOCUMENTS, RELATIONS)
