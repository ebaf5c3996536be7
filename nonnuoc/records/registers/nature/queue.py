"""What waits for an expert, and what was found of the same species before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.nature.models import Judgement, Occurrence
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.pattern import reading

ACTION = "occurrences.validate"


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where one of the same species was found before, as far as the reader may know."""

    occurrence: Occurrence
    place: reading.Position | None


def waiting(rights: Rights, *, state: str = Occurrence.State.REPORTED, species: str = "") -> QuerySet[Any]:
    """Those within reach that are in this state, the oldest first; of one species (its code) where it is named."""
    reach = rights.reach(ACTION).within(**OCCURRENCES.where())
    found = Occurrence.objects.filter(reach, state=state, withdrawn=None).order_by("created", "id")
    return found.filter(species__code=species) if species else found


def count(rights: Rights) -> int:
    """How many wait."""
    return 0 if rights.reach(ACTION).nowhere else waiting(rights).count()


def one(code: str, rights: Rights) -> Occurrence | None:
    """One that the reader may judge."""
    reach = rights.reach(ACTION).within(**OCCURRENCES.where())
    return (
        Occurrence.objects.filter(reach, code=code, withdrawn=None)
        .select_related("species", "species__accepted", "found_in", "commune", "office")
        .first()
    )


def earlier(occurrence: Occurrence, rights: Rights, most: int = 200) -> Sequence[Earlier]:
    """Validated ones of the same species, the newest first."""
    found = reading.readable(OCCURRENCES, rights).filter(
        species=occurrence.species_id, state=Occurrence.State.VALIDATED
    )
    known = found.exclude(pk=occurrence.pk).order_by("-day", "-id")[:most]
    return [Earlier(each, reading.position(OCCURRENCES, each, rights)) for each in known]


def judgements(occurrence: Occurrence) -> QuerySet[Judgement]:
    """What experts said of it, the newest first."""
    return occurrence.judgements.select_related("by").order_by("-at", "-id")
