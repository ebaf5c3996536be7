"""What pages read of a target: its standing by its code, its values over time and by commune, its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import QuerySet

from nonnuoc.records.plans.models import Passage, Plan, Target, Value
from nonnuoc.records.plans.targets import standings
from nonnuoc.records.plans.targets.standings import Standing
from nonnuoc.records.plans.text import editions


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


def sentence(target: Target) -> Passage | None:
    """The sentence of the plan it comes from, as the text stands now."""
    edition = editions.current(target.plan) if target.anchor else None
    return edition.passages.filter(anchor=target.anchor).first() if edition else None
