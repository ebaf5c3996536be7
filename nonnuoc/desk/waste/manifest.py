"""One manifest: what it says, its way, the next step to sign, its pictures, and its slip for the driver."""

from __future__ import annotations

from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.waste import asking
from nonnuoc.desk.waste.fields import NumberField, written
from nonnuoc.look import handing_out
from nonnuoc.records.registers.waste import correcting, drafting, manifests, signing
from nonnuoc.records.registers.waste.models import Manifest, Step


class StepForm(forms.Form):
    """One step: when it was done, what was weighed, what else it needs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.CharField(widget=forms.HiddenInput)
    happened = forms.DateTimeField(
        label=gettext_lazy("When it was done"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}),
        help_text=gettext_lazy("Empty: now. Paper that is entered later has a moment of its own."),
    )

    def __init__(self, *args: Any, held: Manifest, step: str, **kwargs: Any) -> None:
        initial = {"version": held.version, "kind": step}
        super().__init__(*args, **{"initial": initial, "auto_id": f"{step}_%s", **kwargs})
        self.step, self.weighs = step, step in signing.WEIGHED
        for item in held.items.all() if self.weighs else ():
            before = item.handed_kg if step == Step.Kind.RECEIVED else item.received_kg
            said = {"kind": item.kind, "kg": written(before)}
            label = _("%(kind)s, kg (%(kg)s before)") % said
            self.fields[f"kg-{item.line}"] = NumberField(label=label)
        if step == Step.Kind.TREATED:
            self.fields["certificate"] = forms.CharField(label=_("Number of the certificate"), max_length=60)
        self.fields["note"] = forms.CharField(
            label=_("Why") if step in signing.NOTED else _("Note"), required=step in signing.NOTED, max_length=300
        )

    @property
    def words(self) -> str:
        """What the button says."""
        return str(Step.Kind(self.step).label)

    def facts(self) -> dict[str, Any]:
        """What the records are given."""
        told = self.cleaned_data
        kg = {int(name.removeprefix("kg-")): value for name, value in told.items() if name.startswith("kg-")}
        more = {name: told.get(name, "") for name in ("certificate", "note")}
        return more | {"kg": kg, "happened": told["happened"], "version": told["version"]}


class PhotoForm(forms.Form):
    """A picture of the paper."""

    photo = forms.FileField(
        label=gettext_lazy("Photo of the paper"), help_text=gettext_lazy("JPEG, PNG, WebP or PDF, 8 MB at most.")
    )


@allowed("data.internal", "GET", "HEAD")
def page(request: Entered, number: str) -> HttpResponse:
    """As it stands."""
    return shown(request, found(request, number))


@allowed("data.internal", "GET", "HEAD")
def slip(request: Entered, number: str) -> HttpResponse:
    """A page to print: what the driver carries; its code leads back here."""
    held = found(request, number)
    address = request.build_absolute_uri(reverse("waste-manifest", args=[held.number]))
    code = segno.make(address, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    context = {"held": held, "items": held.items.all(), "address": address, "code": code, "simulated": held.simulated}
    return render(request, "desk/waste/slip.html", context)


@allowed("manifests.write", "POST")
def sign(request: Entered, number: str) -> HttpResponse:
    """Sign the next step."""
    held = found(request, number)
    step = request.POST.get("kind", "")
    if step not in Step.Kind.values:
        raise Http404
    form = StepForm(request.POST, held=held, step=step)
    if form.is_valid():
        try:
            signing.sign(number, step, by=request.user, **form.facts())
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Signed: %(step)s.") % {"step": form.words})
            return redirect("waste-manifest", number)
    return shown(request, found(request, number), refused=form)


@allowed("manifests.write", "POST")
def add_photo(request: Entered, number: str) -> HttpResponse:
    """Keep a picture."""
    held = found(request, number)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["photo"]
        try:
            drafting.add_photo(number, name=sent.name, body=sent.read(), by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("waste-manifest", number)
    return shown(request, held, photo=form)


@allowed("data.internal", "GET", "HEAD")
def photo(request: Entered, number: str, identity: int) -> HttpResponse:
    """A picture; never run, always saved."""
    kept = manifests.photo(number, identity, request.rights)
    if kept is None:
        raise Http404
    return handing_out.saved(kept.name, kept.media_type, kept.body)


def found(request: Entered, number: str) -> Manifest:
    """Raises Http404 for one that they may not know of."""
    held = manifests.one(number, request.rights)
    if held is None:
        raise Http404
    return held


def shown(
    request: Entered,
    held: Manifest,
    *,
    refused: StepForm | None = None,
    photo: PhotoForm | None = None,
    correction: asking.CorrectionForm | None = None,
) -> HttpResponse:
    """Its page; with a form that was refused, if one was."""
    sides = manifests.sides(held, request.rights)
    corrections = list(held.corrections.all())
    waits = any(one.state == "asked" for one in corrections)
    steps = [] if waits else signing.possible(held, sides)
    forms_ = [refused if refused and refused.step == step else StepForm(held=held, step=step) for step in steps]
    signed = held.state not in (Manifest.State.DRAFT, Manifest.State.CANCELLED)
    context = {
        "held": held,
        "at": timezone.now(),
        "items": list(held.items.all()),
        "steps": list(held.steps.all()),
        "forms": forms_,
        "refused": refused,
        "corrections": [
            (one, asking.told(held, one), correcting.may_answer(one, held, request.rights)) for one in corrections
        ],
        "as_whom": manifests.as_whom(held, request.rights),
        "correction": (correction or asking.CorrectionForm(held=held)) if sides and signed and not waits else None,
        "may_change": held.state == Manifest.State.DRAFT and "generator" in sides,
        "photo": (photo or PhotoForm()) if sides else None,
        "simulated": held.simulated,
    }
    wrong = [one for one in (refused, photo, correction) if one is not None and one.errors]
    return render(request, "desk/waste/manifest.html", context, status=422 if wrong else 200)
