"""Writing targets: made, changed, given a baseline and a path. Every change is in the audit trail."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.plans.models import PathPoint, Plan, Target
from nonnuoc.records.plans.targets import allowed, measures
from nonnuoc.records.plans.tasks.keeping import CODE

#: What `create` and `change` take. The baseline and the path have services of their own.
FACTS = (
    *("order", "title", "definition", "kind", "sense", "unit", "wanted", "wanted_to", "wanted_text", "due"),
    *("anchor", "section", "task", "measure", "numerator", "denominator", "data_source", "frequency"),
    *("responsible", "public", "simulated"),
)


@transaction.atomic
def create(plan: Plan, code: str, *, by: Person | None, at: datetime, **facts: Any) -> Target:
    """A target of a plan. The same code again with the same facts: the one there is.

    Raises ValidationError (field -> sentence) and PermissionDenied.
    """
    through = allowed.keeps(by, plan).lent
    Plan.objects.select_for_update().get(pk=plan.pk)
    _known(facts)
    there = Target.objects.filter(plan=plan, code=code).first()
    if there is not None:
        if all(getattr(there, name) == told for name, told in facts.items()):
            return there
        raise ValidationError({"code": _("This plan has a target %(code)s already.") % {"code": code}})
    if "order" not in facts:
        last = Target.objects.filter(plan=plan).order_by("-order").first()
        facts["order"] = last.order + 1 if last else 1
    if not CODE.fullmatch(code):
        raise ValidationError({"code": _("A number is made of letters, digits and dots: “III.13”.")})
    made = Target(plan=plan, code=code, **facts)
    _check(made)
    made.save()
    audit.record(by, "target.created", _subject(made), after=_plain(made), through=through)
    return made


@transaction.atomic
def change(target: Target, *, version: int, by: Person | None, at: datetime, **facts: Any) -> Target:
    """Change facts of it. `version` is the one its writer saw. Raises ValidationError where another came since."""
    through = allowed.keeps(by, target.plan).lent
    held = _locked(target)
    _known(facts)
    before = _plain(held)
    for name, told in facts.items():
        setattr(held, name, told)
    if (after := _plain(held)) == before:
        return held
    if version != held.version:
        raise ValidationError(_("Somebody has changed this target meanwhile. Read it again, then change it."))
    _check(held)
    held.version += 1
    held.save()
    changed = [name for name in FACTS if before[name] != after[name]]
    audit.record(
        by,
        "target.changed",
        _subject(held),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        through=through,
    )
    return held


@transaction.atomic
def set_baseline(target: Target, *, value: float, day: date, source: str, by: Person | None, at: datetime) -> Target:
    """From where it sets out, and who says so. The same again: nothing happens."""
    through = allowed.require(by, target).lent
    held = _locked(target)
    wrong = {}
    if not source.strip():
        wrong["source"] = _("Say what the baseline rests on.")
    if day > timezone.localdate(at):
        wrong["day"] = _("This day is still to come.")
    if problem := _not_a_value(held, value):
        wrong["value"] = problem
    if wrong:
        raise ValidationError(wrong)
    before = _baseline(held)
    held.baseline, held.baseline_day, held.baseline_source = value, day, source.strip()[:300]
    return _baseline_kept(held, before, by, through)


@transaction.atomic
def ask_for_baseline(target: Target, *, office: Office, due: date | None, by: Person | None, at: datetime) -> Target:
    """Who sets the baseline, and by when, while nobody knows it."""
    through = allowed.keeps(by, target.plan).lent
    held = _locked(target)
    before = _baseline(held)
    held.baseline_by, held.baseline_due = office, due
    return _baseline_kept(held, before, by, through)


@transaction.atomic
def set_path(
    target: Target, points: Mapping[int, float], *, source: str, by: Person | None, at: datetime
) -> list[PathPoint]:
    """What is to be reached at the end of each year: these points and no others. The same again: nothing happens."""
    through = allowed.keeps(by, target.plan).lent
    held = _locked(target)
    wrong = []
    if points and not source.strip():
        wrong.append(_("Say what the path rests on: the plan, a decision."))
    years = range(held.plan.starts.year, (held.due or held.plan.ends).year + 1)
    for year, value in sorted(points.items()):
        if year not in years:
            said = {"year": year, "first": years[0], "last": years[-1]}
            wrong.append(_("%(year)s lies outside of the target's years, %(first)s to %(last)s.") % said)
        elif problem := _not_a_value(held, value):
            wrong.append(f"{year}: {problem}")
    if wrong:
        raise ValidationError(wrong)
    before = {one.year: (one.value, one.source) for one in held.path.all()}
    kept = source.strip()[:300]
    after = {
        year: (value, before[year][1] if year in before and before[year][0] == value else kept)
        for year, value in sorted(points.items())
    }
    if after != before:
        held.path.all().delete()
        PathPoint.objects.bulk_create(
            PathPoint(target=held, year=year, value=value, source=told) for year, (value, told) in after.items()
        )
        audit.record(
            by,
            "target.path",
            _subject(held),
            before={str(year): value for year, (value, _told) in before.items()},
            after={str(year): value for year, (value, _told) in after.items()},
            source=kept,
            through=through,
        )
    return list(held.path.all())


def _locked(target: Target) -> Target:
    return Target.objects.select_for_update(of=("self",)).select_related("plan").get(pk=target.pk)


def _known(facts: Mapping[str, Any]) -> None:
    if strange := sorted(set(facts) - set(FACTS)):
        raise TypeError(f"no facts of a target: {', '.join(strange)}")


def _check(target: Target) -> None:
    target.full_clean(exclude=["plan"])
    wrong = {}
    if target.measure and target.measure not in measures.ALL:
        wrong["measure"] = _("There is no formula called “%(measure)s”.") % {"measure": target.measure}
    if target.sense == Target.Sense.BETWEEN and target.wanted is not None:
        if target.wanted_to is None or target.wanted_to < target.wanted:
            wrong["wanted_to"] = _("Between needs an upper bound that is not below the lower one.")
    elif target.wanted_to is not None:
        wrong["wanted_to"] = _("An upper bound goes with “between” alone.")
    if target.wanted is not None and (problem := _not_a_value(target, target.wanted)):
        wrong["wanted"] = problem
    if target.task is not None and target.task.plan_id != target.plan_id:
        wrong["task"] = _("This task is of another plan.")
    if wrong:
        raise ValidationError(wrong)


def _not_a_value(target: Target, value: float) -> str:
    if not math.isfinite(value):
        return _("Write a number.")
    if target.unit == "%" and not 0 <= value <= 100:
        return _("A share lies between 0 and 100.")
    return ""


def _baseline_kept(held: Target, before: Mapping[str, Any], by: Person | None, through: Any) -> Target:
    if (after := _baseline(held)) != before:
        held.version += 1
        held.full_clean(exclude=["plan"])
        held.save()
        audit.record(by, "target.baseline", _subject(held), before=before, after=after, through=through)
    return held


def _baseline(held: Target) -> dict[str, Any]:
    return {
        "baseline": held.baseline,
        "day": _day(held.baseline_day),
        "source": held.baseline_source,
        "by": held.baseline_by.code if held.baseline_by else None,
        "due": _day(held.baseline_due),
    }


def _plain(one: Target) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in FACTS:
        value = getattr(one, name)
        told[name] = _day(value) if isinstance(value, date) else getattr(value, "code", value)
    return told


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _subject(target: Target) -> str:
    return f"plan {target.plan.code} {target.code}"
