"""Two entries become one facility: side by side, the better fact of each, and what will move counted before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.facilities import finding, sides
from nonnuoc.look import figures
from nonnuoc.records.registers.facilities import belonging, matching, merging
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.merging import Preview
from nonnuoc.records.registers.pattern import listing
from nonnuoc.records.registers.pattern.keeping import StaleError

FOUND = 20


class Search(forms.Form):
    """Which other entry."""

    q = forms.CharField(
        label=gettext_lazy("Name, code or enterprise code of the other entry"), required=False, max_length=120
    )


class Reason(forms.Form):
    """How it is known, and the versions that the person saw."""

    left = forms.IntegerField(widget=forms.HiddenInput)
    right = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("How it is known that they are one facility"),
        max_length=400,
        help_text=gettext_lazy("Stays in the history of both: a visit and its day, a document and its number."),
    )


@allowed("facilities.merge", "GET", "HEAD", "POST")
def merge(request: Entered, code: str) -> HttpResponse:
    """Without another one: which? With it: side by side, then merged."""
    survivor = finding.facility(code, request.rights)
    other = request.GET.get("with", "")
    if not other:
        return _choose(request, survivor)
    merged = finding.facility(other, request.rights)
    form = Reason(request.POST or None, initial={"left": survivor.version, "right": merged.version})
    if form.is_bound and form.is_valid():
        try:
            merging.merge(
                code,
                other,
                take=[name.removeprefix("take-") for name, side in request.POST.items() if side == "merged"],
                reason=form.cleaned_data["reason"],
                versions=(form.cleaned_data["left"], form.cleaned_data["right"]),
                by=request.user,
            )
        except ValidationError as error:
            choices.refuse(form, error)
        except StaleError as error:
            form.add_error(None, str(error))
        else:
            said = {"old": merged.name, "code": merged.code}
            messages.success(request, _("“%(old)s” is part of this facility now; its code %(code)s leads here.") % said)
            return redirect("desk-register-entry", key=FACILITIES.key, code=code)
    return _side_by_side(request, survivor, merged, form)


def _choose(request: Entered, survivor: Any) -> HttpResponse:
    form = Search(request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = []
    if text:
        asked = listing.asked(FACILITIES, {"q": text})
        within = request.rights.reach("facilities.merge").within(**FACILITIES.where())
        known = listing.matching(FACILITIES, request.rights, asked).filter(within).exclude(pk=survivor.pk)
        found = list(known.select_related("commune").order_by("name")[:FOUND])
    context = {
        "facility": survivor,
        "form": form,
        "text": text,
        "found": found,
        "proposed": matching.about(survivor, request.rights),
        "simulated": survivor.simulated,
    }
    return render(request, "desk/facilities/choose.html", context)


def _side_by_side(request: Entered, survivor: Any, merged: Any, form: Reason) -> HttpResponse:
    preview = merging.preview(survivor, merged)
    context = {
        "survivor": survivor,
        "merged": merged,
        "form": form,
        "choices": [
            {
                "name": one.name,
                "title": sides.title(one.name),
                "left": sides.told(survivor, one.name, request.rights),
                "right": sides.told(merged, one.name, request.rights),
                "take": request.POST.get(f"take-{one.name}", "merged" if one.take else "survivor") == "merged",
            }
            for one in preview.choices
        ],
        "same": [sides.title(name) for name in preview.same],
        "moves": [
            {"words": belonging.words(one.column.model), "number": len(one.rows) - len(one.stay), "stay": len(one.stay)}
            for one in preview.moves
        ],
        "sentence": sentence(preview),
        "simulated": survivor.simulated or merged.simulated,
    }
    return render(request, "desk/facilities/merge.html", context, status=422 if form.errors else 200)


def sentence(preview: Preview) -> str:
    """What will move, counted."""
    number = sum(len(one.rows) - len(one.stay) for one in preview.moves)
    if not number:
        return _("Nothing refers to the other entry yet: only its code will lead here.")
    told = ngettext("%(n)s thing that refers to it will move.", "%(n)s things that refer to it will move.", number)
    return told % {"n": figures.number(number)}
