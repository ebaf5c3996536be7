"""What a sentence says, and what of ours it became: put and removed by those who keep plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Mark, Passage, Plan, Question, Target, Task
from nonnuoc.records.plans.text import editions, questions
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import reading

Kind = Mark.Kind
#: Questions whose cause a mark can make or end.
_ASKED_BY_MARKS = (Question.Kind.UNCOVERED, Question.Kind.NO_BODY)


def of(plan: Plan, anchors: Collection[str] | None = None) -> Mapping[str, list[Mark]]:
    """All marks of the plan, or those at these anchors, by anchor."""
    found: dict[str, list[Mark]] = defaultdict(list)
    held = Mark.objects.filter(plan=plan).select_related("task", "target")
    for mark in held if anchors is None else held.filter(anchor__in=anchors):
        found[mark.anchor].append(mark)
    return found


@transaction.atomic
def put(
    plan: Plan,
    anchor: str,
    kind: str,
    *,
    by: Person | None,
    at: datetime,
    task: Task | None = None,
    target: Target | None = None,
    register: str = "",
    code: str = "",
    words: str = "",
    day: date | None = None,
    note: str = "",
) -> Mark:
    """Say what a sentence says. Said before: the mark there is, with day and note as they are given now.

    Raises PermissionDenied, and ValidationError for an anchor the plan's text does not have, a task or target of
    another plan, an entry no register has for them, words the sentence does not hold, and a deadline without a day.
    """
    rights = access.of(by)
    through = rights.require("plans.keep", selectors.subject(plan.leading)).lent
    key = {
        "anchor": anchor,
        "kind": kind,
        "task": task,
        "target": target,
        "register": register.strip(),
        "code": code.strip(),
        "words": " ".join(words.split()),
    }
    there = Mark.objects.select_for_update(of=("self",)).filter(plan=plan, **_where(key)).first()
    if there is not None and (there.day, there.note) == (day, note.strip()):
        return there
    _check(plan, key, day, rights)
    made = there or Mark(plan=plan, **key)
    before = {"day": str(there.day), "note": there.note} if there else {}
    made.day, made.note, made.by, made.at = day, note.strip(), by, at
    made.full_clean(exclude=["plan", "task", "target", "by"], validate_constraints=False)
    made.save()
    audit.record(by, "plan.mark_put", f"plan {plan.code}", before=before, after=_facts(made), through=through)
    questions.refresh(plan, at, kinds=_ASKED_BY_MARKS)
    return made


@transaction.atomic
def remove(mark: Mark, *, by: Person | None, at: datetime) -> None:
    """Take a mark away; one that is gone already stays so."""
    plan = Plan.objects.select_related("leading").get(pk=mark.plan_id)
    through = access.require(by, "plans.keep", selectors.subject(plan.leading)).lent
    held = Mark.objects.select_for_update(of=("self",)).filter(pk=mark.pk).first()
    if held is None:
        return
    facts = _facts(held)
    held.delete()
    audit.record(by, "plan.mark_removed", f"plan {plan.code}", before=facts, through=through)
    questions.refresh(plan, at, kinds=_ASKED_BY_MARKS)


def names(marks: Iterable[Mark], rights: Rights) -> Mapping[tuple[str, str], str]:
    """What the entries are called that marks name, by register and code; one query for each register.

    Those that a reader may not know of are left out: the sentence may name a thing whose entry is not for everybody.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for mark in marks:
        if mark.register:
            wanted[mark.register].add(mark.code)
    found: dict[tuple[str, str], str] = {}
    for key, codes in wanted.items():
        if (register := every.register(key)) is not None:
            rows = reading.readable(register, rights, withdrawn=None).filter(code__in=codes).values_list("code", "name")
            found.update({(key, code): name for code, name in rows})
    return found


def _where(key: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{name}__isnull" if value is None else name: True if value is None else value for name, value in key.items()
    }


def _check(plan: Plan, key: Mapping[str, Any], day: date | None, rights: Rights) -> None:
    edition = editions.current(plan)
    passage = Passage.objects.filter(edition=edition, anchor=key["anchor"]).first() if edition else None
    if passage is None:
        said = _("The text of this plan has no sentence “%(anchor)s”.") % {"anchor": key["anchor"]}
        raise ValidationError({"anchor": said})
    if key["kind"] not in Kind.values:
        raise ValidationError({"kind": _("Say what the sentence says: a duty, a target, a thing, a day, a document.")})
    for name in ("task", "target"):
        if key[name] is not None and key[name].plan_id != plan.pk:
            raise ValidationError({name: _("This belongs to another plan.")})
    _check_entry(key["register"], key["code"], rights)
    text = " ".join((passage.text, *passage.cells))
    if key["words"] and key["words"].casefold() not in " ".join(text.split()).casefold():
        raise ValidationError({"words": _("These words do not stand in the sentence.")})
    if key["kind"] == Kind.DEADLINE and day is None:
        raise ValidationError({"day": _("Give the day of the deadline.")})


def _check_entry(key: str, code: str, rights: Rights) -> None:
    if not key and not code:
        return
    register = every.register(key)
    if register is None:
        raise ValidationError({"register": _("There is no register “%(key)s”.") % {"key": key}})
    if reading.one(register, code, rights) is None:
        raise ValidationError({"code": _("No entry of this register has the code “%(code)s”.") % {"code": code}})


def _facts(mark: Mark) -> dict[str, Any]:
    return {
        "anchor": mark.anchor,
        "kind": mark.kind,
        "task": mark.task.code if mark.task else None,
        "target": mark.target.code if mark.target else None,
        "entry": f"{mark.register} {mark.code}".strip(),
        "words": mark.words,
        "day": mark.day.isoformat() if mark.day else None,
        "note": mark.note,
    }
