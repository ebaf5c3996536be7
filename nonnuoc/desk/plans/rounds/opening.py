"""A new round: what is asked of whom, by when; before it is opened, how much that is."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from itertools import chain, count
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Plan, Round
from nonnuoc.records.plans.rounds import opening, selectors


def day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


def chosen(label: Any, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, widget=forms.CheckboxSelectMultiple, **more)


class Asked(forms.Form):
    """What is asked. Everything is chosen to begin with: who asks takes away."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Round.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Stands in its address: 2026, 2026-mua-mua.")
    )
    asked = forms.CharField(
        label=gettext_lazy("What is asked"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        max_length=4000,
        help_text=gettext_lazy("Stands above every form, and in the message to the units."),
    )
    begins, ends = day(gettext_lazy("Period from")), day(gettext_lazy("Period until"))
    due = day(gettext_lazy("Due"))
    tasks = chosen(gettext_lazy("Tasks"))
    offices = chosen(gettext_lazy("Units"))

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = selectors.codes(plan)
        tasks, offices = selectors.offered(plan)
        self.known_tasks = {one.code: one for one in tasks}
        self.known_offices = {one.code: one for one in offices}
        self.fields["tasks"].choices = [(code, f"{code}. {one.title}") for code, one in self.known_tasks.items()]  # type: ignore[attr-defined]
        self.fields["offices"].choices = [(code, one.name) for code, one in self.known_offices.items()]  # type: ignore[attr-defined]
        self.initial.setdefault("tasks", list(self.known_tasks))
        self.initial.setdefault("offices", list(self.known_offices))

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip()
        if code in self.taken:
            raise ValidationError(_("This plan has a round with this code already. Choose another one."))
        return code

    def given(self) -> dict[str, Any]:
        """What `opening.open_` is to be told."""
        found = dict(self.cleaned_data)
        found["tasks"] = [self.known_tasks[code] for code in found["tasks"]]
        found["offices"] = [self.known_offices[code] for code in found["offices"]]
        return found


@allowed("plans.steer", "GET", "HEAD", "POST")
def new(request: Entered, plan: str) -> HttpResponse:
    """The form; looked at first, then opened."""
    found = plan_of(request, plan)
    request.rights.require("plans.steer", plans.subject(found.leading))
    form = Asked(found, request.POST or None, initial=_proposed(found, timezone.localdate()))
    forecast = None
    if request.method == "POST" and form.is_valid():
        given = form.given()
        forecast = opening.forecast(given["tasks"], given["offices"])
        if "open" in request.POST and forecast[0]:
            try:
                made = opening.open_(found, **given, by=request.user, at=timezone.now())
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                return redirect("plan-round", plan=plan, code=made.code)
        elif "open" in request.POST:
            form.add_error(None, _("None of these units has a part in any of these tasks."))
    context = {"plan": found, "form": form, "forecast": forecast}
    return render(request, "desk/plans/rounds/new.html", context, status=422 if form.errors else 200)


def _proposed(plan: Plan, today: date) -> dict[str, Any]:
    """The yearly round as the plan has it, where it says a day."""
    found: dict[str, Any] = {"kind": Round.Kind.AD_HOC, "begins": date(today.year, 1, 1), "ends": today}
    if plan.report_month and plan.report_day:
        year = today.year + ((today.month, today.day) > (plan.report_month, plan.report_day))
        due = date(year, plan.report_month, min(plan.report_day, monthrange(year, plan.report_month)[1]))
        said = {"year": year, "plan": plan.short_title}
        taken = selectors.codes(plan)
        offered = chain([str(year)], (f"{year}-{number}" for number in count(2)))
        free = next(code for code in offered if code not in taken)
        found |= {"kind": Round.Kind.YEARLY, "code": free, "due": due}
        told = selectors.told_until(plan)  # what comes after a report's last day belongs to the next
        begins = date(year, 1, 1) if told is None or told >= due else told + timedelta(days=1)
        found |= {"begins": begins, "ends": due, "title": _("Report of %(year)d on %(plan)s") % said}
    return found
