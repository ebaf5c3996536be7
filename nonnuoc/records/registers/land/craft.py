"""The checklist of a craft village's infrastructure, and how far all villages have come (target T6: 80 % by 2030)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.land.models import CraftCheck, CraftVillage
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.register import of_model

Answer: TypeAlias = CraftCheck.Answer
Item: TypeAlias = CraftCheck.Item
Infrastructure: TypeAlias = CraftVillage.Infrastructure
TARGET_PERCENT = 80  # the plan, II.3.5.a, by 2030


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the checklist as it stands; `last` None: nobody has answered it."""

    item: Item
    answer: Answer
    last: CraftCheck | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many villages have all of their infrastructure."""

    complete: int
    incomplete: int
    unknown: Sequence[CraftVillage]  # those of whom it is not known
    invented: int = 0  # registered for demonstration, and not counted

    @property
    def villages(self) -> int:
        return self.complete + self.incomplete + len(self.unknown)

    @property
    def least_percent(self) -> float | None:
        """If none of the unknown is complete; None: there is no village."""
        return 100 * self.complete / self.villages if self.villages else None

    @property
    def most_percent(self) -> float | None:
        """If all of the unknown are complete."""
        return 100 * (self.complete + len(self.unknown)) / self.villages if self.villages else None


def checklist(village: CraftVillage) -> list[Line]:
    """Every line with its newest answer; one query."""
    newest = {one.item: one for one in village.checks.order_by("on", "id").select_related("by")}
    return [
        Line(item, Answer(one.answer) if (one := newest.get(item)) else Answer.UNKNOWN, newest.get(item))
        for item in Item
    ]


@transaction.atomic
def answer(
    village: CraftVillage, answers: dict[str, tuple[str, str]], *, on: date, by: Person | None
) -> list[CraftCheck]:
    """Answers to lines, each with what it rests on: item -> (answer, evidence). What did not change is not repeated.

    Raises ValidationError (item -> sentence) and PermissionDenied.
    """
    register = of_model(CraftVillage)
    held = CraftVillage.objects.select_for_update(of=("self",)).get(pk=village.pk)
    through = access.require(by, register.keep, reading.subject(register, held)).lent
    before = {line.item: line for line in checklist(held)}
    _check(answers, on)
    at, made = timezone.now(), []
    for item, (said, evidence) in answers.items():
        last = before[Item(item)].last
        if (last is None and said == Answer.UNKNOWN) or (
            last and (last.answer, last.evidence) == (said, evidence.strip())
        ):
            continue
        made.append(CraftCheck(village=held, item=item, answer=said, evidence=evidence.strip(), on=on, at=at, by=by))
    if not made:
        return []
    CraftCheck.objects.bulk_create(made)
    told = {one.item: one.answer for one in made}
    audit.record(by, "craft.checked", f"{register.key} {held.code}", after=told, on=str(on), through=through)
    keeping.change(register, held.code, {"infrastructure": infrastructure(checklist(held))}, by=by, at=at)
    return made


def infrastructure(lines: Sequence[Line]) -> str:
    """Complete if every answer is yes, incomplete if one is no; else "", not known."""
    answers = {line.answer for line in lines}
    if Answer.NO in answers:
        return Infrastructure.INCOMPLETE
    return Infrastructure.COMPLETE if answers == {Answer.YES} else ""


def progress(rights: Rights) -> Progress:
    """Of all villages that may be read and are not invented."""
    register = of_model(CraftVillage)
    readable = list(reading.readable(register, rights).order_by("name"))
    found = [one for one in readable if not one.simulated]
    return Progress(
        sum(one.infrastructure == Infrastructure.COMPLETE for one in found),
        sum(one.infrastructure == Infrastructure.INCOMPLETE for one in found),
        [one for one in found if not one.infrastructure],
        len(readable) - len(found),
    )


def _check(answers: dict[str, tuple[str, str]], on: date) -> None:
    wrong: dict[str, str] = {}
    for item, (said, evidence) in answers.items():
        if item not in Item or said not in Answer:
            raise ValidationError(_("There is no such line, or no such answer."))
        if said != Answer.UNKNOWN and not evidence.strip():
            wrong[item] = _("Say what the answer rests on: a visit, a measurement, a document.")
    if on > timezone.localdate():
        wrong["on"] = _("This day is still to come.")
    if wrong:
        raise ValidationError(wrong)
