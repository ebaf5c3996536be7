"""All marks of a text at once, as a file brings them: checked whole, written together, told once in the trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Mark, Passage, Plan, Target, Task
from nonnuoc.records.plans.text import editions, questions
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import reading

Kind = Mark.Kind
LEGAL_REGISTER = "legal-documents"
LONGEST_WORDS = 300  # as the model has it


@dataclass(frozen=True, slots=True)
class Said:
    """A mark as a file writes it: codes for what of ours it is."""

    anchor: str
    kind: str
    task: str = ""
    target: str = ""
    register: str = ""
    code: str = ""
    words: str = ""
    day: date | None = None


def parsed(anchor: str, text: str) -> Said:
    """A mark from its line: the kind, what of ours it is, and after " | " the words it is about.

    "duty III.6 | xử lý dứt điểm", "target T1", "object reaches/cb-song-gam | sông Gâm", "deadline 2030-12-31 | …",
    "legal qd-611-2024-ttg", "frame". Raises ValidationError naming the line.
    """
    said, _bar, words = text.partition("|")
    kind, _space, what = said.strip().partition(" ")
    what, words = what.strip(), words.strip()
    try:
        match kind:
            case Kind.DUTY:
                return Said(anchor, kind, task=what, words=words)
            case Kind.TARGET if what:
                return Said(anchor, kind, target=what, words=words)
            case Kind.OBJECT:
                register, _stroke, code = what.partition("/")
                return Said(anchor, kind, register=register, code=code, words=words)
            case Kind.LEGAL:
                return Said(anchor, kind, register=LEGAL_REGISTER if what else "", code=what, words=words)
            case Kind.DEADLINE:
                return Said(anchor, kind, words=words, day=date.fromisoformat(what))
            case Kind.FRAME if not what:
                return Said(anchor, kind, words=words)
    except ValueError:
        pass
    raise ValidationError(_("%(anchor)s: “%(text)s” is no mark.") % {"anchor": anchor, "text": text})


@transaction.atomic
def put_all(plan: Plan, said: Sequence[Said], *, by: Person | None, at: datetime) -> int:
    """Add the marks that are not there yet; give how many. All, or none: raises ValidationError with every fault.

    What is refused of one mark is refused here too (marks.put): sentences, tasks, targets and entries there are not,
    and words that do not stand in the sentence.
    """
    through = access.require(by, "plans.keep", selectors.subject(plan.leading)).lent
    Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    tasks = {one.code: one for one in Task.objects.filter(plan=plan)}
    targets = {one.code: one for one in Target.objects.filter(plan=plan)}
    faults = [*_faults(plan, said, tasks, targets), *_strange_entries(said)]
    if faults:
        raise ValidationError(faults)
    there = {
        (one.anchor, one.kind, one.task_id, one.target_id, one.register, one.code, one.words)
        for one in Mark.objects.filter(plan=plan)
    }
    made = []
    for one in said:
        task, target = tasks.get(one.task), targets.get(one.target)
        whose = (task.pk if task else None, target.pk if target else None)
        key = (one.anchor, one.kind, *whose, one.register, one.code, one.words)
        if key not in there:
            there.add(key)
            made.append(
                Mark(
                    plan=plan,
                    anchor=one.anchor,
                    kind=one.kind,
                    task=task,
                    target=target,
                    register=one.register,
                    code=one.code,
                    words=one.words,
                    day=one.day,
                    by=by,
                    at=at,
                )
            )
    Mark.objects.bulk_create(made, batch_size=500)
    if made:
        audit.record(by, "plan.marks_put", f"plan {plan.code}", after={"marks": len(made)}, through=through)
        questions.refresh(plan, at)
    return len(made)


def _faults(plan: Plan, said: Sequence[Said], tasks: Mapping[str, Task], targets: Mapping[str, Target]) -> list[str]:
    edition = editions.current(plan)
    texts = {
        one.anchor: " ".join(" ".join((one.text, *one.cells)).split()).casefold()
        for one in Passage.objects.filter(edition=edition)
    }
    found = []
    for one in said:
        at = {"anchor": one.anchor, "task": one.task, "target": one.target, "words": one.words}
        if one.anchor not in texts:
            found.append(_("The text of this plan has no sentence “%(anchor)s”.") % at)
        elif one.words.casefold() not in texts[one.anchor] or len(one.words) > LONGEST_WORDS:
            found.append(_("%(anchor)s: “%(words)s” does not stand in the sentence.") % at)
        if one.task and one.task not in tasks:
            found.append(_("%(anchor)s: this plan has no task %(task)s.") % at)
        if one.target and one.target not in targets:
            found.append(_("%(anchor)s: this plan has no target %(target)s.") % at)
    return found


def _strange_entries(said: Sequence[Said]) -> list[str]:
    """Entries that no register has; one query for each register."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in said:
        if one.register or one.code:
            wanted[one.register].add(one.code)
    found = []
    for key, codes in wanted.items():
        register = every.register(key)
        known = set()
        if register is not None:
            rows = reading.readable(register, access.SYSTEM, withdrawn=None).filter(code__in=codes)
            known = set(rows.values_list("code", flat=True))
        found += [_("There is no entry “%(entry)s”.") % {"entry": f"{key}/{code}"} for code in sorted(codes - known)]
    return found
