"""All manifests one may see: what waits for one's word first, search over everything, also over corrections."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.registers.waste import manifests
from nonnuoc.records.registers.waste.models import Manifest


class Filter(forms.Form):
    """What the list is asked for."""

    q = forms.CharField(label=_("Number, facility, waste, or what a correction says"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("any")), *Manifest.State.choices])
    corrected = forms.BooleanField(label=_("With corrections only"), required=False)


@allowed("data.internal", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """A page of them."""
    form = Filter(request.GET or None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    number = request.GET.get("page", "")
    asked = manifests.Asked(
        text=told.get("q", ""),
        state=told.get("state", ""),
        corrected=told.get("corrected", False),
        page=int(number) if number.isascii() and number.isdigit() else 1,
    )
    page = manifests.listed(request.rights, asked)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "asked": bool(asked.text or asked.state or asked.corrected),
        "waiting": manifests.waiting(request.rights),
        "may_write": request.rights.may("manifests.write"),
        "query": query.urlencode(),
        "simulated": any(one.simulated for one in page.manifests),
    }
    return render(request, "desk/waste/manifests.html", context)
