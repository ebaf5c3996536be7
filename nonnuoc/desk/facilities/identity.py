"""Other names of a facility, and the numbers other programmes know it by."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.facilities import finding
from nonnuoc.records.registers.facilities import identifying
from nonnuoc.records.registers.facilities.models import Identifier

SOURCE = gettext_lazy("The document it is taken from, and where in it.")


class Number(forms.Form):
    """A number of another programme."""

    programme = forms.ChoiceField(label=gettext_lazy("Programme"), choices=Identifier.Programme.choices)
    value = forms.CharField(label=gettext_lazy("Number or code"), max_length=80)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300, help_text=SOURCE)


class Name(forms.Form):
    """Another name."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=300)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300, help_text=SOURCE)


@allowed("registers.keep", "GET", "HEAD", "POST")
def identity(request: Entered, code: str) -> HttpResponse:
    """All of them; one added or taken away on POST (`do`)."""
    facility = finding.facility(code, request.rights, "registers.keep")
    do = request.POST.get("do", "")
    number = Number(request.POST if do == "number" else None, prefix="number")
    name = Name(request.POST if do == "name" else None, prefix="name")
    if do.startswith("forget-"):
        _forget(request, facility, do)
        return redirect("facilities-identity", code=code)
    for form, write in ((number, identifying.identify), (name, identifying.name)):
        if form.is_bound and form.is_valid():
            told = dict(form.cleaned_data)
            positional = (told.pop("programme"), told.pop("value")) if form is number else (told.pop("name"),)
            try:
                write(facility, *positional, **told, by=request.user)
            except ValidationError as error:
                choices.refuse(form, error)
            else:
                messages.success(request, _("It is kept."))
                return redirect("facilities-identity", code=code)
    context = {"facility": facility, "number": number, "name": name, "simulated": facility.simulated}
    refused = number.errors or name.errors
    return render(request, "desk/facilities/identity.html", context, status=422 if refused else 200)


def _forget(request: Entered, facility: object, do: str) -> None:
    known = identifying.one(facility, do.removeprefix("forget-"))  # type: ignore[arg-type]
    if known is None:
        raise Http404(_("It is not kept of this facility."))
    identifying.forget(known, by=request.user)
    messages.success(request, _("It is taken away; the audit trail keeps it."))
