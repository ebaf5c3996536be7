"""What happened to the tasks: steps, evidence, tellings, what was in the way, money, one seen otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from nonnuoc.demo.plans.days import LEADER, OFFICER, moment, person, table
from nonnuoc.records.accounts import offices
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.models import Plan, Task
from nonnuoc.records.plans.tasks import assigning, blocking, budgeting, evidencing, keeping, overriding, stepping
from nonnuoc.records.plans.text import questions

MILLION = 1_000_000


def load(plan: Plan, today: date) -> None:
    """All of it, as far as its days have come."""
    tasks = {one.code: one for one in plan.tasks.select_related("plan__leading", "plan__issuer")}
    known = {one.code: one for one in offices.every()}
    _steps(tasks, today)
    _evidence(tasks, plan.leading, today)
    _told(tasks, today)
    _blockers(tasks, known, today)
    _money(tasks)
    for one in table("tasks")["finished"]:
        if one["day"] <= today:
            at = moment(one["day"], 16)
            keeping.finish(tasks[one["task"]], done=one["day"], basis=one["basis"], by=person(OFFICER), at=at)
    for one in table("tasks")["seen"]:
        until, at = today + timedelta(days=one["days"]), moment(today)
        overriding.see(
            tasks[one["task"]], light=one["light"], reason=one["reason"], until=until, by=person(one["by"]), at=at
        )
    asked = {one.key: one for one in questions.of(plan, SYSTEM)}
    for one in table("tasks")["decided"]:
        if one["day"] <= today:
            at, by = moment(one["day"], 15), person(one["by"])
            questions.decide(asked[one["question"]], decision=one["decision"], basis=one["basis"], by=by, at=at)


def _steps(tasks: Mapping[str, Task], today: date) -> None:
    by, source, begun = person(OFFICER), table("tasks")["source"], min(table("tasks")["begun"], today)
    for code, steps in table("tasks")["steps"].items():
        for title, due, done in steps:
            step = stepping.add(tasks[code], title=title, due=due, source=source, by=by, at=moment(begun))
            if done and done <= today:
                stepping.do(step, done=done, by=by, at=moment(done, 17))


def _evidence(tasks: Mapping[str, Task], office: Office, today: date) -> None:
    for one in table("tasks")["evidence"]:
        if one["day"] <= today:
            evidencing.add_reference(
                tasks[one["task"]],
                kind=one["kind"],
                reference=one["reference"],
                title=one["title"],
                office=office,
                by=person(OFFICER),
                at=moment(one["day"]),
            )


def _told(tasks: Mapping[str, Task], today: date) -> None:
    for code, office, day, state, note, email in table("tasks")["told"]:
        if day <= today:
            part = tasks[code].assignments.get(office__code=office, ended=None)
            assigning.tell(part, state=state, note=note, by=person(email), at=moment(day, 10))


def _blockers(tasks: Mapping[str, Task], known: Mapping[str, Office], today: date) -> None:
    for one in table("tasks")["blocker"]:
        if one["raised"] > today:
            continue
        made = blocking.raise_(
            tasks[one["task"]],
            office=known[one["office"]],
            text=one["text"],
            proposal=one["proposal"],
            by=None,
            at=moment(one["raised"]),
        )
        if "submitted" in one and one["submitted"] <= today:
            made = blocking.submit(made, by=person(OFFICER), at=moment(one["submitted"]))
        if "decided" in one and one["decided"] <= today:
            at = moment(one["decided"], 11)
            blocking.decide(made, decision=one["decision"], basis=one["basis"], by=person(LEADER), at=at)


def _money(tasks: Mapping[str, Task]) -> None:
    for code, year, source, *figures, document in table("tasks")["money"]:
        estimated, approved, spent = (None if one < 0 else Decimal(one * MILLION) for one in figures)
        budgeting.put(
            tasks[code],
            year=year,
            source=source,
            estimated=estimated,
            approved=approved,
            spent=spent,
            document=document,
            simulated=True,
            by=person(OFFICER),
            at=moment(table("tasks")["budgeted"]),
        )
