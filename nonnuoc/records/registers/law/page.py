"""What stands on the page of a document beside its own facts: its place among others, and who rests on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.law import citing, standing
from nonnuoc.records.registers.law.models import LegalDocument, Relation
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Cell, Linked, of_model

State = LegalDocument.State
DEEPEST = 6  # levels of the tree
PASSIVE: Mapping[str, Promise] = {
    Relation.Kind.IMPLEMENTS: gettext_lazy("is implemented by"),
    Relation.Kind.BASED_ON: gettext_lazy("is the basis of"),
    Relation.Kind.AMENDS: gettext_lazy("is amended by"),
    Relation.Kind.REPLACES: gettext_lazy("is replaced by"),
}


def linked(document: LegalDocument, rights: Rights) -> Sequence[Linked]:
    """The tree above and below it, and the sentences that name it."""
    return (_tree(document, rights), _cited(document, rights))


def remarks(document: LegalDocument, rights: Rights) -> Sequence[Promise | str]:
    """That nobody verified it; how it stands today; which plan still rests on it though it has ended."""
    today = timezone.localdate()
    told: list[Promise | str] = []
    state = standing.of(document, today)
    if state is None:
        told.append(_("Whether it is in force today is not known here."))
    elif document.state and state != document.state:
        said = {"state": state.label, "found": State(document.state).label}
        told.append(_("After its days it is “%(state)s” today; its entry says “%(found)s”.") % said)
    if document.evidence == LegalDocument.Evidence.NOT_VERIFIED:
        told.append(_("Not verified here: what stands on this page is as another document tells it."))
    if state in (State.ENDED, State.REPLACED):
        told.extend(_still(document, one) for one in citing.of(document, rights))
    return told


def _still(document: LegalDocument, one: citing.Citation) -> str:
    if document.ended is None:
        return _("It is no longer in force, and is still continued by %(where)s, %(place)s.") % {
            "where": one.where,
            "place": one.place,
        }
    said = {"day": f"{document.ended:%d/%m/%Y}", "where": one.where, "place": one.place}
    return _("It ended on %(day)s, and is still continued by %(where)s, %(place)s.") % said


def _cited(document: LegalDocument, rights: Rights) -> Linked:
    return Linked(
        gettext_lazy("Named in plans"),
        (gettext_lazy("plan"), gettext_lazy("number in the text"), gettext_lazy("sentence")),
        [
            (Cell(one.where, route=one.route, code=one.code), Cell(one.place), Cell(one.words))
            for one in citing.of(document, rights)
        ],
        gettext_lazy("No sentence of a plan is known to name it."),
    )


def _tree(document: LegalDocument, rights: Rights) -> Linked:
    seen = reading.readable(of_model(LegalDocument), rights)
    known = {one.pk: one for one in seen.prefetch_related("related__document")}
    up, down = defaultdict(list), defaultdict(list)
    for one in reading.readable(of_model(Relation), rights).order_by("kind", "code"):
        if one.document_id in known and one.other_id in known:
            up[one.document_id].append(one)
            down[one.other_id].append(one)
    rows = [
        *_level(document, up, known, 1, {document.pk}, upward=True),
        *_level(document, down, known, 1, {document.pk}, upward=False),
    ]
    return Linked(
        gettext_lazy("Its place among other documents"),
        (gettext_lazy("this one, or the one above"), gettext_lazy("document"), gettext_lazy("name"), _STATE),
        rows,
        gettext_lazy("Nothing is registered of what it rests on and what rests on it."),
        gettext_lazy("Further in: what those rest on in their turn, or what rests on them.") if rows else "",
    )


_STATE = gettext_lazy("state today")


def _level(
    document: LegalDocument,
    edges: Mapping[int, Sequence[Relation]],
    known: Mapping[int, LegalDocument],
    depth: int,
    passed: set[int],
    *,
    upward: bool,
) -> Iterator[tuple[Cell, ...]]:
    """Every document once, as near to the first as it stands: by all ways to it there would be rows without end."""
    near = [(one.other_id if upward else one.document_id, one) for one in edges.get(document.pk, ())]
    fresh = {there for there, _one in near if there not in passed and depth <= DEEPEST}
    passed |= fresh
    for there, one in near:
        if there not in fresh:
            continue
        other = known[there]
        deed = str(one.get_kind_display() if upward else PASSIVE[one.kind])
        state = standing.of(other, timezone.localdate())
        key = of_model(LegalDocument).key
        indent = "\u2003" * (depth - 1)
        yield (
            Cell(f"{indent}{deed}"),
            Cell(other.number or _("number not known"), key, other.code),
            Cell(other.name),
            Cell(state.label if state else None),
        )
        yield from _level(other, edges, known, depth + 1, passed, upward=upward)
