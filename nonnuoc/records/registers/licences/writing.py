"""What a dossier limits and asks for, written by who may write licences: limits, conditions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Delegation, Person
from nonnuoc.records.monitoring.models import ObservedProperty
from nonnuoc.records.registers.facilities.models import Outfall, Stack
from nonnuoc.records.registers.licences import following, in_force
from nonnuoc.records.registers.licences.models import Averaging, Condition, Dossier, Limit

KEEP = "licences.keep"


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit as somebody writes it; the source by its code."""

    source: str  # of an outfall or a stack of the dossier's facility
    observed_property: str
    unit: str
    lower: float | None = None
    upper: float | None = None
    averaging: str = Averaging.SINGLE
    article: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition as somebody writes it."""

    kind: str
    text: str
    article: str = ""
    source: str = ""  # of an outfall or a stack, where it is about one
    parameters: tuple[str, ...] = ()
    every_months: int | None = None
    lag_days: int = 0
    due: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None


def subject(dossier: Dossier) -> Subject:
    """What access decides on."""
    return Subject(dossier.office_id, dossier.commune_id, dossier.facility.code)


@transaction.atomic
def limit(code: str, bound: Bound, *, by: Person | None, at: datetime | None = None) -> Limit:
    """A dossier limits what leaves an outfall or stack. Written again just so, it is the one there is.

    Raises ValidationError (field -> sentences), PermissionDenied, DoesNotExist.
    """
    dossier, through = _dossier(code, by)
    row = Limit(dossier=dossier, at=at or timezone.now(), by=by, **_of_bound(dossier, bound))
    row.full_clean(exclude=["by"])
    said = {name: value for name, value in _facts(row).items() if name not in ("id", "at", "by")}
    there = next((one for one in dossier.limits.filter(withdrawn=None) if said.items() <= _facts(one).items()), None)
    if there is not None:
        return there
    row.save()
    audit.record(by, "limit.written", f"dossiers {code}", after=_facts(row), through=through)
    return row


@transaction.atomic
def end_limit(identity: int, on: date, *, by: Person | None) -> Limit:
    """A limit holds up to this day and no longer; another may begin after it. Raises ValidationError."""
    row, through = _limit(identity, by)
    before = _facts(row)
    row.valid_until = on
    row.full_clean(exclude=["by"])
    row.save(update_fields=["valid_until"])
    audit.record(by, "limit.ended", f"dossiers {row.dossier.code}", before=before, after=_facts(row), through=through)
    return row


@transaction.atomic
def withdraw_limit(identity: int, reason: str, *, by: Person | None, at: datetime | None = None) -> Limit:
    """A limit was written by mistake: it judges nothing, also of the past. Raises ValidationError without a reason."""
    row, through = _limit(identity, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say what was wrong with it.")})
    if row.withdrawn is None:
        row.withdrawn = at or timezone.now()
        row.save(update_fields=["withdrawn"])
        named = f"dossiers {row.dossier.code}"
        audit.record(by, "limit.withdrawn", named, before=_facts(row), through=through, reason=reason.strip())
    return row


@transaction.atomic
def condition(code: str, asked: Asked, *, by: Person | None, at: datetime | None = None) -> Condition:
    """A dossier asks for something; what is due follows at once. Written again just so, it is the one there is.

    Raises ValidationError, PermissionDenied, DoesNotExist.
    """
    dossier, through = _dossier(code, by)
    at = at or timezone.now()
    values = _of_asked(dossier, asked)
    for one in dossier.conditions.filter(withdrawn=None).prefetch_related("parameters"):
        if _same(one, values, asked.parameters):
            return one
    today = timezone.localtime(at).date()
    row = Condition(dossier=dossier, at=at, by=by, counted_from=dossier.followed_from or today, **values)
    row.full_clean(exclude=["by"])
    row.save()
    row.parameters.set(_properties(asked.parameters))
    audit.record(by, "condition.written", f"dossiers {code}", after=_facts(row), through=through)
    following.refresh([dossier.facility_id], today=today)
    return row


@transaction.atomic
def change_condition(identity: int, asked: Asked, *, by: Person | None, at: datetime | None = None) -> Condition:
    """A condition says something else from now on: what is due later and not settled follows it, the rest stays.

    Raises ValidationError, PermissionDenied, DoesNotExist.
    """
    row, through = _condition(identity, by)
    if row.withdrawn is not None:
        raise ValidationError(_("This condition was withdrawn. Write it anew."))
    values = _of_asked(row.dossier, asked)
    if _same(row, values, asked.parameters):
        return row
    before, today = _facts(row), timezone.localtime(at or timezone.now()).date()
    dated = ("every_months", "lag_days", "due", "valid_from", "valid_until")
    if any(getattr(row, name) != values[name] for name in dated):
        row.counted_from = today
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(exclude=["by"])
    row.save()
    row.parameters.set(_properties(asked.parameters))
    named = f"dossiers {row.dossier.code}"
    audit.record(by, "condition.changed", named, before=before, after=_facts(row), through=through)
    following.refresh([row.dossier.facility_id], today=today)
    return row


@transaction.atomic
def withdraw_condition(identity: int, reason: str, *, by: Person | None, at: datetime | None = None) -> Condition:
    """A condition is no more: what is due later falls away, what was missed stays. Raises ValidationError."""
    row, through = _condition(identity, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it no longer holds.")})
    if row.withdrawn is None:
        row.withdrawn = at or timezone.now()
        row.save(update_fields=["withdrawn"])
        named = f"dossiers {row.dossier.code}"
        audit.record(by, "condition.withdrawn", named, before=_facts(row), through=through, reason=reason.strip())
        following.refresh([row.dossier.facility_id], today=timezone.localtime(row.withdrawn).date())
    return row


def _dossier(code: str, by: Person | None) -> tuple[Dossier, Delegation | None]:
    dossier = Dossier.objects.select_for_update(of=("self",)).select_related("facility").get(code=code)
    return dossier, access.require(by, KEEP, subject(dossier)).lent


def _limit(identity: int, by: Person | None) -> tuple[Limit, Delegation | None]:
    row = Limit.objects.select_for_update(of=("self",)).select_related("dossier__facility").get(pk=identity)
    return row, access.require(by, KEEP, subject(row.dossier)).lent


def _condition(identity: int, by: Person | None) -> tuple[Condition, Delegation | None]:
    row = Condition.objects.select_for_update(of=("self",)).select_related("dossier__facility").get(pk=identity)
    return row, access.require(by, KEEP, subject(row.dossier)).lent


def _of_bound(dossier: Dossier, bound: Bound) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    found = ObservedProperty.objects.filter(code=bound.observed_property).first()
    if found is None:
        wrong["observed_property"] = _("Choose one of the list.")
    elif in_force.converted(bound.unit, found.unit, found.code) is None:
        wrong["unit"] = _("No way is known from this unit to %(unit)s, in which %(code)s is kept.") % {
            "unit": found.unit,
            "code": found.code,
        }
    if bound.lower is None and bound.upper is None:
        wrong["upper"] = _("Give an upper bound, a lower one, or both.")
    if bound.lower is not None and bound.upper is not None and bound.lower >= bound.upper:
        wrong["upper"] = _("The upper bound must be the larger number.")
    source = _source(dossier, bound.source)
    if not source:
        wrong["source"] = _("Choose an outfall or a stack of this facility; register it first where there is none.")
    if wrong:
        raise ValidationError(wrong)
    return {
        **source,
        "observed_property": found,
        "unit": bound.unit,
        "lower": bound.lower,
        "upper": bound.upper,
        "averaging": bound.averaging,
        "article": bound.article.strip(),
        "valid_from": bound.valid_from,
        "valid_until": bound.valid_until,
    }


def _of_asked(dossier: Dossier, asked: Asked) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    if not asked.text.strip():
        wrong["text"] = _("Write what the paper asks for.")
    if asked.every_months and asked.due:
        wrong["due"] = _("It is due again and again, or once: give one of them.")
    if asked.every_months is not None and not 1 <= asked.every_months <= 120:
        wrong["every_months"] = _("Give 1 to 120 months.")
    source = _source(dossier, asked.source) if asked.source else {"outfall": None, "stack": None}
    if not source:
        wrong["source"] = _("Choose an outfall or a stack of this facility; register it first where there is none.")
    if len(_properties(asked.parameters)) != len(set(asked.parameters)):
        wrong["parameters"] = _("Choose one of the list.")
    if wrong:
        raise ValidationError(wrong)
    return {
        **source,
        "kind": asked.kind,
        "text": asked.text.strip(),
        "article": asked.article.strip(),
        "every_months": asked.every_months,
        "lag_days": asked.lag_days,
        "due": asked.due,
        "valid_from": asked.valid_from,
        "valid_until": asked.valid_until,
    }


def _source(dossier: Dossier, code: str) -> dict[str, Outfall | Stack | None]:
    """The outfall or stack of the dossier's facility with this code; empty: there is none."""
    outfall = Outfall.objects.filter(facility=dossier.facility_id, code=code, withdrawn=None).first()
    if outfall is not None:
        return {"outfall": outfall, "stack": None}
    stack = Stack.objects.filter(facility=dossier.facility_id, code=code, withdrawn=None).first()
    return {} if stack is None else {"outfall": None, "stack": stack}


def _properties(codes: Collection[str]) -> list[ObservedProperty]:
    return list(ObservedProperty.objects.filter(code__in=codes))


def _same(row: Condition, values: dict[str, Any], parameters: Collection[str]) -> bool:
    plain = all(getattr(row, name) == value for name, value in values.items())
    return plain and {one.code for one in row.parameters.all()} == set(parameters)


def _facts(row: Limit | Condition) -> dict[str, Any]:
    """As the audit trail keeps it."""
    found = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        found[field.name] = value.isoformat() if isinstance(value, date) else value
    return found | {"at": row.at.isoformat()} if row.at else found
