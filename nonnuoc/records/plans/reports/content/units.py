"""What the report says of each unit: whether it reported, in time or late, and what of."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from nonnuoc.records.plans.models import Answer, Form
from nonnuoc.records.plans.reports import sentence as s
from nonnuoc.records.plans.reports.gathering import TOLD, Gathered, came, is_answered
from nonnuoc.records.plans.reports.sentence import Sentence


def when(found: Gathered, form: Form) -> str:
    """in_time, late (reported after the day), returned (sent back, not settled), overdue or waiting (not reported)."""
    if form.state in TOLD:
        day = came(form)
        return "late" if day is not None and day > found.round.due else "in_time"
    if form.state == Form.State.RETURNED:
        return "returned"
    return "overdue" if found.on > found.round.due else "waiting"


def entries(found: Gathered) -> list[dict[str, Any]]:
    """Each unit that was asked, with what it reported; the words of those whose report does not count are not told."""
    by_form: dict[int, list[Answer]] = defaultdict(list)
    order = {task.pk: task for task in found.tasks}
    for task in found.tasks:
        for one in found.answers.get(task.pk, ()):
            by_form[one.form_id].append(one)
    told = []
    for form in found.forms:
        asked = by_form[form.pk]
        counted = [one for one in asked if is_answered(one)] if form.state in TOLD else []
        told.append(
            {
                "code": form.office.code,
                "name": form.office.name,
                "kind": form.office.kind,
                "state": form.state,
                "way": form.way,
                "when": when(found, form),
                "came": _iso(came(form)) if form.state in TOLD else None,
                "leads": sum(one.role == "lead" for one in asked),
                "of": len(asked),
                "answered": len(counted),
                "states": dict(Counter(one.state for one in counted if one.state)),
                "sentences": _sentences(found, form, asked, counted),
                "answers": [_answer(one, order[one.task_id].code) for one in counted],
            }
        )
    return told


def missing(found: Gathered) -> list[Sentence]:
    """The units that have not reported: those whose day has passed, those whose report was returned, the others."""
    told = []
    for why in ("overdue", "returned", "waiting"):
        some = [form for form in found.forms if form.state not in TOLD and when(found, form) == why]
        if some:
            names = [form.office.name for form in some]
            told.append(s.say("missing", [s.form(form) for form in some], offices=names, when=why, due=found.round.due))
    return told


def _sentences(found: Gathered, form: Form, asked: list[Answer], counted: list[Answer]) -> list[Sentence]:
    rests = [s.form(form)]
    stands = when(found, form)
    if form.state not in TOLD:
        return [s.say("unit.missing", rests, office=form.office.name, when=stands, due=found.round.due)]
    day = came(form)
    late = (day - found.round.due).days if day is not None and stands == "late" else None
    said = [s.say("unit.came", rests, way=form.way, day=day, late=late, approved=form.state == Form.State.APPROVED)]
    states = dict(Counter(one.state for one in counted if one.state))
    said.append(s.say("unit.answered", rests, answered=len(counted), of=len(asked), states=states))
    if form.general.strip():
        said.append(s.say("unit.general", rests, office=form.office.name, text=form.general.strip()))
    return said


def _answer(one: Answer, code: str) -> dict[str, Any]:
    """What a unit says of one task, in its own words."""
    own = {name: getattr(one, name).strip() for name in ("result", "next", "difficulty")}
    return {"task": code, "role": one.role, "state": one.state, "done": _iso(one.done), **own}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
