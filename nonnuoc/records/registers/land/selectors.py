"""Reading what stages rest on, and how all ground stands."""

from __future__ import annotations

from collections.abc import Sequence

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.land.models import (
    ClosedDump,
    ContaminatedSite,
    Evidence,
    Milestone,
    Move,
    Restriction,
    SoilPoint,
    SoilResult,
)
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model

Ground = ContaminatedSite | ClosedDump


def papers(ground: Ground) -> Sequence[Evidence]:
    """The documents that count, the oldest first."""
    return list(ground.evidences.filter(removed=None).select_related("document", "by"))


def results(sampled: Ground | SoilPoint) -> Sequence[SoilResult]:
    """The results that count, the newest first."""
    return list(sampled.results.filter(withdrawn=None).order_by("-sampled", "place", "parameter", "id"))


def taken_back(sampled: Ground | SoilPoint) -> Sequence[SoilResult]:
    """The results that no longer count, with the reason."""
    return list(sampled.results.exclude(withdrawn=None).order_by("-withdrawn", "id"))


def milestones(ground: Ground) -> Sequence[Milestone]:
    """By the day they are due."""
    return list(ground.milestones.all())


def restrictions(ground: Ground) -> Sequence[Restriction]:
    """All there ever were, in the order in which they began."""
    return list(ground.restrictions.all())


def moves(ground: Ground) -> Sequence[Move]:
    """Its course, the newest step first."""
    return list(ground.moves.select_related("by").order_by("-at", "-id"))


def grounds(rights: Rights) -> Sequence[Ground]:
    """All contaminated sites and closed dumps that may be read: those due first come first, without a day last."""
    found: list[Ground] = []
    for model in (ContaminatedSite, ClosedDump):
        readable = reading.readable(of_model(model), rights).select_related("commune")
        found += readable.prefetch_related("evidences", "results", "restrictions")
    return sorted(found, key=lambda one: (one.stage == "closed", str(one.due or "9999"), one.code))
