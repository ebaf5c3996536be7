"""Which stations stand on a reach or a reservoir."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.registers import finding
from nonnuoc.records.registers.pattern.register import Register
from nonnuoc.records.registers.waters import standing
from nonnuoc.records.registers.waters.declared import REACHES, RESERVOIRS


class Placing(forms.Form):
    """A station, where on the water, and who says so."""

    station = forms.ChoiceField(label=_("Station"))
    km = forms.FloatField(
        label=_("At kilometre"),
        required=False,
        localize=True,
        help_text=_("Along the river, as the reach counts. Empty: somewhere on the reach."),
    )
    source = forms.CharField(label=_("Who says that it stands there"), max_length=300)

    def __init__(self, data: Any, stations: dict[str, str], *, with_km: bool) -> None:
        super().__init__(data)
        self.fields["station"].choices = [(code, f"{name} ({code})") for code, name in stations.items()]  # type: ignore[attr-defined]
        if not with_km:
            del self.fields["km"]


@allowed("registers.keep", "GET", "HEAD", "POST")
def reach(request: Entered, code: str) -> HttpResponse:
    """Those on a reach; another on POST, or one fewer."""
    return _page(request, REACHES, code, "waters-reach-stations")


@allowed("registers.keep", "GET", "HEAD", "POST")
def reservoir(request: Entered, code: str) -> HttpResponse:
    """Those on a reservoir; another on POST, or one fewer."""
    return _page(request, RESERVOIRS, code, "waters-reservoir-stations")


def _page(request: Entered, register: Register, code: str, route: str) -> HttpResponse:
    water = finding.own(register, code, request.rights)
    if taken := request.POST.get("take"):
        standing.take(water, taken, by=request.user)
        messages.success(request, _("The station does not stand on this water any more."))
        return redirect(route, code=code)
    offered = standing.possible(request.rights, simulated=water.simulated)
    form = Placing(request.POST if request.method == "POST" else None, offered, with_km=register is REACHES)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            standing.put(water, given["station"], km=given.get("km"), source=given["source"], by=request.user)
        except ValidationError as error:
            for name, faults in error.error_dict.items():
                form.add_error(name if name in form.fields else None, faults)
        else:
            messages.success(
                request, _("It stands on this water now, and its values are judged by this water's class.")
            )
            return redirect(route, code=code)
    context = {
        "water": water,
        "stations": standing.on(water, request.rights),
        "form": form if offered else None,
        "entry": reverse("desk-register-entry", args=[register.key, code]),
        "simulated": water.simulated,
    }
    return render(request, "desk/waters/stations.html", context, status=422 if form.errors else 200)
