"""What a plan leaves open: the list, and one question with its decision."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.deeds import text
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.desk.plans.text import finding
from nonnuoc.records.plans.models import Passage, Plan, Question
from nonnuoc.records.plans.text import questions, reading, wording

Kind, State = Question.Kind, Question.State
NUMBERS = re.compile(r"(\d+)")  # T2 stands before T10


class Decide(forms.Form):
    """What was decided, and on what."""

    decision = text(gettext_lazy("Decision"))
    basis = forms.CharField(label=gettext_lazy("Document it rests on"), max_length=300, required=False)

    def __init__(self, *args: Any, needs_basis: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].required = needs_basis
        if needs_basis:
            self.fields["basis"].help_text = _("You write down what a document has decided: give its number and day.")


class Ask(forms.Form):
    """A question of one's own."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices, initial=Kind.WORDING)
    title = forms.CharField(label=gettext_lazy("In short"), max_length=300)
    text = text(gettext_lazy("What is open"), required=False)
    anchors = forms.CharField(
        label=gettext_lazy("Sentences it is about"),
        help_text=gettext_lazy("Their numbers as the text shows them, with commas: II.5.1.a.2, PL.V.2"),
        required=False,
        max_length=400,
    )


@allowed("plans.read", "GET", "HEAD", "POST")
def listing(request: Entered, plan: str) -> HttpResponse:
    """All questions by kind, those that wait first; who keeps plans may ask one."""
    found = plan_of(request, plan)
    form = Ask(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        anchors = [one.strip() for one in given.pop("anchors").split(",") if one.strip()]
        try:
            made = questions.ask(found, anchors=anchors, by=request.user, at=timezone.now(), **given)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("plan-question", plan=found.code, identity=made.pk)
    held = list(questions.of(found, request.rights))
    quoted = {one.anchor: one for one in reading.quoted(found, [name for one in held for name in one.anchors])}
    context = {
        "plan": found,
        "waiting": sum(one.state == State.OPEN for one in held),
        "decided": sum(one.state == State.DECIDED for one in held),
        "groups": _groups([one for one in held if not _of_target(one)], quoted),
        "aims": _aims([one for one in held if _of_target(one)], quoted),
        "form": form,
        "may_keep": finding.may_keep(found, request.rights),
    }
    return render(request, "desk/plans/text/questions.html", context, status=422 if form.errors else 200)


@allowed("plans.read", "GET", "HEAD", "POST")
def one(request: Entered, plan: str, identity: int) -> HttpResponse:
    """One question with the sentences it is about; who may decide does it here."""
    found = plan_of(request, plan)
    question = questions.one(found, identity, request.rights)
    if question is None:
        raise Http404(_("There is no such question."))
    form = _form(request, found, question)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            questions.decide(question, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The decision was written down."))
            return redirect("plan-question", plan=found.code, identity=question.pk)
    context = {
        "plan": found,
        "question": question,
        "sentence": wording.sentence(question),
        "quoted": reading.quoted(found, question.anchors),
        "form": form,
    }
    refused = form is not None and form.errors
    return render(request, "desk/plans/text/question.html", context, status=422 if refused else 200)


def _form(request: Entered, plan: Plan, question: Question) -> Decide | None:
    if not questions.may_decide(plan, request.rights):
        if request.method == "POST":
            request.rights.require("plans.decide")
        return None
    begun = {"decision": question.decision, "basis": question.basis}
    data = request.POST if request.method == "POST" else None
    return Decide(data, initial=begun, needs_basis=questions.needs_basis(plan, request.rights))


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one kind, those that wait first; `said`: what is open, where that is the same for all of them."""

    label: str
    said: str
    questions: list[Told]


@dataclass(frozen=True, slots=True)
class Told:
    """A question with what is open in words, and the sentences it is about."""

    question: Question
    sentence: str
    quoted: list[Passage]


@dataclass(slots=True)
class Aim:
    """A target of which it is open where it sets out, or how it gets there."""

    title: str
    quoted: list[Passage]
    baseline: Told | None = None
    path: Told | None = None


def _of_target(question: Question) -> bool:
    """Whether it is one of the many the system asks of nearly every target: these stand together, one line for each."""
    return question.found and question.state == State.OPEN and question.kind in (Kind.BASELINE, Kind.PATH)


def _aims(held: Sequence[Question], quoted: Mapping[str, Passage]) -> list[Aim]:
    found: dict[str, Aim] = {}
    for one in held:
        told = _told(one, quoted)
        aim = found.setdefault(one.facts["target"], Aim(one.title, told.quoted))
        setattr(aim, "baseline" if one.kind == Kind.BASELINE else "path", told)
    return sorted(found.values(), key=_ordered)


def _ordered(aim: Aim) -> list[int | str]:
    return [int(part) if part.isdigit() else part for part in NUMBERS.split(aim.title)]


def _groups(held: Sequence[Question], quoted: Mapping[str, Passage]) -> list[Group]:
    found = []
    for kind in Kind:
        ours = sorted((one for one in held if one.kind == kind), key=lambda one: one.state != State.OPEN)
        told = [_told(one, quoted) for one in ours]
        same = {one.sentence for one in told}
        said = same.pop() if len(same) == 1 and len(told) > 1 else ""
        if told:
            found.append(Group(str(kind.label), said, told))
    return found


def _told(question: Question, quoted: Mapping[str, Passage]) -> Told:
    passages = [quoted[name] for name in question.anchors if name in quoted]
    return Told(question, wording.sentence(question), passages)
