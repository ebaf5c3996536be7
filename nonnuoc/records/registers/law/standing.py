"""Whether a document is in force on a day: from its days, then from what somebody found."""

from __future__ import annotations

from datetime import date

from nonnuoc.records.registers.law.models import LegalDocument, Relation

State = LegalDocument.State


def of(document: LegalDocument, on: date) -> State | None:
    """How it stands on this day; None: not known. Its days count before what somebody typed.

    A document that has ended is “replaced” where another in force by then replaces it.
    """
    if document.effective is not None and on < document.effective:
        return State.NOT_YET
    if document.ended is not None and on > document.ended:
        return State.REPLACED if _replaced(document, on) else State.ENDED
    if _replaced(document, on):
        return State.REPLACED
    if document.state and not (document.state == State.NOT_YET and document.effective is not None):
        return State(document.state)
    return State.IN_FORCE if document.effective is not None and document.ended is not None else None


def _replaced(document: LegalDocument, on: date) -> bool:
    return any(
        one.kind == Relation.Kind.REPLACES
        and one.withdrawn is None
        and one.document.effective is not None
        and one.document.effective <= on
        for one in document.related.all()
    )
