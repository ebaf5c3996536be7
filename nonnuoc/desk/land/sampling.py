"""Results of the laboratory at a soil point."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.land import forms, stages
from nonnuoc.desk.registers import finding
from nonnuoc.records.registers.land import selectors
from nonnuoc.records.registers.land.declared import SOIL_POINTS


class Sampled(forms.AddResults):
    """At a point that is followed there is no before and after."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["phase"].required = False
        self.fields["phase"].widget = self.fields["phase"].hidden_widget()

    def clean_phase(self) -> str:
        return "survey"


@allowed("registers.keep", "GET", "HEAD", "POST")
def point(request: Entered, code: str) -> HttpResponse:
    """Its results; further ones on POST."""
    found = finding.own(SOIL_POINTS, code, request.rights)
    deeds: list[forms.Deed] = [
        kind(found, request.rights, request.POST if request.POST.get("deed") == kind.key else None)
        for kind in (Sampled, forms.WithdrawResult)
    ]
    for form in deeds:
        if form.is_bound and form.is_valid():
            try:
                form.do(request.user)
            except ValidationError as error:
                forms.tell(form, error)
            else:
                messages.success(request, form.done)
                return redirect("land-soil-point", code=code)
    context = {
        "point": found,
        "entry": reverse("desk-register-entry", args=[SOIL_POINTS.key, code]),
        "act": reverse("land-soil-point", args=[code]),
        "deeds": [one for one in deeds if one.offered],
        "results": [stages.result(one, found.land_class) for one in selectors.results(found)],
        "taken_back": selectors.taken_back(found),
        "simulated": found.simulated,
    }
    return render(request, "desk/land/point.html", context, status=422 if any(one.errors for one in deeds) else 200)
