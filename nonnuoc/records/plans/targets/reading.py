"""What pages read of a target: its standing by its code, its values over time and by commune, its sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.places import selectors as places
from nonnuoc.records.plans.models import Evidence, Passage, Plan, Target, Value
from nonnuoc.records.plans.targets import standings
from nonnuoc.records.plans.targets.standings import Standing
from nonnuoc.records.plans.tasks import evidencing
from nonnuoc.records.plans.text import editions

INTERNAL, RESTRICTED = DataClass.INTERNAL, DataClass.RESTRICTED


@dataclass(frozen=True, slots=True)
class Followed:
    """What a value is made of: records by name, and how many there are in all; the same of what is missing."""

    counted: Sequence[Mapping[str, Any]]  # name, register, code, counts
    counted_count: int
    missing: Sequence[str]
    missing_count: int


def one(plan: Plan, code: str, on: date) -> Standing | None:
    """Where the target with this code stands; None: the plan has none."""
    found = None if "\0" in code else standings.targets_of(plan).filter(code=code).first()
    return None if found is None else standings.of([found], on)[found.pk]


def series(targets: Iterable[Target]) -> Mapping[int, list[Value]]:
    """Target id -> its values for the whole, of both kinds, as they hold now, in the order of their days; one query."""
    found: dict[int, list[Value]] = {one.pk: [] for one in targets}
    held = Value.objects.filter(target__in=list(found), commune=None, current=True)
    for one in held.order_by("day", "id"):
        found[one.target_id].append(one)
    return found


def history(target: Target) -> QuerySet[Value]:
    """Every value for the whole that was ever written, the newest first; those replaced since as well."""
    return target.values.filter(commune=None).select_related("by").order_by("-day", "-at", "-id")


def by_commune(target: Target, on: date) -> list[Value]:
    """The newest known measured value of each commune, by the commune's name."""
    held = target.values.filter(commune__isnull=False, kind=Value.Kind.MEASURED, current=True, day__lte=on)
    newest = standings.newest(held, "commune_id").select_related("commune")
    known = [(one.commune.name_ascii, one) for one in newest if one.value is not None and one.commune is not None]
    return [one for _name, one in sorted(known, key=lambda pair: pair[0])]


def followed(value: Value, rights: Rights) -> Followed:
    """What was counted in a measured value and what is missing of it, as far as the reader may know of it.

    Formulas read all records there are; their names are told to those alone who may read them. Of what is missing
    there are names without codes: those of communes are everybody's, others for who may read all registers.
    """
    counted = value.facts.get("counted", ())
    by_register: dict[str, list[str]] = defaultdict(list)
    for one in counted:
        by_register[one["register"]].append(one["code"])
    known = {key: _known(key, codes, rights) for key, codes in by_register.items()}
    shown = [one for one in counted if not one["register"] or one["code"] in known[one["register"]]]
    missing = value.facts.get("missing", ())
    if missing and not all(rights.reach(f"data.{one}").everywhere for one in (INTERNAL, RESTRICTED)):
        communes = {one.full_name for one in places.communes()}
        missing = [name for name in missing if name in communes]
    return Followed(shown, value.facts.get("counted_count", 0), missing, value.facts.get("missing_count", 0))


def _known(key: str, codes: Collection[str], rights: Rights) -> Container[str]:
    """Of stations ("station") or entries of a register, those the reader may know of."""
    if key == "station":
        return evidencing.names(Evidence.Kind.STATION, codes, rights)
    found = evidencing.names(Evidence.Kind.ENTRY, [f"{key}/{code}" for code in codes], rights)
    return {reference.partition("/")[2] for reference in found}


def sentence(target: Target) -> Passage | None:
    """The sentence of the plan it comes from, as the text stands now."""
    edition = editions.current(target.plan) if target.anchor else None
    return edition.passages.filter(anchor=target.anchor).first() if edition else None
