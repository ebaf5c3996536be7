"""A new inspection."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.alerts import selectors as alerts
from nonnuoc.records.inspections import planning, selectors
from nonnuoc.records.inspections.models import Inspection
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import reading


class Plan(forms.Form):
    """What is planned."""

    facility = forms.CharField(
        label=gettext_lazy("Facility"), max_length=40, help_text=gettext_lazy("Its code, as its page shows it.")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=Inspection.Kind.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Until it is announced or has begun, neither the facility nor its commune sees it."),
    )
    scheduled = forms.DateField(
        label=gettext_lazy("Planned for"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy("The plan, the sign or the order it rests on."),
    )
    lead = forms.ChoiceField(label=gettext_lazy("Lead"))
    team = forms.CharField(label=gettext_lazy("Team"), required=False, max_length=500)
    scope = forms.CharField(
        label=gettext_lazy("What is looked at"), required=False, widget=forms.Textarea({"rows": 3}), max_length=2000
    )
    incident = forms.IntegerField(label=gettext_lazy("Incident"), required=False, min_value=1)

    def __init__(self, rights: Rights, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights
        self.people = {str(one.pk): one for one in selectors.leads()}
        self.fields["lead"].choices = [(pk, one.name) for pk, one in self.people.items()]  # type: ignore[attr-defined]

    def clean_facility(self) -> Any:
        found = reading.one(FACILITIES, self.cleaned_data["facility"].strip(), self.rights)
        if found is None:
            raise ValidationError(_("There is no facility with this code. Look it up in the register of facilities."))
        return found

    def clean_incident(self) -> Any:
        number = self.cleaned_data["incident"]
        found = alerts.by_id(number, self.rights) if number else None
        if number and found is None:
            raise ValidationError(_("There is no incident with this number."))
        return found


@allowed("inspections.keep", "GET", "HEAD", "POST")
def new(request: Entered) -> HttpResponse:
    """The form; sent, the page of the inspection."""
    begun = {name: request.GET.get(name, "") for name in ("facility", "incident", "kind", "reason")}
    initial = {"lead": str(request.user.pk), "kind": Inspection.Kind.PERIODIC, **{k: v for k, v in begun.items() if v}}
    form = Plan(request.rights, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["lead"] = form.people[given["lead"]]
        try:
            made = planning.plan(given.pop("facility"), by=request.user, **given)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("inspection", code=made.code)
    status = 422 if form.errors else 200
    return render(request, "desk/inspections/new.html", {"form": form}, status=status)
