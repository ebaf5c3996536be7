"""A tank for packaging of pesticides: when it was emptied, by whom, and how much it held."""

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

from nonnuoc.desk import choices
from nonnuoc.desk.choices import DayField
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.waste.fields import FacilityField, NumberField, Tokened
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.registers.waste import emptying, manifests
from nonnuoc.records.registers.waste.models import Handler


class PickUpForm(Tokened):
    """What was taken out, and who took it."""

    day = DayField(label=gettext_lazy("Day"))
    kg = NumberField(label=gettext_lazy("Mass, kg"))
    to = FacilityField(
        label=gettext_lazy("Taken by"), required=False, none=gettext_lazy("somebody who is not registered")
    )
    to_name = forms.CharField(label=gettext_lazy("Name, where not registered"), required=False, max_length=200)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        takers = [*manifests.parties(Handler.Role.TRANSPORTER), *manifests.parties(Handler.Role.TREATER)]
        self.fields["to"].among(takers)  # type: ignore[attr-defined]

    def given(self) -> emptying.Given:
        """What the records are given."""
        return emptying.Given(**{name: self.cleaned_data[name] for name in emptying.Given.__dataclass_fields__})


class Correcting(Tokened):
    """Another mass instead, and why."""

    kg = NumberField(
        label=gettext_lazy("Mass, kg"), required=False, help_text=gettext_lazy("Empty: the row is struck out.")
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)


@allowed("data.internal", "GET", "HEAD", "POST")
def page(request: Entered, code: str) -> HttpResponse:
    """Its pick-ups, and the form for another."""
    if request.method == "POST":
        request.rights.require("waste.report")
    tank = emptying.tank(code, request.rights)
    if tank is None:
        raise Http404
    on = emptying.subject(tank)
    if not request.rights.may_read(DataClass.INTERNAL, on):
        request.rights.require("data.internal", on)
    if request.method == "POST":
        request.rights.require("waste.report", on)
    form = PickUpForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            emptying.report(tank, form.given(), token=form.cleaned_data["token"], by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("waste-pick-ups", code)
    rows = list(emptying.of(tank))
    context = {
        "tank": tank,
        "rows": rows,
        "sum": sum(row.kg or 0.0 for row in rows),
        "form": form if request.rights.may("waste.report", on) else None,
        "simulated": tank.simulated,
    }
    return render(request, "desk/waste/tank.html", context, status=422 if form.errors else 200)


@allowed("waste.report", "GET", "HEAD", "POST")
def correct(request: Entered, identity: int) -> HttpResponse:
    """One pick-up: another mass, beside the old one."""
    row = emptying.one(identity, request.rights)
    if row is None:
        raise Http404
    request.rights.require("waste.report", emptying.subject(row.tank))
    form = Correcting(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            emptying.correct(identity, kg=told["kg"], reason=told["reason"], token=told["token"], by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Corrected; the old number stays beside it."))
            return redirect("waste-pick-ups", row.tank.code)
    context = {"row": row, "tank": row.tank, "form": form, "simulated": row.tank.simulated}
    return render(request, "desk/waste/correct_pick_up.html", context, status=422 if form.errors else 200)
