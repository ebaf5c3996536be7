"""The head of a plan: what was not printed yet filled in, and its way from draft to issued to ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.records.plans.models import Plan
from nonnuoc.records.plans.text import heading


class Head(forms.ModelForm):  # type: ignore[type-arg]
    """The fields of the head, with the number of the version they were read from."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Plan
        fields = heading.FIELDS
        widgets = {
            **{name: forms.DateInput({"type": "date"}, format="%Y-%m-%d") for name in ("issued", "starts", "ends")},
            "title": forms.Textarea({"rows": 3}),
        }


class End(forms.Form):
    """Why the plan ends."""

    why = forms.CharField(label=gettext_lazy("Why it ends, and what takes its place"), max_length=500)


@allowed("plans.keep", "GET", "HEAD", "POST")
def page(request: Entered, plan: str) -> HttpResponse:
    """The form; below it, what can be done with the plan as a whole."""
    found = plan_of(request, plan)
    deed = request.POST.get("deed", "")
    form = Head(
        request.POST if deed == "change" else None,
        instance=plan_of(request, plan),
        initial={"version": found.version},
    )
    end = End(request.POST if deed == "end" else None)
    if request.method == "POST":
        try:
            said = _do(found, deed, form, end, request)
        except ValidationError as error:
            _refuse(end if deed == "end" else form, error)
        else:
            if said:
                messages.success(request, said)
                return redirect("plan-head", plan=found.code)
    context = {"plan": found, "form": form, "end": end}
    status = 422 if form.errors or end.errors else 200
    return render(request, "desk/plans/text/head.html", context, status=status)


def _do(plan: Plan, deed: str, form: Head, end: End, request: Entered) -> str:
    at = timezone.now()
    if deed == "issue":
        heading.issue(plan, by=request.user, at=at)
        return _("The plan is issued.")
    if deed == "end" and end.is_valid():
        heading.end(plan, end.cleaned_data["why"], by=request.user, at=at)
        return _("The plan has ended.")
    if deed == "change" and form.is_valid():
        heading.change(plan, by=request.user, **form.cleaned_data)
        return _("The head was written.")
    return ""


def _refuse(form: Any, error: ValidationError) -> None:
    said = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    for name, wrong in said.items():
        form.add_error(name if name in form.fields else None, wrong)
