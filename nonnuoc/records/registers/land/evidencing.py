"""Writing down what stages rest on: documents, results of the laboratory, milestones, restrictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.land import soil
from nonnuoc.records.registers.land.models import (
    ClosedDump,
    ContaminatedSite,
    Evidence,
    Milestone,
    Restriction,
    SoilPoint,
    SoilResult,
)
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.models import Document
from nonnuoc.records.registers.pattern.register import of_model

Ground = ContaminatedSite | ClosedDump
Sampled = ContaminatedSite | ClosedDump | SoilPoint
_FIELDS: Mapping[type[models.Model], str] = {ContaminatedSite: "site", ClosedDump: "dump", SoilPoint: "soil_point"}


class RowsError(ValidationError):
    """Rows that are not right: none of them was kept. `rows` has number (from 1) -> sentences."""

    def __init__(self, rows: Mapping[int, Sequence[str]]) -> None:
        super().__init__([_("Row %(n)d: %(why)s") % {"n": n, "why": " ".join(why)} for n, why in sorted(rows.items())])
        self.rows = rows


@transaction.atomic
def add_paper(
    ground: Ground,
    *,
    paper: str,
    number: str,
    on: date,
    note: str = "",
    document: Document | None = None,
    by: Person | None,
) -> Evidence:
    """A document that a gate asks for. Raises ValidationError by field and PermissionDenied."""
    _require(ground, by)
    register = of_model(type(ground))
    if document is not None and (document.register, document.entry_id) != (register.key, ground.pk):
        raise ValidationError({"document": _("This file belongs to another entry.")})
    _not_to_come(on, "on")
    made = Evidence(
        **_of(ground),
        paper=paper,
        number=number.strip(),
        on=on,
        note=note.strip(),
        document=document,
        at=timezone.now(),
        by=by,
    )
    _save(made)
    audit.record(by, "ground.paper_added", _named(ground), after={"paper": paper, "number": made.number, "on": str(on)})
    return made


@transaction.atomic
def remove_paper(evidence: Evidence, *, why: str, by: Person | None) -> None:
    """It no longer counts; that it did stays readable. Raises ValidationError without a reason."""
    _require(evidence.ground, by)
    _reasoned(why)
    if evidence.removed is None:
        evidence.removed, evidence.removed_why = timezone.now(), why.strip()
        evidence.save(update_fields=["removed", "removed_why"])
        audit.record(by, "ground.paper_removed", _named(evidence.ground), before={"number": evidence.number}, why=why)


@transaction.atomic
def add_results(sampled: Sampled, rows: Sequence[Mapping[str, Any]], *, by: Person | None) -> list[SoilResult]:
    """All of these results, or none: `rows` with the fields of SoilResult, their parameter by code or name.

    Raises RowsError with every row that is wrong, and PermissionDenied.
    """
    _require(sampled, by)
    now, made, wrong = timezone.now(), [], {}
    for number, row in enumerate(rows, start=1):
        result = SoilResult(**_of(sampled), **row, at=now, by=by)
        result.parameter = soil.parameter_of(result.parameter, result.sampled)
        try:
            _not_to_come(result.sampled, "sampled")
            result.full_clean()
        except ValidationError as error:
            wrong[number] = error.messages
        made.append(result)
    if wrong:
        raise RowsError(wrong)
    SoilResult.objects.bulk_create(made)
    reports = sorted({one.report for one in made})
    audit.record(by, "ground.results_added", _named(sampled), after={"results": len(made), "reports": reports})
    return made


@transaction.atomic
def withdraw_result(result: SoilResult, *, why: str, by: Person | None) -> None:
    """It judges nothing any more; it stays readable, with the reason."""
    sampled = result.site or result.dump or result.soil_point
    assert sampled is not None  # noqa: S101 - the database sees to it
    _require(sampled, by)
    _reasoned(why)
    if result.withdrawn is None:
        result.withdrawn, result.withdrawn_why = timezone.now(), why.strip()
        result.save(update_fields=["withdrawn", "withdrawn_why"])
        told = {"parameter": result.parameter, "value": result.value, "report": result.report}
        audit.record(by, "ground.result_withdrawn", _named(sampled), before=told, why=why)


@transaction.atomic
def add_milestone(ground: Ground, *, name: str, due: date, note: str = "", by: Person | None) -> Milestone:
    """Something to be done by a day."""
    _require(ground, by)
    made = Milestone(**_of(ground), name=name.strip(), due=due, note=note.strip())
    _save(made)
    audit.record(by, "ground.milestone_added", _named(ground), after={"milestone": made.name, "due": str(due)})
    return made


@transaction.atomic
def finish_milestone(milestone: Milestone, *, done: date, by: Person | None) -> None:
    """It was done on a day."""
    _require(milestone.ground, by)
    _not_to_come(done, "done")
    if milestone.done != done:
        milestone.done = done
        milestone.save(update_fields=["done"])
        told = {"milestone": milestone.name, "done": str(done)}
        audit.record(by, "ground.milestone_done", _named(milestone.ground), after=told)


@transaction.atomic
def restrict(
    ground: Ground,
    *,
    text: str,
    decision: str,
    since: date,
    until: date | None = None,
    shape: BaseGeometry | None = None,
    by: Person | None,
) -> Restriction:
    """What may not be done on the ground from a day on; `shape` (WGS 84) where it is not the whole of it."""
    _require(ground, by, "sites.gate")
    made = Restriction(
        **_of(ground),
        text=text.strip(),
        decision=decision.strip(),
        since=since,
        until=until,
        shape=geometry.to_wkb(shape) if shape is not None else None,
        at=timezone.now(),
        by=by,
    )
    _save(made)
    told = {"text": made.text, "decision": made.decision, "since": str(since), "until": str(until or "")}
    audit.record(by, "ground.restricted", _named(ground), after=told)
    return made


@transaction.atomic
def lift(restriction: Restriction, *, on: date, why: str, by: Person | None) -> None:
    """From this day on it no longer holds. Raises ValidationError without a reason."""
    _require(restriction.ground, by, "sites.gate")
    _reasoned(why)
    if on < restriction.since:
        raise ValidationError({"on": _("It cannot end before it began.")})
    restriction.until, restriction.lifted_why = on, why.strip()
    restriction.save(update_fields=["until", "lifted_why"])
    audit.record(by, "ground.restriction_lifted", _named(restriction.ground), after={"until": str(on)}, why=why)


def _require(sampled: Sampled, by: Person | None, action: str = "") -> None:
    register = of_model(type(sampled))
    access.require(by, action or register.keep, reading.subject(register, sampled))


def _of(sampled: Sampled) -> dict[str, Sampled]:
    return {_FIELDS[type(sampled)]: sampled}


def _named(sampled: Sampled) -> str:
    return f"{of_model(type(sampled)).key} {sampled.code}"


def _save(made: models.Model) -> None:
    made.full_clean()
    made.save()


def _reasoned(why: str) -> None:
    if not why.strip():
        raise ValidationError({"why": _("Say why.")})


def _not_to_come(day: date, field: str) -> None:
    if day > timezone.localdate():
        raise ValidationError({field: _("This day is still to come.")})
