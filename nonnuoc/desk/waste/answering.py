"""Corrections: asked for by one side, answered by the other, withdrawn by whoever asked."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.waste import asking, manifest
from nonnuoc.records.registers.waste import correcting, manifests


class Answer(forms.Form):
    """The other side's word."""

    do = forms.ChoiceField(choices=[(one, one) for one in ("accept", "decline", "withdraw")])
    answer = forms.CharField(max_length=300, required=False)


@allowed("manifests.write", "POST")
def ask(request: Entered, number: str) -> HttpResponse:
    """Ask for a correction."""
    held = manifest.found(request, number)
    form = asking.CorrectionForm(request.POST, held=held)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = correcting.ask(number, form.wanted(), reason=told["reason"], token=told["token"], by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            waits = made.state == correcting.State.ASKED
            messages.success(request, _("Asked for: the other side answers.") if waits else _("Corrected."))
            return redirect("waste-manifest", number)
    return manifest.shown(request, manifest.found(request, number), correction=form)


@allowed("manifests.write", "POST")
def answer(request: Entered, identity: int) -> HttpResponse:
    """Accept, decline, or take back."""
    correction = manifests.correction(identity, request.rights)
    form = Answer(request.POST)
    if correction is None or not form.is_valid():
        raise Http404
    do, words = form.cleaned_data["do"], form.cleaned_data["answer"]
    try:
        if do == "withdraw":
            correcting.withdraw(identity, by=request.user)
        else:
            correcting.answer(identity, accept=do == "accept", answer=words, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Answered.") if do != "withdraw" else _("Taken back."))
    return redirect("waste-manifest", correction.manifest.number)
