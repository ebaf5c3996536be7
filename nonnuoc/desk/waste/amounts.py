"""Amounts of a site or a facility: what its months say, what is told, and the form to tell more."""

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
from nonnuoc.desk.waste.fields import NumberField, Tokened
from nonnuoc.records.places import selectors as communes
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.waste import amounts, filling, places
from nonnuoc.records.registers.waste.models import Basis, Flow, Method, Stream
from nonnuoc.records.registers.waste.places import Place

AT_SITE = (Flow.RECEIVED, Flow.TREATED, Flow.SENT)
AT_FACILITY = (Flow.GENERATED, Flow.TREATED, Flow.CLUSTER, Flow.SENT)
SHOWN = 60  # rows at once


class AmountForm(Tokened):
    """One amount: of a month, of a year, or of a weigh ticket."""

    year = forms.IntegerField(label=gettext_lazy("Year"))
    month = forms.ChoiceField(label=gettext_lazy("Month"), required=False)
    flow = forms.ChoiceField(label=gettext_lazy("Which way"))
    stream = forms.ChoiceField(label=gettext_lazy("Kind of waste"), choices=Stream.choices)
    method = forms.ChoiceField(
        label=gettext_lazy("How it was treated"),
        required=False,
        choices=[("", gettext_lazy("was not treated")), *Method.choices],
    )
    tonnes = NumberField(label=gettext_lazy("Tonnes"))
    basis = forms.ChoiceField(label=gettext_lazy("How the number came about"), choices=Basis.choices)
    commune = forms.ChoiceField(label=gettext_lazy("From which commune"), required=False)
    partner = forms.CharField(label=gettext_lazy("Who brought it, or where it went"), required=False, max_length=200)
    ticket = forms.CharField(label=gettext_lazy("Number of the weigh ticket"), required=False, max_length=40)
    day = DayField(label=gettext_lazy("Day of the ticket"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        flows = AT_FACILITY if isinstance(place, Facility) else AT_SITE
        self.fields["flow"].choices = [(one.value, one.label) for one in flows]  # type: ignore[attr-defined]
        self.communes = {one.code: one for one in communes.communes()}
        offered = [(code, one.full_name) for code, one in self.communes.items()]
        self.fields["commune"].choices = [("", _("several, or not known")), *offered]  # type: ignore[attr-defined]
        months = [(str(n), f"{n:02d}") for n in range(1, 13)]
        self.fields["month"].choices = [("", _("the whole year")), *months]  # type: ignore[attr-defined]

    def given(self) -> amounts.Given:
        """What the records are given."""
        told = self.cleaned_data | {"commune": self.communes.get(self.cleaned_data["commune"])}
        told["month"] = int(told["month"]) if told["month"] else None
        return amounts.Given(**{name: told[name] for name in amounts.Given.__dataclass_fields__})


class Correcting(Tokened):
    """Another number instead, and why; without one the row is struck out."""

    tonnes = NumberField(
        label=gettext_lazy("Tonnes"), required=False, help_text=gettext_lazy("Empty: the row is struck out.")
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)


@allowed("data.internal", "GET", "HEAD", "POST")
def of_site(request: Entered, code: str) -> HttpResponse:
    """A waste site."""
    return _of(request, places.site(code, request.rights))


@allowed("data.internal", "GET", "HEAD", "POST")
def of_facility(request: Entered, code: str) -> HttpResponse:
    """A facility."""
    return _of(request, places.facility(code, request.rights))


@allowed("waste.report", "GET", "HEAD", "POST")
def correct(request: Entered, identity: int) -> HttpResponse:
    """One row of a place: another number, beside the old one."""
    row = filling.row(identity, request.rights)
    if row is None:
        raise Http404
    place: Place = row.site or row.facility  # type: ignore[assignment]  # the database has one of them
    request.rights.require("waste.report", places.subject(place))
    form = Correcting(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            amounts.correct(
                identity, tonnes=told["tonnes"], reason=told["reason"], token=told["token"], by=request.user
            )
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Corrected; the old number stays beside it."))
            return _back(place)
    context = {"row": row, "place": place, "form": form, "simulated": place.simulated}
    return render(request, "desk/waste/correct_amount.html", context, status=422 if form.errors else 200)


def _of(request: Entered, place: Place | None) -> HttpResponse:
    if request.method == "POST":
        request.rights.require("waste.report")
    if place is None:
        raise Http404
    if not places.may_read(place, request.rights):
        request.rights.require("data.internal", places.subject(place))
    if request.method == "POST":
        request.rights.require("waste.report", places.subject(place))
    form = AmountForm(request.POST or None, place=place, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            kept = amounts.report(place, form.given(), token=form.cleaned_data["token"], by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Kept: %(what)s.") % {"what": kept.get_stream_display()})
            return _back(place)
    at_facility = isinstance(place, Facility)
    stock = None if at_facility else filling.stock(place)  # type: ignore[arg-type]
    context = {
        "place": place,
        "at_facility": at_facility,
        "register": "facilities" if at_facility else "waste-sites",
        "stock": stock,
        "months": int(stock.filling.months) if stock and stock.filling.months is not None else None,
        "rows": filling.rows(place)[:SHOWN],
        "form": form if request.rights.may("waste.report", places.subject(place)) else None,
        "simulated": place.simulated,
    }
    return render(request, "desk/waste/amounts.html", context, status=422 if form.errors else 200)


def _initial(request: Entered) -> dict[str, Any]:
    today = timezone.localdate()
    return {"year": today.year, "month": str(today.month), "basis": Basis.MEASURED}


def _back(place: Place) -> HttpResponse:
    return redirect("waste-facility-amounts" if isinstance(place, Facility) else "waste-site-amounts", place.code)
