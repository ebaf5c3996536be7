"""What a plan leaves open that the system can see by itself. Each cause has a key, so that it is asked once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nonnuoc.domain.plan.sentences import APPENDIX
from nonnuoc.records.plans.models import Assignment, Dependency, Mark, Milestone, Passage, Plan, Question, Target, Task
from nonnuoc.records.plans.text import about, editions

Kind = Question.Kind
TITLE = 300  # letters: what the column holds


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something has to be decided. `facts` are what its words are made of (text/wording.py)."""

    key: str  # "uncovered:II.3.7.a.1"
    kind: str
    title: str  # what it is about, as the plan calls it
    anchors: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def found(plan: Plan, kinds: Sequence[str] | None = None) -> Iterator[Cause]:
    """All causes there are now, of all kinds or of these; at most nine queries, however large the plan."""
    for kind, look in _LOOKS.items():
        if kinds is None or kind in kinds:
            yield from look(plan)


def open_duties(held: Sequence[Mark]) -> list[Mark]:
    """Of the marks of one sentence, the duties no task takes up.

    A task that the sentence leads to takes up all of it, but not the words that are marked as a duty of their own.
    """
    taken = any(one.task is not None and one.task.withdrawn is None for one in held)
    left = [one for one in held if one.kind == Mark.Kind.DUTY and (one.task is None or one.task.withdrawn is not None)]
    return [one for one in left if not taken or (one.task is None and one.words)]


def _uncovered(plan: Plan) -> Iterator[Cause]:
    """Sentences that say a duty which no task takes up."""
    held: dict[str, list[Mark]] = defaultdict(list)
    for one in Mark.objects.filter(plan=plan).select_related("task"):
        held[one.anchor].append(one)
    duties = {anchor: left for anchor, marks in held.items() if (left := open_duties(marks))}
    edition = editions.current(plan) if duties else None
    for passage in Passage.objects.filter(edition=edition, anchor__in=duties) if edition else ():
        facts = {"what": next((one.words or one.note for one in duties[passage.anchor] if one.words or one.note), "")}
        title = _short(facts["what"] or passage.text)
        yield Cause(f"uncovered:{passage.anchor}", Kind.UNCOVERED, title, (passage.anchor,), facts)


def _order(plan: Plan) -> Iterator[Cause]:
    """Of two tasks that end in the same quarter one cannot end before the other."""
    held = Dependency.objects.filter(task__plan=plan, task__withdrawn=None, on__withdrawn=None, task__done=None)
    for one in held.select_related("task", "on"):
        ends, needed = one.task.ends, one.on.ends
        if (
            ends
            and needed
            and one.on.done is None
            and (ends.year, _quarter(ends.month)) == (needed.year, _quarter(needed.month))
        ):
            facts = {"task": one.task.code, "on": one.on.code, "quarter": _quarter(ends.month), "year": ends.year}
            title = _short(f"{one.task.code} ← {one.on.code}: {one.why}")
            yield Cause(f"order:{one.task.code}:{one.on.code}", Kind.ORDER, title, _rows(one.on, one.task), facts)


def _baselines(plan: Plan) -> Iterator[Cause]:
    for one in about.targets(plan).filter(baseline=None).select_related("baseline_by"):
        facts = {
            "target": one.code,
            "by": one.baseline_by.name if one.baseline_by else "",
            "due": one.baseline_due.isoformat() if one.baseline_due else "",
        }
        yield Cause(f"baseline:{one.code}", Kind.BASELINE, _short(str(one)), _sentence(one), facts)


def _paths(plan: Plan) -> Iterator[Cause]:
    for one in about.targets(plan).filter(path=None):
        yield Cause(f"path:{one.code}", Kind.PATH, _short(str(one)), _sentence(one), {"target": one.code})


def _contradictions(plan: Plan) -> Iterator[Cause]:
    """The plan writes a number, and yet none could be taken over: it writes several."""
    for one in about.targets(plan).filter(wanted=None):
        if any(letter.isdigit() for letter in one.wanted_text):
            facts = {"target": one.code, "text": one.wanted_text}
            yield Cause(f"wanted:{one.code}", Kind.CONTRADICTION, _short(str(one)), _sentence(one), facts)


def _leads(plan: Plan) -> Iterator[Cause]:
    """Nobody leads, or many do: then nobody answers for the whole."""
    leads: dict[int, list[Assignment]] = defaultdict(list)
    held = Assignment.objects.filter(task__plan=plan, role=Assignment.Role.LEAD, ended=None)
    for part in held.order_by("id"):
        leads[part.task_id].append(part)
    for task in about.tasks(plan):
        parts = leads[task.pk]
        if len(parts) != 1:
            collective = len({part.named for part in parts}) < len(parts)
            facts = {"task": task.code, "count": len(parts), "text": task.lead_text, "collective": collective}
            yield Cause(f"lead:{task.code}", Kind.LEAD, _short(str(task)), _rows(task), facts)


def _times(plan: Plan) -> Iterator[Cause]:
    """Times that are no dates, and tasks without an end of which no step can be seen to be done."""
    stepped = set(Milestone.objects.filter(task__plan=plan, withdrawn=None).values_list("task_id", flat=True))
    for task in about.tasks(plan).filter(time__in=(Task.Time.UNREAD, Task.Time.CONTINUOUS)):
        facts = {"task": task.code, "text": task.time_text}
        if task.time == Task.Time.UNREAD:
            yield Cause(f"time:{task.code}", Kind.TIME, _short(str(task)), _rows(task), facts)
        elif task.pk not in stepped:
            yield Cause(f"milestone:{task.code}", Kind.TIME, _short(str(task)), _rows(task), facts)


def _without_body(plan: Plan) -> Iterator[Cause]:
    """Tasks no sentence leads to. Not asked before somebody has begun to say which sentence became which task."""
    led = set(
        Mark.objects.filter(plan=plan, task__isnull=False)
        .exclude(anchor__startswith=f"{APPENDIX}.")
        .values_list("task_id", flat=True)
    )
    for task in about.tasks(plan).filter(added_by="") if led else ():
        if task.pk not in led:
            yield Cause(f"body:{task.code}", Kind.NO_BODY, _short(str(task)), _rows(task), {"task": task.code})


_LOOKS: Mapping[str, Callable[[Plan], Iterator[Cause]]] = {
    Kind.UNCOVERED: _uncovered,
    Kind.CONTRADICTION: _contradictions,
    Kind.ORDER: _order,
    Kind.BASELINE: _baselines,
    Kind.PATH: _paths,
    Kind.LEAD: _leads,
    Kind.TIME: _times,
    Kind.NO_BODY: _without_body,
}


def _short(text: str) -> str:
    """As much as a title holds, in whole words; the sentence itself is quoted beside it."""
    text = text[:1].upper() + text[1:]
    return text if len(text) <= TITLE else f"{text[: TITLE - 1].rpartition(' ')[0]}…"


def _rows(*tasks: Task) -> tuple[str, ...]:
    """The rows of the appendix the tasks are; one that a decision added has none."""
    return tuple(f"{APPENDIX}.{one.code}" for one in tasks if not one.added_by)


def _sentence(target: Target) -> tuple[str, ...]:
    return tuple(filter(None, [target.anchor]))


def _quarter(month: int) -> int:
    return (month + 2) // 3
