"""One entry was two facilities: a merge undone, or a new facility carved out; a person says what goes where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.facilities import finding
from nonnuoc.records.registers.facilities import belonging, merging, referring, splitting
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern.models import Registered

LISTED = 200  # rows of one kind that a person chooses one by one; of more, all that came or none


class Reason(forms.Form):
    """How it is known."""

    reason = forms.CharField(
        label=gettext_lazy("How it is known that they are two facilities"),
        max_length=400,
        help_text=gettext_lazy("Stays in the history of both: a visit and its day, a document and its number."),
    )


class New(Reason):
    """The facility that is carved out."""

    field_order = ("name", "code", "business_code", "address", "source", "reason")
    name = forms.CharField(label=gettext_lazy("Name of the new facility"), max_length=300)
    code = forms.CharField(
        label=gettext_lazy("Its code"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Stays for ever: letters, digits, “.”, “-” and “_”. Empty: the next free number."),
    )
    business_code = forms.CharField(label=gettext_lazy("Enterprise code (tax code)"), required=False, max_length=14)
    address = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=300)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("The document it is taken from, and where in it."),
    )


@allowed("facilities.merge", "GET", "HEAD", "POST")
def split(request: Entered, code: str) -> HttpResponse:
    """The merges that can be undone, and the form of a new facility."""
    facility = finding.facility(code, request.rights)
    form = New(request.POST or None)
    if form.is_bound and form.is_valid():
        told = dict(form.cleaned_data)
        reason = told.pop("reason")
        alike = {"commune": facility.commune, "office": facility.office, "zone": facility.zone}
        values = {**alike, "data_class": facility.data_class, "simulated": facility.simulated, **told}
        try:
            made = splitting.carve(code, values, goes=_goes(request.POST), reason=reason, by=request.user)
        except (ValidationError, PermissionDenied) as error:
            choices.refuse(form, error if isinstance(error, ValidationError) else ValidationError(str(error)))
        else:
            messages.success(request, _("Two facilities now. Complete what is known of the new one."))
            return redirect("desk-register-entry", key=FACILITIES.key, code=made.code)
    context = {
        "facility": facility,
        "form": form,
        "merges": splitting.undoable(facility),
        "groups": groups(facility, {}, request.POST),
        "simulated": facility.simulated,
    }
    return render(request, "desk/facilities/split.html", context, status=422 if form.errors else 200)


@allowed("facilities.merge", "GET", "HEAD", "POST")
def undo(request: Entered, identity: int) -> HttpResponse:
    """A merge undone: what came with it goes back, unless a person says otherwise."""
    held = splitting.standing(identity)
    if held is None:
        raise Http404(_("There is no such merge, or it was undone."))
    for one in (held.survivor, held.merged):
        merging.require(request.user, one)
    form = Reason(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            splitting.undo(held, goes=_goes(request.POST, held), reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("“%(name)s” is a facility of its own again.") % {"name": held.merged.name})
            return redirect("desk-register-entry", key=FACILITIES.key, code=held.merged.code)
    context = {
        "held": held,
        "form": form,
        "groups": groups(held.survivor, splitting.brought(held), request.POST),
        "simulated": held.survivor.simulated,
    }
    return render(request, "desk/facilities/undo.html", context, status=422 if form.errors else 200)


def groups(facility: Any, brought: Mapping[str, set[Any]], posted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What refers to a facility, kind by kind, each to be ticked if it goes; ticked at first: what came."""
    chosen = {key: set(map(str, rows)) for key, rows in _goes(posted).items()} if posted else None
    found = []
    for one in referring.of(facility):
        key, came = one.column.key, brought.get(one.column.key, set())
        ticked = set(map(str, came)) if chosen is None else chosen.get(key, set())
        many = len(one.rows) > LISTED
        rows = [] if many else [(row.pk, words(row), str(row.pk) in ticked) for row in one.column.rows(facility)]
        found.append(
            {
                "key": key,
                "words": belonging.words(one.column.model),
                "number": len(one.rows),
                "rows": rows,
                "came": len(came) if many else 0,
            }
        )
    return found


def words(row: Any) -> str:
    """One thing that refers to a facility."""
    return f"{row.name} ({row.code})" if isinstance(row, Registered) else str(row)


def _goes(posted: Any, held: Any = None) -> dict[str, list[Any]]:
    """Key of a column -> what was ticked."""
    found: dict[str, list[Any]] = defaultdict(list)
    for ticked in posted.getlist("goes"):
        key, _colon, row = ticked.partition(":")
        if row == "brought" and held is not None:
            found[key] += splitting.brought(held).get(key, ())
        elif row.isdigit():
            found[key].append(int(row))
    return found
