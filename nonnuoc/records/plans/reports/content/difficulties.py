"""Difficulties, with where they lie and what was decided; and what units propose."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from nonnuoc.records.plans.models import Blocker, Task
from nonnuoc.records.plans.reports import sentence as s
from nonnuoc.records.plans.reports.gathering import TOLD, Gathered
from nonnuoc.records.plans.reports.sentence import Sentence


def entries(found: Gathered) -> list[dict[str, Any]]:
    """Of each task its difficulties: those registered, then what units wrote without registering it."""
    told = []
    for task in found.tasks:
        blockers = found.blockers.get(task.pk, ())
        known = {(one.office_id, _same(one.text)) for one in blockers}
        said = [_of_blocker(task, one) for one in blockers]
        said += [
            s.say("difficulty.told", [s.answer(one, task)], office=one.form.office.name, text=one.difficulty.strip())
            for one in found.told(task)
            if one.difficulty.strip() and (one.form.office_id, _same(one.difficulty)) not in known
        ]
        if said:
            told.append({"task": task.code, "printed": task.printed, "title": task.title, "sentences": said})
    general = [
        s.say("difficulty.told", [s.form(one)], office=one.office.name, text=one.difficulties.strip())
        for one in found.forms
        if one.state in TOLD and one.difficulties.strip()
    ]
    return [*told, *([{"task": None, "printed": "", "title": "", "sentences": general}] if general else [])]


def proposals(found: Gathered) -> list[Sentence]:
    """What units propose in general; then, with a difficulty nobody has decided on yet, what was not said so far."""
    told = [
        s.say("proposal", [s.form(one)], office=one.office.name, text=one.proposals.strip(), task=None)
        for one in found.forms
        if one.state in TOLD and one.proposals.strip()
    ]
    known = {(one["values"]["office"], _same(one["values"]["text"])) for one in told}
    for task in found.tasks:
        for one in found.blockers.get(task.pk, ()):
            words = (one.office.name, _same(one.proposal))
            if words[1] and words not in known and one.state in (Blocker.State.RAISED, Blocker.State.SUBMITTED):
                known.add(words)
                rests = [s.blocker(one, task)]
                told.append(s.say("proposal", rests, office=words[0], text=one.proposal.strip(), task=task.title))
    return told


def _of_blocker(task: Task, one: Blocker) -> Sentence:
    given = {
        "office": one.office.name,
        "text": one.text.strip(),
        "raised": timezone.localdate(one.raised),
        "state": one.state,
        "with": one.with_office.name,
        "decision": one.decision,
        "basis": one.basis,
        "decided": timezone.localdate(one.decided) if one.decided else None,
    }
    return s.say("difficulty", [s.blocker(one, task)], **given)


def _same(text: str) -> str:
    return " ".join(text.split()).casefold()
