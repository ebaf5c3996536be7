"""What is known already of a unit's part in a task, so that nobody has to type it: facts, with what each rests on.

A fact is data, {"kind", "values", "evidence"}, worded in the reader's language (look/plans/known.py). Of a task each
unit is told the same, and of its own part more: what it told, brought as evidence, had difficulties with, and the
values of its own commune. Days are ISO.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.models import Answer, Assignment, Blocker, Evidence, Milestone, Round, Task, Value
from nonnuoc.records.plans.targets import standings
from nonnuoc.records.plans.targets import wording as targets

Fact = dict[str, Any]
#: Of one sort so many are told; the page of the task has them all.
MOST = 4
SOON_DAYS = 120  # a step this far ahead is told as the next one


def known(
    tasks: Sequence[Task], offices: Iterable[Office], *, begins: date, on: date
) -> Mapping[tuple[int, int], Mapping[str, Any]]:
    """By (task, office): {"on": day, "facts": [fact]} of the time since `begins`, as it is on `on`. Five queries."""
    since = timezone.make_aware(datetime.combine(begins, time.min))
    shared = {task.pk: [*_time(task, begins, on)] for task in tasks}
    own: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    ids = list(shared)
    _milestones(shared, ids, begins, on)
    _evidence(shared, own, ids, since)
    _blockers(shared, own, ids, since)
    _told(own, ids)
    here = _values(shared, ids, on)
    found = {}
    for office in offices:
        for pk in ids:
            facts = [*own[pk, office.pk], *here.get((pk, office.commune_id or 0), ()), *shared[pk]]
            found[pk, office.pk] = {"on": on.isoformat(), "facts": facts}
    return found


def last_year(round_: Round) -> Mapping[tuple[int, int], str]:
    """By (task, office): what the unit reported in the round before of the same plan and kind. One query."""
    said = Answer.objects.filter(form__round__plan=round_.plan_id, form__round__kind=round_.kind)
    said = said.filter(form__round__due__lt=round_.due, form__submitted__isnull=False).exclude(result="")
    rows = said.order_by("form__round__due").values_list("task_id", "form__office_id", "result")
    return {(task, office): text for task, office, text in rows}


def _time(task: Task, begins: date, on: date) -> Iterator[Fact]:
    if task.done is not None:
        yield _fact("task-done", done=task.done)
    elif task.ends is not None and task.ends < on:
        yield _fact("task-late", ends=task.ends, days=(on - task.ends).days)
    elif task.ends is not None and (task.ends - on).days <= SOON_DAYS:
        yield _fact("task-due", ends=task.ends, days=(task.ends - on).days)


def _milestones(shared: Mapping[int, list[Fact]], ids: Sequence[int], begins: date, on: date) -> None:
    rows = defaultdict(list)
    for one in Milestone.objects.filter(task__in=ids, withdrawn=None).order_by("task", "due", "order"):
        rows[one.task_id].append(one)
    for pk, steps in rows.items():
        done = [one for one in steps if one.done is not None and one.done >= begins]
        late = [one for one in steps if one.done is None and one.due < on]
        ahead = [one for one in steps if one.done is None and one.due >= on][:1]
        for one in done[-MOST:]:
            shared[pk].append(_fact("milestone-done", {"milestone": one.pk}, title=one.title, done=one.done))
        for one in late[:MOST]:
            facts = {"title": one.title, "due": one.due, "days": (on - one.due).days}
            shared[pk].append(_fact("milestone-late", {"milestone": one.pk}, **facts))
        for one in ahead:
            shared[pk].append(_fact("milestone-next", {"milestone": one.pk}, title=one.title, due=one.due))


def _evidence(
    shared: Mapping[int, list[Fact]], own: dict[tuple[int, int], list[Fact]], ids: Sequence[int], since: datetime
) -> None:
    rows = Evidence.objects.filter(task__in=ids, withdrawn=None, at__gte=since).defer("body").select_related("office")
    told: dict[int, int] = defaultdict(int)
    for one in rows.order_by("-at", "-id"):
        facts = {"title": one.title, "day": _day(one.at), "office": one.office.name, "sort": one.kind}
        fact = _fact("evidence", {"evidence": one.pk, "reference": one.reference}, **facts)
        own[one.task_id, one.office_id].append(fact)
        if one.data_class == "public" and told[one.task_id] < MOST:
            told[one.task_id] += 1
            shared[one.task_id].append(fact)


def _blockers(
    shared: Mapping[int, list[Fact]], own: dict[tuple[int, int], list[Fact]], ids: Sequence[int], since: datetime
) -> None:
    lasting = Q(state__in=(Blocker.State.RAISED, Blocker.State.SUBMITTED)) | Q(decided__gte=since)
    for one in Blocker.objects.filter(lasting, task__in=ids).select_related("office").order_by("raised", "id"):
        values = {"text": _short(one.text), "day": _day(one.raised), "office": one.office.name}
        rests_on = {"blocker": one.pk}
        if one.state == Blocker.State.DECIDED and one.decided is not None:
            values |= {"decision": _short(one.decision), "basis": one.basis, "decided": _day(one.decided)}
            shared[one.task_id].append(_fact("blocker-decided", rests_on, **values))
        elif one.state in (Blocker.State.RAISED, Blocker.State.SUBMITTED):
            own[one.task_id, one.office_id].append(_fact("blocker-open", rests_on, **values))


def _told(own: dict[tuple[int, int], list[Fact]], ids: Sequence[int]) -> None:
    rows = Assignment.objects.filter(task__in=ids, ended=None, told__isnull=False).exclude(state="not_told")
    for one in rows:
        fact = _fact("told", {"assignment": one.pk}, state=one.state, day=one.told, note=one.note)
        own[one.task_id, one.office_id].append(fact)


def _values(shared: Mapping[int, list[Fact]], ids: Sequence[int], on: date) -> Mapping[tuple[int, int], list[Fact]]:
    """Of targets of these tasks: the newest value for the whole province, and of each commune, by (task, commune)."""
    rows = Value.objects.filter(target__task__in=ids, target__withdrawn=None, current=True, day__lte=on)
    newest = standings.newest(rows, "target_id", "commune_id", "kind")
    here: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for one in newest.select_related("target"):
        target = one.target
        facts = {
            "code": target.code,
            "title": target.title,
            "unit": target.unit,
            "wanted": target.wanted_text,
            "value": one.value,
            "day": one.day,
            "quality": one.quality,
            "why": one.why,
            "simulated": one.simulated,
            "numbers": targets.numbers(one),
        }
        rests_on = {"target": target.code, "value": one.pk}
        if one.commune_id is None:
            shared[target.task_id or 0].append(_fact(one.kind, rests_on, **facts))
        else:
            here[target.task_id or 0, one.commune_id].append(_fact(f"{one.kind}-here", rests_on, **facts))
    return here


def _fact(kind: str, evidence: Mapping[str, Any] | None = None, /, **values: Any) -> Fact:
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return {"kind": kind, "values": plain, "evidence": dict(evidence or {})}


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _short(text: str) -> str:
    return Truncator(text).chars(240)
