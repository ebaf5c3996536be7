"""Have a draft made, and issue one: the number and the day are asked for, and what follows is said before."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import round_of
from nonnuoc.desk.plans.reports import finding
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.reports import issuing, making, selectors


class Issue(forms.Form):
    """What an issued report carries."""

    report = forms.UUIDField(widget=forms.HiddenInput)
    number = forms.CharField(
        label=gettext_lazy("Number of the report"),
        max_length=60,
        help_text=gettext_lazy("As it stands on paper, with its sign: 123/BC-SNNMT"),
    )
    day = forms.DateField(
        label=gettext_lazy("Day of the report"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    sure = forms.BooleanField(label=gettext_lazy("I have read the draft; it is the report"))


@allowed("plans.steer", "POST")
def ask(request: Entered, plan: str, code: str) -> HttpResponse:
    """A draft is made by a job; the page says how far it is."""
    try:
        making.ask(round_of(request, plan, code), by=request.user, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("plan-report", plan, code)


@allowed("plans.issue", "GET", "HEAD", "POST")
def issue(request: Entered, plan: str, code: str) -> HttpResponse:
    """The form that issues; sent, the report is frozen and its round closed."""
    report = finding.report(request, plan, code)
    request.rights.require("plans.issue", plans.subject(report.round.plan.leading))
    if report.state != report.State.DRAFT:
        return redirect("plan-report", plan, code)
    form = Issue(request.POST or None, initial={"report": report.uuid, "day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        read: UUID = form.cleaned_data["report"]
        given = {"by": request.user, "at": timezone.now(), "day": form.cleaned_data["day"]}
        try:
            if read != report.uuid:
                raise ValidationError(_("A newer draft has been made since you read this one. Read it first."))
            issuing.issue(report, form.cleaned_data["number"], **given)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The report is issued, and its round is closed."))
            return redirect("plan-report", plan, code)
    since = [one.office.name for one in selectors.sent_since(report)]
    told = {"form": form, "report": report, "round": report.round, "plan": report.round.plan, "since": since}
    told["simulated"] = report.content["head"]["simulated"]
    told["missing"] = sum(len(one["values"]["offices"]) for one in report.content["missing"])
    return render(request, "desk/plans/reports/issue.html", told, status=422 if form.errors else 200)
