"""What the report says of each task, by section of the plan: how it stands, what its lead says, then the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from nonnuoc.domain.plan.light import Light
from nonnuoc.records.plans.models import Answer, Assignment, Task
from nonnuoc.records.plans.reports import sentence as s
from nonnuoc.records.plans.reports.gathering import Gathered
from nonnuoc.records.plans.reports.sentence import Sentence

#: How far ahead "what comes next" looks.
AHEAD = timedelta(days=365)


def sections(found: Gathered) -> list[dict[str, Any]]:
    """The sections in the plan's order, each with its tasks."""
    grouped = groupby(found.tasks, key=lambda one: (one.section, one.section_title))
    return [
        {"section": section, "title": title, "tasks": [entry(found, one) for one in some]}
        for (section, title), some in grouped
    ]


def entry(found: Gathered, task: Task) -> dict[str, Any]:
    """One task: what a table shows of it, and its sentences."""
    standing = found.standings[task.pk]
    leads, helpers = _told(found, task, Assignment.Role.LEAD), _told(found, task, Assignment.Role.HELP)
    steps = found.milestones.get(task.pk, ())
    reached = sum(one.done is not None and one.done <= found.on for one in steps)
    return {
        "code": task.code,
        "printed": task.printed,
        "title": task.title,
        "time": task.time_text,
        "ends": task.ends.isoformat() if task.ends else None,
        "lead": task.lead_text,
        "help": task.help_text,
        "leads": [one.office.name for one in found.leads.get(task.pk, ())],
        "light": str(standing.light),
        "computed": str(standing.computed),
        "steps": {"done": reached, "of": len(steps)},
        "done": task.done.isoformat() if task.done else None,
        "standing": [stands(found, task), *_overridden(found, task)],
        "sentences": [*_steps(found, task), *_of_leads(found, task, leads), *_of_helpers(found, task, helpers)],
        "next": _next(task, leads) or _steps_due(found, task)[:1],
        "results": _results(helpers, task),
        "budget": [_money(one) for one in found.budgets.get(task.pk, ())],
    }


def stands(found: Gathered, task: Task) -> Sentence:
    """Its light with the reasons; rests on the task, the plan's sentences and the tasks it waits for."""
    standing = found.standings[task.pk]
    reasons = [{"kind": str(one.kind), "values": dict(one.values)} for one in standing.reasons]
    rests = [s.task(task), *(s.passage(one) for one in found.passages.get(task.pk, ()))]
    computed = str(standing.computed)
    return s.say("task.stands", rests, light=computed, reasons=reasons, seen=standing.override is not None)


def _overridden(found: Gathered, task: Task) -> list[Sentence]:
    standing = found.standings[task.pk]
    if standing.override is None:
        return []
    seen = standing.override
    return [s.say("task.seen", [s.task(task)], light=str(standing.light), reason=seen.reason, until=seen.until)]


def _steps(found: Gathered, task: Task) -> list[Sentence]:
    """How many milestones are reached, each that was, and what proves the task's progress."""
    steps = found.milestones.get(task.pk, ())
    if not steps:
        return []
    reached = [one for one in steps if one.done is not None and one.done <= found.on]
    counted = s.say("task.steps", [s.milestone(one, task) for one in steps], done=len(reached), of=len(steps))
    proofs = found.evidence.get(task.pk, ())
    told = []
    for one in reached:
        rests = [s.milestone(one, task), *(s.evidence(e, task) for e in proofs if e.milestone_id == one.pk)]
        told.append(s.say("task.step", rests, title=one.title, done=one.done))
    return [counted, *told]


def _told(found: Gathered, task: Task, role: str) -> list[Answer]:
    return [one for one in found.told(task) if one.role == role]


def _of_leads(found: Gathered, task: Task, leads: Sequence[Answer]) -> list[Sentence]:
    """The lead's own words; of a lead that was asked and said nothing, that."""
    proofs = [one for one in found.evidence.get(task.pk, ()) if one.milestone_id is None]
    said: list[Sentence] = []
    for some in _alike(leads):
        brought = {one.form.office_id for one in some}
        rests = [
            *(s.answer(one, task) for one in some),
            *(s.evidence(e, task) for e in proofs if e.office_id in brought),
        ]
        names = [one.form.office.name for one in some]
        given = {"text": some[0].result.strip(), "state": some[0].state, "done": some[0].done}
        said.append(s.say("task.lead", rests, offices=names, **given))
    spoken = {one.form_id for one in leads}
    asked = [one for one in found.answers.get(task.pk, ()) if one.role == Assignment.Role.LEAD]
    silent = [one for one in asked if one.form_id not in spoken]
    if silent:
        names = [one.form.office.name for one in silent]
        said.append(s.say("task.lead_silent", [s.form(one.form) for one in silent], offices=names))
    if not asked:
        named = [one.office.name for one in found.leads.get(task.pk, ())]
        said.append(s.say("task.lead_not_asked", [s.task(task)], offices=named, text=task.lead_text))
    return said


def _of_helpers(found: Gathered, task: Task, helpers: Sequence[Answer]) -> list[Sentence]:
    """How many coordinators reported, and what they say of their parts."""
    asked = [one for one in found.answers.get(task.pk, ()) if one.role == Assignment.Role.HELP]
    if not asked:
        return []
    states = Counter(one.state or "unsaid" for one in helpers)
    rests = [s.answer(one, task) for one in helpers] or [s.task(task)]
    return [s.say("task.helpers", rests, reported=len(helpers), of=len(asked), states=dict(states))]


def _results(helpers: Sequence[Answer], task: Task) -> list[Sentence]:
    """The distinct results of the coordinators, those most units share first; the same words are told once."""
    shared = sorted(_alike(one for one in helpers if one.result.strip()), key=len, reverse=True)
    return [
        s.say(
            "task.helper",
            [s.answer(one, task) for one in some],
            text=some[0].result.strip(),
            offices=[one.form.office.name for one in some],
        )
        for some in shared
    ]


def _alike(answers: Iterable[Answer]) -> list[list[Answer]]:
    """Answers in groups of those that say the same; in the order in which each was first said."""
    same: dict[tuple[str, str, object], list[Answer]] = {}
    for one in answers:
        same.setdefault((" ".join(one.result.split()).casefold(), one.state, one.done), []).append(one)
    return list(same.values())


def coming(found: Gathered) -> list[dict[str, Any]]:
    """What comes next, task by task: what is overdue, what falls due within a year, what the lead will do."""
    told = []
    for task in found.tasks:
        if task.done is not None and task.done <= found.on:
            continue
        said = [*_due(found, task), *_steps_due(found, task)]
        said += _next(task, _told(found, task, Assignment.Role.LEAD))
        if said:
            told.append({"task": task.code, "printed": task.printed, "title": task.title, "sentences": said})
    return told


def _due(found: Gathered, task: Task) -> list[Sentence]:
    if task.ends is None or task.ends > found.on + AHEAD:
        return []
    kind = "task.overdue" if task.ends < found.on else "task.due"
    return [s.say(kind, [s.task(task)], ends=task.ends, days=abs((task.ends - found.on).days))]


def _steps_due(found: Gathered, task: Task) -> list[Sentence]:
    steps = [one for one in found.milestones.get(task.pk, ()) if one.done is None and one.due <= found.on + AHEAD]
    return [
        s.say("task.step_due", [s.milestone(one, task)], title=one.title, due=one.due, late=_late(one.due, found.on))
        for one in steps
    ]


def _late(due: date, on: date) -> int | None:
    return (on - due).days if due < on else None


def _next(task: Task, leads: Iterable[Answer]) -> list[Sentence]:
    """What the leads will do, in their own words."""
    told = [one for one in leads if one.next.strip()]
    return [
        s.say("task.next", [s.answer(one, task)], office=one.form.office.name, text=one.next.strip()) for one in told
    ]


def _money(one: Any) -> dict[str, Any]:
    """A line of the budget, in đồng; None: not told."""
    amounts = {name: _whole(getattr(one, name)) for name in ("estimated", "approved", "spent")}
    return {"year": one.year, "source": one.source, **amounts, "document": one.document}


def _whole(amount: Any) -> int | None:
    return None if amount is None else int(amount)


def count_lights(found: Gathered) -> dict[str, int]:
    """How many tasks stand how; every light is named, also of none."""
    counted = Counter(str(found.standings[one.pk].light) for one in found.tasks)
    return {str(light): counted[str(light)] for light in Light}
