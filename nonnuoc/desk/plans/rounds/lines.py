"""A form as its page shows it: answer by answer, with what is known, what was said last year, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.text import capfirst

from nonnuoc.domain.plan.merging import Clash
from nonnuoc.look.plans import known
from nonnuoc.look.plans.known import Sentence
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.models import Answer, Assignment, Form, Remark
from nonnuoc.records.plans.rounds import fields, prefilling
from nonnuoc.records.plans.tasks import evidencing


def states() -> list[tuple[str, str]]:
    """The states of an answer, each with its word in the reader's language."""
    return [(state.value, capfirst(str(state.label))) for state in fields.STATES]


@dataclass(frozen=True, slots=True)
class Box:
    """A field: its name in the page, what stands in it, what is wrong, and what somebody else wrote meanwhile."""

    name: str
    text: str
    faults: Sequence[str] = ()
    clash: Clash | None = None

    @property
    def is_wrong(self) -> bool:
        return bool(self.faults) or self.clash is not None


@dataclass(frozen=True, slots=True)
class Line:
    """An answer; `open`: it is shown unfolded, because something in it wants to be read."""

    answer: Answer
    boxes: Mapping[str, Box]
    known: Sequence[Sentence]
    remarks: Sequence[Remark] = field(default=())

    @property
    def open(self) -> bool:
        return bool(self.remarks) or any(one.is_wrong for one in self.boxes.values())

    @property
    def says(self) -> bool:
        """Whether it says more than a state."""
        return any(self.boxes[name].text for name in ("result", "next", "difficulty"))

    @property
    def state(self) -> str:
        """How the part stands, in a word; "": not answered."""
        return dict(states()).get(self.boxes["state"].text, "")


def boxes(
    values: Mapping[str, str], faults: Mapping[str, Sequence[str]] | None = None, clashes: Iterable[Clash] = ()
) -> dict[str, Box]:
    """All fields by name. Where both sides wrote, one's own text stands in the field and theirs beside it."""
    both = {one.name: one for one in clashes}
    wrong = faults or {}
    return {
        name: Box(name, both[name].mine if name in both else text, wrong.get(name, ()), both.get(name))
        for name, text in values.items()
    }


def lines(answers: Sequence[Answer], found: Mapping[str, Box], remarks: Sequence[Remark], rights: Rights) -> list[Line]:
    """In the order of the answers; of evidence only what the reader may know of."""
    seen = evidencing.seen(known.evidence(one.known for one in answers), rights)
    return [
        Line(
            answer=one,
            boxes={field: found[fields.name(one, field)] for field in fields.OF_ANSWER},
            known=known.sentences(one.known, seen),
            remarks=[remark for remark in remarks if remark.task_id == one.task_id],
        )
        for one in answers
    ]


def parts(found: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """(part, lines): what the unit leads first; a part of which there is nothing is left out."""
    split = [(role, [one for one in found if one.answer.role == role]) for role in Assignment.Role.values]
    return [(role, held) for role, held in split if held]


def up_to_date(form: Form, answers: Sequence[Answer], on: date) -> None:
    """While it is being filled in, what is known is what is known today; nothing is stored."""
    tasks = [one.task for one in answers]
    facts = prefilling.known(tasks, [form.office], begins=form.round.begins, on=on)
    for one in answers:
        one.known = dict(facts[one.task_id, form.office_id])
