"""A new manifest, or a draft written anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.waste.fields import FacilityField, NumberField, Tokened, written
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.waste import drafting, manifests
from nonnuoc.records.registers.waste.models import Handler, Manifest, Method

LINES = 4  # rows offered on a new one; two more than there are on one that is changed


class ManifestForm(Tokened):
    """Who hands over to whom, carried by whom; below it a row for each kind of waste."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    generator = FacilityField(label=gettext_lazy("Generator of the waste"))
    transporter = FacilityField(label=gettext_lazy("Carried by"))
    treater = FacilityField(label=gettext_lazy("Handed over to"))
    vehicle = forms.CharField(label=gettext_lazy("Number plate of the vehicle"), required=False, max_length=40)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)
    paper = forms.BooleanField(
        label=gettext_lazy("It was written on paper and is entered here afterwards"), required=False
    )
    number = forms.RegexField(
        label=gettext_lazy("Number on the paper"),
        required=False,
        max_length=40,
        regex=r"^[A-Za-z0-9][A-Za-z0-9./_-]*$",
        help_text=gettext_lazy("Empty: it gets the next number here."),
        error_messages={"invalid": gettext_lazy("Letters without marks, digits, and . / _ - only.")},
    )

    def __init__(self, *args: Any, rights: Rights, held: Manifest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["generator"].among(manifests.writers(rights))  # type: ignore[attr-defined]
        for side in (Handler.Role.TRANSPORTER, Handler.Role.TREATER):
            self.fields[side.value].among(manifests.parties(side))  # type: ignore[attr-defined]
        if held is not None:
            del self.fields["number"], self.fields["paper"]


class LineForm(forms.Form):
    """A row: one kind of waste. An empty one is none."""

    code = forms.CharField(label=gettext_lazy("Waste code"), required=False, max_length=20)
    kind = forms.CharField(label=gettext_lazy("Name of the waste"), required=False, max_length=200)
    kg = NumberField(label=gettext_lazy("Mass, kg"), required=False)
    method = forms.ChoiceField(
        label=gettext_lazy("To be treated"), required=False, choices=[("", gettext_lazy("left open")), *Method.choices]
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form and its rows."""

    form: ManifestForm
    lines: list[LineForm]

    def is_valid(self) -> bool:
        """Both, and every row that says anything."""
        return all([self.form.is_valid(), *(line.is_valid() for line in self.lines)])

    def draft(self) -> drafting.Draft:
        """What the records are given."""
        told = self.form.cleaned_data
        rows = [line.cleaned_data for line in self.lines if any(line.cleaned_data.values())]
        lines = [drafting.Line(row["code"], row["kind"], row["kg"] or 0.0, row["method"]) for row in rows]
        names = (*manifests.SIDES, "vehicle", "note", "paper", "number")
        return drafting.Draft(lines=lines, **{name: told[name] for name in names if name in told})


@allowed("manifests.write", "GET", "HEAD", "POST")
def new(request: Entered) -> HttpResponse:
    """Written for one's own facility; the authority writes for every one."""
    form = ManifestForm(request.POST or None, rights=request.rights)
    sheet = Sheet(form, list(_lines(request, [])))
    if request.method == "POST" and sheet.is_valid():
        try:
            made = drafting.write(sheet.draft(), token=form.cleaned_data["token"], by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Written. It counts once it is signed."))
            return redirect("waste-manifest", made.number)
    return _page(request, sheet, None)


@allowed("manifests.write", "GET", "HEAD", "POST")
def change(request: Entered, number: str) -> HttpResponse:
    """A draft, as long as nobody signed."""
    held = manifests.one(number, request.rights)
    if held is None:
        raise Http404
    request.rights.require("manifests.write", manifests.subject(held.generator))
    items = [
        {"code": one.code, "kind": one.kind, "kg": written(one.handed_kg), "method": one.method}
        for one in held.items.all()
    ]
    initial = {side: getattr(held, side).code for side in manifests.SIDES}
    initial |= {"vehicle": held.vehicle, "note": held.note, "version": held.version}
    form = ManifestForm(request.POST or None, rights=request.rights, held=held, initial=initial)
    sheet = Sheet(form, list(_lines(request, items)))
    if request.method == "POST" and sheet.is_valid():
        try:
            drafting.change(number, sheet.draft(), version=form.cleaned_data["version"] or 0, by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("waste-manifest", number)
    return _page(request, sheet, held)


def _lines(request: Entered, held: list[dict[str, Any]]) -> Iterator[LineForm]:
    posted = sum(key.startswith("line-") and key.endswith("-code") for key in request.POST)
    count = min(max(posted, LINES if not held else len(held) + 2), drafting.MOST_LINES)
    for index in range(count):
        initial = held[index] if index < len(held) else {}
        yield LineForm(request.POST or None, prefix=f"line-{index + 1}", initial=initial)


def _page(request: Entered, sheet: Sheet, held: Manifest | None) -> HttpResponse:
    refused = sheet.form.is_bound
    context = {"sheet": sheet, "form": sheet.form, "held": held, "simulated": held.simulated if held else False}
    return render(request, "desk/waste/manifest_form.html", context, status=422 if refused else 200)
