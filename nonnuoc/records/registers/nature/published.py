"""Occurrences as everybody may read them: validated, public, their places as coarse as their species needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, QuerySet

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.registers.nature.models import Occurrence, Species
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.reading import Position

PIECE = 2000


@dataclass(frozen=True, slots=True)
class Published:
    """One of them: what it is, where as far as everybody may know, and which of its columns may be read."""

    occurrence: Occurrence
    place: Position | None
    shown: frozenset[str]

    def text(self, column: str) -> str:
        """A text of it, "" where it is unknown or not to be read."""
        return str(getattr(self.occurrence, column) or "") if column in self.shown else ""


@dataclass(frozen=True, slots=True)
class Extent:
    """What there is of them. `edition` changes whenever one of them, or of their species, does."""

    count: int
    first: Any  # days, None where there is none
    last: Any
    box: tuple[float, float, float, float] | None  # west, south, east, north of the places that are told
    changed: datetime | None
    edition: str


def _all() -> QuerySet[Any]:
    found = reading.readable(OCCURRENCES, access.ANYBODY)
    return found.filter(state=Occurrence.State.VALIDATED, species__data_class=DataClass.PUBLIC)


def extent() -> Extent:
    """What there is, in two queries."""
    told = _all().aggregate(
        count=Count("id"), first=Min("day"), last=Max("day"), changed=Max("changed"), newest=Max("id"),
        west=Min("coarse_lon"), south=Min("coarse_lat"), east=Max("coarse_lon"), north=Max("coarse_lat"),
    )  # fmt: skip
    named = Species.objects.aggregate(changed=Max("changed"))["changed"]
    stamps = [int(moment.timestamp() * 1e6) if moment else 0 for moment in (told["changed"], named)]
    box = tuple(told[side] for side in ("west", "south", "east", "north"))
    return Extent(
        told["count"],
        told["first"],
        told["last"],
        None if None in box else box,
        told["changed"],
        "-".join(f"{number:x}" for number in (told["count"], told["newest"] or 0, *stamps)),
    )


def pieces() -> Iterator[list[Published]]:
    """All of them, in the order of their ids, so many at a time."""
    last = 0
    while True:
        rows = list(_all().filter(id__gt=last).select_related("species__accepted", "commune").order_by("id")[:PIECE])
        if not rows:
            return
        yield [
            Published(
                one,
                reading.position(OCCURRENCES, one, access.ANYBODY),
                frozenset(reading.shown(OCCURRENCES, one, access.ANYBODY)),
            )
            for one in rows
        ]
        last = rows[-1].pk
