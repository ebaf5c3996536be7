"""The tasks of a plan over time: a drawing, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.desk.plans.overview import drawing
from nonnuoc.domain.plan.light import GRAVITY
from nonnuoc.look.plans import words
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.board import course
from nonnuoc.records.plans.board.course import Course


class Filter(forms.Form):
    """Which tasks are shown."""

    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    lead = forms.ChoiceField(label=gettext_lazy("Led by"), required=False)
    light = forms.ChoiceField(label=gettext_lazy("How it stands"), required=False)

    def __init__(self, data: object, courses: Iterable[Course]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        sections: dict[str, str] = {}
        leads: dict[str, str] = {}
        for one in courses:
            task = one.standing.task
            sections[task.section] = f"{task.section}. {task.section_title}"
            leads |= {office.code: office.name for office in one.leads}
        for name, choices in (
            ("section", list(sections.items())),
            ("lead", sorted(leads.items(), key=lambda pair: pair[1])),
            ("light", [(one.value, words.light(one)) for one in GRAVITY]),
        ):
            self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]

    def keeps(self, one: Course) -> bool:
        asked = self.cleaned_data if self.is_valid() else {}
        return (
            asked.get("section") in (None, "", one.standing.task.section)
            and (not asked.get("lead") or asked["lead"] in {office.code for office in one.leads})
            and asked.get("light") in (None, "", one.standing.light.value)
        )


@allowed("plans.read", "GET", "HEAD")
def page(request: Entered, plan: str) -> HttpResponse:
    """The drawing of what was asked for, and its table."""
    found, today = plan_of(request, plan), timezone.localdate()
    every = course.timeline(found, today)
    form = Filter(request.GET, every)
    shown = [one for one in every if form.keeps(one)]
    context = {
        "plan": found,
        "form": form,
        "courses": shown,
        "drawing": drawing.draw(found, shown, today),
        "number": len(every),
        "legend": [(one, words.light(one)) for one in GRAVITY],
        "slipping": sum(bool(one.standing.slip_days) for one in shown),
        "today": today,
        "simulated": bool(selectors.invented([found])),
    }
    return render(request, "desk/plans/overview/timeline.html", context)
