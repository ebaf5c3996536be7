"""A task planned anew, finished, taken up again; and one that a decision adds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.deeds import day as day_field
from nonnuoc.desk.deeds import text as text_field
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.records.plans.models import Plan, Task
from nonnuoc.records.plans.tasks import keeping, reading

TIME_HELP = gettext_lazy("As a plan writes it: “Quý IV năm 2027”, “Năm 2026 - 2030”, “Thường xuyên”.")


class Change(forms.Form):
    """What may be changed of a task without changing the plan's text."""

    product = text_field(
        gettext_lazy("Product"),
        required=False,
        help_text=gettext_lazy("What is there when it is done, so that it can be seen."),
    )
    starts = day_field(gettext_lazy("From"), required=False)
    ends = day_field(gettext_lazy("Until"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason, where the dates change"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("The time as the plan writes it stays beside it."),
    )
    public = forms.BooleanField(label=gettext_lazy("Shown to everybody"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class Finish(forms.Form):
    """When it was done, and by which document."""

    done = day_field(gettext_lazy("Done on"))
    basis = forms.CharField(
        label=gettext_lazy("Document that shows it"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Number and day; it becomes evidence of the task."),
    )


class Reopen(forms.Form):
    """Why it is not done after all."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class Add(forms.Form):
    """A task that a decision adds to the plan."""

    section = forms.ChoiceField(label=gettext_lazy("Section"))
    code = forms.CharField(
        label=gettext_lazy("Number"), max_length=20, help_text=gettext_lazy("With its section: “III.13”.")
    )
    title = text_field(gettext_lazy("Content"))
    time_text = forms.CharField(label=gettext_lazy("Time"), max_length=120, help_text=TIME_HELP)
    lead_text = forms.CharField(
        label=gettext_lazy("Leads"), max_length=500, help_text=gettext_lazy("The offices get their parts on its page.")
    )
    added_by = forms.CharField(
        label=gettext_lazy("Decision that adds it"), max_length=300, help_text=gettext_lazy("Number and day.")
    )

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.titles = dict(reading.sections(plan))
        self.fields["section"].choices = [(code, f"{code}. {title}") for code, title in self.titles.items()]  # type: ignore[attr-defined]


@allowed("plans.keep", "GET", "HEAD", "POST")
def change(request: Entered, plan: str, code: str) -> HttpResponse:
    """Three forms of one task; which was sent, says `do`."""
    found = plan_of(request, plan)
    task = reading.task(found, code)
    if task is None:
        raise Http404(_("There is no task with this number in the plan."))
    sent = request.POST.get("do", "")
    now = {name: getattr(task, name) for name in ("product", "starts", "ends", "public", "version")}
    forms_ = {
        "change": Change(request.POST if sent == "change" else None, initial=now, prefix="change"),
        "finish": Finish(
            request.POST if sent == "finish" else None, initial={"done": timezone.localdate()}, prefix="finish"
        ),
        "reopen": Reopen(request.POST if sent == "reopen" else None, prefix="reopen"),
    }
    if request.method == "POST" and sent in forms_:
        form = forms_[sent]
        if form.is_valid():
            try:
                _do(sent, task, form.cleaned_data, request)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(request, _("Kept."))
                return redirect("plan-task", plan=plan, code=code)
    refused = any(form.errors for form in forms_.values() if form.is_bound)
    context = {"plan": found, "task": task, **forms_}
    return render(request, "desk/plans/tasks/change.html", context, status=422 if refused else 200)


@allowed("plans.keep", "GET", "HEAD", "POST")
def new(request: Entered, plan: str) -> HttpResponse:
    """The form; sent, the page of the task."""
    found = plan_of(request, plan)
    form = Add(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["section_title"] = form.titles[given["section"]]
        try:
            made = keeping.create(found, **given, by=request.user, at=timezone.now())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("plan-task", plan=plan, code=made.code)
    status = 422 if form.errors else 200
    return render(request, "desk/plans/tasks/new.html", {"plan": found, "form": form}, status=status)


def _do(sent: str, task: Task, given: dict[str, Any], request: Entered) -> None:
    by, at = request.user, timezone.now()
    if sent == "change":
        keeping.change(task, **given, by=by, at=at)
    elif sent == "finish":
        keeping.finish(task, **given, by=by, at=at)
    else:
        keeping.reopen(task, **given, by=by, at=at)
