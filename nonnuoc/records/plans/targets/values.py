"""Values of targets: measured ones follow the records, declared ones are somebody's word; the two are kept apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places.models import Commune
from nonnuoc.records.plans.models import Plan, Target, Value
from nonnuoc.records.plans.targets import allowed, measures
from nonnuoc.records.plans.targets.measures.measured import Measured, unknown
from nonnuoc.records.plans.targets.standings import Standing, latest, newest

__all__ = ["Standing", "checked", "declare", "latest", "record", "record_all"]

Kind, Quality = Value.Kind, Value.Quality
#: What makes a measured value another one; its day alone does not.
COMPARED = ("value", "numerator", "denominator", "quality", "why", "facts", "simulated")


def record_all(on: date, *, at: datetime) -> int:
    """Bring the measured values of every plan in force up to a day; give how many were written."""
    running = Plan.objects.filter(state=Plan.State.ISSUED, starts__lte=on).order_by("id")
    return sum(len(record(plan, on, at=at)) for plan in running)


@transaction.atomic
def record(plan: Plan, on: date, *, at: datetime) -> list[Value]:
    """Compute every target that has a formula, as the system sees the records, and write what differs from before.

    Again on the same records: nothing is written. Of a commune a value is written where there is one, and once where
    there is none any more.
    """
    Plan.objects.select_for_update().get(pk=plan.pk)  # one at a time
    targets = [one for one in plan.targets.filter(withdrawn=None).order_by("order") if one.measure]
    before = _newest(targets, on)
    made: list[Value] = []
    for target in targets:
        fresh = [
            one
            for one in _values(target, checked(target, plan, on), at, before)
            if _differs(one, before.get((target.pk, one.commune_id)))
        ]
        made += fresh
        _note(plan, target, fresh, before)
    for one in made:
        same = {"target": one.target, "commune": one.commune_id, "day": one.day, "kind": Kind.MEASURED}
        Value.objects.filter(**same, current=True).update(current=False)
    return Value.objects.bulk_create(made)


def checked(target: Target, plan: Plan, on: date) -> Measured:
    """What the target's formula gives at this moment, over all records there are."""
    measure = measures.ALL.get(target.measure)
    if measure is None:
        return unknown(on, "no_such_formula", measure=target.measure)
    return measure.compute(access.SYSTEM, on, plan.starts)


@transaction.atomic
def declare(
    target: Target,
    *,
    day: date,
    value: float | None,
    evidence: str,
    by: Person | None,
    at: datetime,
    quality: str = Quality.COMPLETE,
    why: str = "",
    commune: Commune | None = None,
    simulated: bool = False,
) -> Value:
    """Somebody's word on a day, with what it rests on; an earlier one for the same day stays readable. Again: nothing.

    A value None says that nobody knows, and needs `why`. Raises ValidationError (field -> sentence), PermissionDenied.
    """
    through = allowed.require(by, target).lent
    Target.objects.select_for_update().get(pk=target.pk)
    facts = {
        "value": value,
        "quality": Quality.UNKNOWN if value is None else quality,
        "why": why.strip()[:500],
        "evidence": evidence.strip()[:500],
        "simulated": simulated,
    }
    _check(target, facts, day, at)
    same = Value.objects.filter(target=target, commune=commune, day=day, kind=Kind.DECLARED, current=True)
    old = same.first()
    if old is not None and all(getattr(old, name) == told for name, told in facts.items()):
        return old
    same.update(current=False)
    made = Value.objects.create(target=target, commune=commune, day=day, kind=Kind.DECLARED, at=at, by=by, **facts)
    subject = f"plan {target.plan.code} {target.code}"
    place = {"commune": commune.code} if commune else {}
    audit.record(by, "target.declared", subject, before=_plain(old), after={**_plain(made), **place}, through=through)
    return made


def _check(target: Target, facts: dict[str, Any], day: date, at: datetime) -> None:
    wrong: dict[str, str] = {}
    value = facts["value"]
    if not facts["evidence"]:
        wrong["evidence"] = _("Say what it rests on: a document with its number, a survey, a register kept elsewhere.")
    if day > timezone.localdate(at):
        wrong["day"] = _("This day is still to come.")
    if value is None and not facts["why"]:
        wrong["why"] = _("Without a value, say why nobody knows it.")
    if value is not None and facts["quality"] == Quality.UNKNOWN:
        wrong["quality"] = _("There is a value: it is complete, or part of it is missing.")
    if value is not None and target.unit == "%" and not 0 <= value <= 100:
        wrong["value"] = _("A share lies between 0 and 100.")
    if value is not None and target.kind == Target.Kind.COUNT and (value < 0 or value != int(value)):
        wrong["value"] = _("Things are counted in whole numbers from 0.")
    if wrong:
        raise ValidationError(wrong)


def _newest(targets: Iterable[Target], on: date) -> dict[tuple[int, int | None], Value]:
    held = Value.objects.filter(target__in=list(targets), kind=Kind.MEASURED, current=True, day__lte=on)
    return {(one.target_id, one.commune_id): one for one in newest(held, "target_id", "commune_id")}


def _values(
    target: Target, measured: Measured, at: datetime, before: dict[tuple[int, int | None], Value]
) -> Iterable[Value]:
    """What would be written if nothing had been: the whole, its parts by commune, and parts that are gone."""
    common = {"target": target, "day": measured.day, "kind": Kind.MEASURED, "at": at, "simulated": measured.simulated}
    yield Value(
        **common,
        value=measured.value,
        numerator=measured.numerator,
        denominator=measured.denominator,
        quality=measured.quality,
        why=measured.why,
        facts={"measure": target.measure, **measured.stored()},
    )
    for commune, part in measured.by_commune.items():
        known = {"value": part.value, "numerator": part.numerator, "denominator": part.denominator}
        yield Value(**common, commune_id=commune, quality=Quality.COMPLETE, **known)
    for (pk, commune_id), last in before.items():
        if pk == target.pk and commune_id is not None and commune_id not in measured.by_commune:
            gone = {"quality": Quality.UNKNOWN, "why": "no_longer_told"}
            yield Value(**{**common, "simulated": last.simulated}, commune_id=commune_id, **gone)


def _differs(one: Value, last: Value | None) -> bool:
    return last is None or any(getattr(one, name) != getattr(last, name) for name in COMPARED)


def _note(plan: Plan, target: Target, fresh: Iterable[Value], before: dict[tuple[int, int | None], Value]) -> None:
    for one in fresh:
        if one.commune_id is None:
            old = before.get((target.pk, None))
            audit.record(
                None, "target.measured", f"plan {plan.code} {target.code}", before=_plain(old), after=_plain(one)
            )


def _plain(one: Value | None) -> dict[str, Any]:
    if one is None:
        return {}
    found = {"day": one.day.isoformat(), "value": one.value, "quality": one.quality}
    return found | {name: told for name in ("why", "evidence") if (told := getattr(one, name))}
