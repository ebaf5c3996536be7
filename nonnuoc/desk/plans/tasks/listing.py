"""The tasks of a plan, by section: how each stands, the gravest found by choosing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.desk.plans.overview import wording
from nonnuoc.domain.plan.light import GRAVITY, Light
from nonnuoc.look.plans import words
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.board import totals
from nonnuoc.records.plans.models import Plan, Task
from nonnuoc.records.plans.tasks import reading, standing
from nonnuoc.records.plans.tasks.standing import Standing

QUARTER = timedelta(days=92)


class Filter(forms.Form):
    """Which of them are shown."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    light = forms.ChoiceField(label=gettext_lazy("How it stands"), required=False)
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    office = forms.ChoiceField(label=gettext_lazy("Led by"), required=False)
    due = forms.ChoiceField(label=gettext_lazy("Due"), required=False)

    def __init__(self, plan: Plan, data: Any) -> None:
        super().__init__(data)
        self.offices = {one.code: one for one in reading.leads(plan)}
        sections = [(code, f"{code}. {title}") for code, title in reading.sections(plan)]
        choices: dict[str, Sequence[tuple[str, Any]]] = {
            "light": [(one.value, words.light(one)) for one in GRAVITY],
            "section": sections,
            "office": [(code, one.name) for code, one in self.offices.items()],
            "due": [("past", _("already past")), ("soon", _("within three months")), ("none", _("no end"))],
        }
        for name, offered in choices.items():
            self.fields[name].choices = [("", _("all")), *offered]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Row:
    """A task, and how it stands."""

    task: Task
    standing: Standing


@dataclass(frozen=True, slots=True)
class Group:
    """A section of the plan, and those of its tasks that are shown."""

    section: str
    title: str
    rows: Sequence[Row]


@allowed("plans.read", "GET", "HEAD")
def listing(request: Entered, plan: str) -> HttpResponse:
    """The sentence that counts, and the tasks asked for."""
    found = plan_of(request, plan)
    today = timezone.localdate()
    standings = standing.of([found], today)
    form = Filter(found, request.GET)
    rows = _rows(found, form, standings, today) if form.is_valid() else []
    by_section: dict[str, list[Row]] = {}
    for row in rows:
        by_section.setdefault(row.task.section, []).append(row)
    groups = [Group(code, title, by_section[code]) for code, title in reading.sections(found) if code in by_section]
    context = {
        "plan": found,
        "form": form,
        "groups": groups,
        "shown": len(rows),
        "asked": any(form.data.get(name) for name in form.fields),
        "sentence": wording.counted(totals.whole(standings.values())),
        "unknown": words.unknown(standings.values()),
        "may_keep": request.rights.may("plans.keep"),
        "simulated": bool(selectors.invented([found])),
    }
    return render(request, "desk/plans/tasks/listing.html", context)


def _rows(plan: Plan, form: Filter, standings: Any, today: date) -> list[Row]:
    asked = form.cleaned_data
    office = form.offices.get(asked["office"])
    wanted = reading.asked(plan, section=asked["section"], office=office, role="lead", words=asked["q"])
    found = [standings[pk] for pk in standings if pk in wanted]
    if asked["light"]:
        found = [one for one in found if one.light == Light(asked["light"])]
    if asked["due"]:
        found = [one for one in found if _is_due(one.task, asked["due"], today)]
    found.sort(key=lambda one: one.task.order)
    return [Row(one.task, one) for one in found]


def _is_due(task: Task, asked: str, today: date) -> bool:
    if task.ends is None or task.done is not None:
        return asked == "none" and task.ends is None
    return task.ends < today if asked == "past" else asked == "soon" and today <= task.ends <= today + QUARTER
