"""All that a page of the text shows: its passages with what each says, and how much of it has been read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nonnuoc.domain.plan.sentences import APPENDIX, CLOSING, OPENING
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.models import Edition, Mark, Passage, Plan, Question, Task
from nonnuoc.records.plans.text import causes, editions, marks

#: Passages that no duty is looked for in: what stands before and after, and the words around the table.
FRAME = (f"{OPENING}.", f"{CLOSING}.", f"{APPENDIX}.")


@dataclass(frozen=True, slots=True)
class Line:
    """A passage and what is known of it. `task`: of a row of the appendix, the task it is."""

    passage: Passage
    marks: Sequence[Mark] = ()
    task: Task | None = None
    questions: Sequence[Question] = ()
    read: bool = True  # somebody has said what it says, or it needs no reading
    uncovered: bool = False  # it says a duty, and no task takes it up


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the text has been read: numbers of sentences."""

    sentences: int
    duties: int
    covered: int
    uncovered: int
    unread: int


@dataclass(frozen=True, slots=True)
class Text:
    """An edition as it is read."""

    edition: Edition
    lines: Sequence[Line]
    coverage: Coverage
    names: Mapping[tuple[str, str], str]  # of entries of registers that the reader may know of, by register and code
    lost: Sequence[Mark]  # marks whose sentence this edition no longer has


def text(edition: Edition, rights: Rights) -> Text:
    """Everything of one edition, with marks and questions as they are now; eight queries and one for each register.

    For who may follow the plan; entries of registers are named as far as the reader may know of them.
    """
    plan = edition.plan
    found = marks.of(plan)
    tasks = {f"{APPENDIX}.{task.code}": task for task in Task.objects.filter(plan=plan)}
    asked: dict[str, list[Question]] = defaultdict(list)
    for question in Question.objects.filter(plan=plan).exclude(state=Question.State.GONE):
        for anchor in question.anchors:
            asked[anchor].append(question)
    passages = editions.passages(edition)
    lines = [line(one, found.get(one.anchor, ()), tasks.get(one.anchor), asked.get(one.anchor, ())) for one in passages]
    known = {one.anchor for one in passages}
    every = [mark for held in found.values() for mark in held]
    lost = [mark for mark in every if mark.anchor not in known]
    return Text(edition, lines, _coverage(lines), marks.names(every, rights), lost)


def line(passage: Passage, held: Sequence[Mark], task: Task | None = None, asked: Sequence[Question] = ()) -> Line:
    """One passage, judged: whether somebody has read it, and whether a duty of it waits for a task."""
    to_read = passage.kind == Passage.Kind.SENTENCE and not passage.anchor.startswith(FRAME)
    return Line(passage, held, task, asked, read=bool(held) or not to_read, uncovered=bool(causes.open_duties(held)))


def coverage(plan: Plan) -> Coverage | None:
    """How much of the newest text has been read; None without a text."""
    edition = editions.current(plan)
    if edition is None:
        return None
    found = marks.of(plan)
    return _coverage([line(one, found.get(one.anchor, ())) for one in editions.passages(edition)])


def quoted(plan: Plan, anchors: Sequence[str]) -> list[Passage]:
    """The passages of the newest edition at these anchors, in the order of the text."""
    edition = editions.current(plan)
    return list(Passage.objects.filter(edition=edition, anchor__in=anchors).order_by("order")) if edition else []


def _coverage(lines: Sequence[Line]) -> Coverage:
    to_read = [
        one for one in lines if one.passage.kind == Passage.Kind.SENTENCE and not one.passage.anchor.startswith(FRAME)
    ]
    duties = [one for one in to_read if any(mark.kind == Mark.Kind.DUTY for mark in one.marks)]
    uncovered = sum(one.uncovered for one in duties)
    unread = sum(not one.read for one in to_read)
    return Coverage(len(to_read), len(duties), len(duties) - uncovered, uncovered, unread)
