"""Communes and collaborators report what they found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from nonnuoc.records.accounts.models import DataClass, Person
from nonnuoc.records.places import locating
from nonnuoc.records.registers.nature.models import Judgement, Occurrence
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.registers.pattern.models import Revision

#: The same register as those see it who report: what they may write.
REPORTS = replace(OCCURRENCES, keep="occurrences.write")
OFFERED = frozenset(
    {
        *("species", "day", "until", "count", "basis", "recorded_by", "method", "locality", "uncertainty_m"),
        *("commune", "lon", "lat", "position_source", "source", "note"),
    }
)


@transaction.atomic
def report(values: Mapping[str, Any], *, by: Person | None, token: UUID | None = None) -> Occurrence:
    """A new occurrence, unjudged and internal. `token`: of the form; the same one again gives the same entry.

    Raises ValidationError, PermissionDenied where it lies outside one's reach, KeyError for what nobody reports.
    """
    if unknown := set(values) - OFFERED:
        raise KeyError(f"reports have no {sorted(unknown)}")
    if values.get("lon") is not None and locating.commune_at(values["lon"], values["lat"]) is not None:
        values = {name: value for name, value in values.items() if name != "commune"}  # the position knows better
    told = {**values, "state": Occurrence.State.REPORTED.value, "data_class": DataClass.INTERNAL.value}
    return cast(Occurrence, keeping.create(REPORTS, told, by=by, token=token))


def own(person: Person, most: int = 20) -> Sequence[Occurrence]:
    """The newest that the person reported, as they stand; each with what an expert said last (`said`)."""
    written = Revision.objects.filter(register=OCCURRENCES.key, kind=Revision.Kind.CREATED, by=person)
    ids = list(written.order_by("-id").values_list("entry_id", flat=True)[:most])
    said = Judgement.objects.filter(occurrence=OuterRef("pk")).order_by("-at", "-id").values("reason")[:1]
    found = Occurrence.objects.filter(pk__in=ids).annotate(said=Subquery(said))
    return list(found.select_related("species").order_by("-created", "-id"))
