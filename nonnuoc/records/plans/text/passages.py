"""Pieces of a text, as `domain.plan.sentences` cuts them, kept as passages of an edition, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nonnuoc.domain.plan.sentences import Piece
from nonnuoc.records.plans.models import Edition, Passage, Plan


def keep(edition: Edition, pieces: Iterable[Piece]) -> None:
    """Write the passages of a new edition, in the caller's transaction."""
    Passage.objects.bulk_create(
        [
            Passage(
                edition=edition,
                order=order,
                kind=one.kind,
                anchor=one.anchor,
                parent=one.parent,
                label=one.label[:20],
                level=one.level,
                text=one.text,
                cells=list(one.cells),
            )
            for order, one in enumerate(pieces)
        ],
        batch_size=500,
    )


def of(edition: Edition) -> list[Passage]:
    """The passages of an edition, in the order of its text."""
    return list(Passage.objects.filter(edition=edition).order_by("order"))


def pieces(edition: Edition) -> Sequence[Piece]:
    """The same as plain pieces, for comparing."""
    return [
        Piece(one.kind, one.anchor, one.parent, one.label, one.level, one.text, tuple(one.cells), one.order)
        for one in of(edition)
    ]


def ever_used(plan: Plan) -> set[str]:
    """Every anchor that any edition of the plan has had: none of them is given to another sentence."""
    return set(Passage.objects.filter(edition__plan=plan).values_list("anchor", flat=True))
