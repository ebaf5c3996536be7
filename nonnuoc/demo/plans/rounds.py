"""The yearly round: some units approved, some submitted, one returned, one on paper, two half filled, most not yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import uuid4

from nonnuoc.demo.plans.days import OFFICER, moment, person, table
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans.models import Answer, Assignment, Form, Plan, Round
from nonnuoc.records.plans.reports import making
from nonnuoc.records.plans.rounds import deciding, entering, fields, filling, opening, selectors

State = Assignment.State


def load(plan: Plan, today: date) -> None:
    """Open it and let the units answer; nothing before the day on which it was opened."""
    told, officer = table("round"), person(OFFICER)
    if today < told["opened"]:
        return
    tasks, offices = selectors.offered(plan)
    of = opening.open_(
        plan,
        **{name: told[name] for name in ("code", "title", "asked", "begins", "ends", "due")},
        kind=Round.Kind.YEARLY,
        tasks=tasks,
        offices=offices,
        simulated=True,
        by=officer,
        at=moment(told["opened"], 8),
    )
    forms = {one.office.code: one for one in selectors.forms(of, SYSTEM)}
    _units(forms, officer, today)
    for one in told["draft"]:
        if one["day"] <= today:
            _save(forms[one["office"]], one["tasks"], person(one["by"]), one["day"])
    making.ask(of, by=officer, at=moment(today))


def _units(forms: Mapping[str, Form], officer: Person | None, today: date) -> None:
    told, words = table("round")["units"], table("round")["words"]
    for state in ("approved", "submitted", "returned"):
        for office, day in told[state]:
            if day > today:
                continue
            form = forms[office]
            given = _answers(form) | _difficulty(form)
            filling.submit(form, given, version=form.version, token=uuid4(), by=None, at=moment(day, 14))
            if state == "approved":
                deciding.approve(form, by=officer, at=moment(day, 16))
            elif state == "returned":
                task = next(one.task_id for one in selectors.answers(form) if one.task.code == words["remark_task"])
                deciding.return_(form, {task: words["remark"]}, by=officer, at=moment(day, 16))
    for office, day in told["paper"]:
        if day <= today:
            form, paper = forms[office], (words["paper_name"], words["paper"].encode())
            given, at = _answers(form), moment(day, 15)
            entering.enter(
                form,
                given,
                way=Form.Way.PAPER,
                received=day,
                version=form.version,
                token=uuid4(),
                original=paper,
                by=officer,
                at=at,
            )


def _save(form: Form, codes: Iterable[str], by: Person | None, day: date) -> None:
    """A part of the form, kept as a draft."""
    chosen = set(codes)
    given: dict[str, str] = {}
    for answer in selectors.answers(form):
        if answer.task.code in chosen:
            given |= _answer(answer, form)
    filling.save(form, given, version=form.version, token=uuid4(), by=by, at=moment(day, 10))


def _answers(form: Form) -> dict[str, str]:
    given: dict[str, str] = {}
    for answer in selectors.answers(form):
        given |= _answer(answer, form)
    return given


def _answer(answer: Answer, form: Form) -> dict[str, str]:
    """What the unit says of one task: of what it leads always something, of the rest where there is anything."""
    told, code = table("round"), answer.task.code
    if answer.role == Assignment.Role.LEAD:
        result = told["lead"].get(code, told["lead"]["any"])
    else:
        result = told["help"].get(code, "")
    state = State.UNDER_WAY if result else State.NOT_OURS
    return {
        fields.name(answer, "state"): state,
        fields.name(answer, "result"): result.format(place=form.office.name),
    }


def _difficulty(form: Form) -> dict[str, str]:
    words = table("round")["words"]
    if form.office.code != words["difficulty_office"]:
        return {}
    answers = [one for one in selectors.answers(form) if one.task.code == words["difficulty_task"]]
    given = {fields.name(one, "difficulty"): words["difficulty"] for one in answers}
    return given | {"proposals": words["proposals"]}
