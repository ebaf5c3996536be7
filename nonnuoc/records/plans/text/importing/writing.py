"""The tasks of a plan written from the confirmed rows of its appendix, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Delegation, Person
from nonnuoc.records.plans.models import Assignment, Edition, Plan, Task
from nonnuoc.records.plans.text.importing.answers import Settled

_SAID = (
    "printed",
    "section",
    "section_title",
    "order",
    "title",
    "time_text",
    "time",
    "starts",
    "ends",
    "lead_text",
    "help_text",
    "product",
)


def first(
    plan: Plan, settled: Sequence[Settled], *, at: datetime, by: Person | None, through: Delegation | None
) -> None:
    """All tasks of a new plan."""
    made = [Task(plan=plan, code=one.row.code, **_facts(one, order)) for order, one in enumerate(settled, start=1)]
    for task in made:
        task.full_clean(exclude=["plan"], validate_unique=False, validate_constraints=False)
    Task.objects.bulk_create(made)
    parts = [part for task, one in zip(made, settled, strict=True) for part in _parts(task, one)]
    Assignment.objects.bulk_create(parts, batch_size=1000)
    for task, one in zip(made, settled, strict=True):
        _record(plan, task, "plan-task.created", {}, one, by, through)


def again(
    plan: Plan,
    settled: Sequence[Settled],
    edition: Edition,
    *,
    at: datetime,
    by: Person | None,
    through: Delegation | None,
) -> None:
    """What an amendment adds, changes and takes out. Tasks a decision added beside the text stay as they are."""
    there = {task.code: task for task in Task.objects.select_for_update(of=("self",)).filter(plan=plan)}
    document = edition.document_number or edition.reason
    for order, one in enumerate(settled, start=1):
        task = there.pop(one.row.code, None)
        if task is None:
            task = Task.objects.create(plan=plan, code=one.row.code, added_by=_adds(edition), **_facts(one, order))
            Assignment.objects.bulk_create(_parts(task, one))
            _record(plan, task, "plan-task.created", {}, one, by, through, document=document)
        else:
            _change(plan, task, one, order, at=at, by=by, through=through, document=document)
    for task in there.values():
        if task.withdrawn is None and not task.added_by:
            task.withdrawn = at
            task.version += 1
            task.save(update_fields=["withdrawn", "version"])
            audit.record(by, "plan-task.withdrawn", f"plan {plan.code} {task.code}", document=document, through=through)


def _adds(edition: Edition) -> str:
    """The decision named on a task that the first text did not have; a mended copy adds nothing to the plan."""
    return edition.document_number[:300] if edition.kind == Edition.Kind.AMENDMENT else ""


def _change(
    plan: Plan,
    task: Task,
    one: Settled,
    order: int,
    *,
    at: datetime,
    by: Person | None,
    through: Delegation | None,
    document: str,
) -> None:
    facts = {**_facts(one, order), "withdrawn": None}
    if not one.row.product:
        del facts["product"]  # what was written of it since stays
    before = {name: getattr(task, name) for name in facts}
    changed = {name for name, value in facts.items() if before[name] != value}
    if changed:
        for name in changed:
            setattr(task, name, facts[name])
        task.version += 1
        task.full_clean(exclude=["plan"], validate_constraints=False)
        task.save()
    if _reassign(task, one, at) or changed - {"order", "printed"}:
        _record(
            plan,
            task,
            "plan-task.changed",
            {name: before[name] for name in changed},
            one,
            by,
            through,
            document=document,
        )


def _reassign(task: Task, one: Settled, at: datetime) -> bool:
    """Parts that are the same stay with all that was told of them; others end, new ones begin."""
    wanted = {part.office_id: part for part in _parts(task, one)}
    ends = []
    for part in Assignment.objects.filter(task=task, ended=None):
        new = wanted.get(part.office_id)
        if new is not None and new.role == part.role:
            del wanted[part.office_id]
        else:
            ends.append(part.pk)
    Assignment.objects.filter(pk__in=ends).update(ended=at)
    Assignment.objects.bulk_create(wanted.values())
    return bool(ends or wanted)


def _facts(one: Settled, order: int) -> dict[str, Any]:
    row, span = one.row, one.span
    values = (
        row.printed[:20],
        row.section[:20],
        row.section_title[:500],
        order,
        row.title,
        row.time_text[:120],
        span.kind,
        span.starts,
        span.ends,
        row.lead_text[:500],
        row.help_text[:500],
        row.product,
    )
    return dict(zip(_SAID, values, strict=True))


def _parts(task: Task, one: Settled) -> list[Assignment]:
    lead, help_ = Assignment.Role.LEAD, Assignment.Role.HELP
    return [
        Assignment(task=task, office=office, role=role, named=name[:160])
        for role, offices in ((lead, one.leads), (help_, one.helps))
        for office, name in offices.items()
    ]


def _record(
    plan: Plan,
    task: Task,
    action: str,
    before: Mapping[str, Any],
    one: Settled,
    by: Person | None,
    through: Delegation | None,
    **detail: Any,
) -> None:
    after = {
        "title": task.title,
        "time": task.time_text,
        "lead": task.lead_text,
        "leads": [office.code for office in one.leads],
        "coordinators": len(one.helps),
    }
    said = {name: value if isinstance(value, str | int | None) else str(value) for name, value in before.items()}
    subject = f"plan {plan.code} {task.code}"
    if action == "plan-task.created":
        audit.record(by, "plan-task.created", subject, after=after, through=through, **detail)
    else:
        audit.record(by, "plan-task.changed", subject, before=said, after=after, through=through, **detail)
