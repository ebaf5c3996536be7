"""Limits, conditions and obligations of one paper: read, and written by who may write licences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.licences import rows
from nonnuoc.desk.licences.forms import ConditionForm, Ended, LimitForm, Withdrawn
from nonnuoc.records.registers.licences import judged, offering, page, selectors, wording, writing
from nonnuoc.records.registers.licences.models import Condition, Dossier, Limit


@allowed("data.internal", "GET", "HEAD")
def one(request: Entered, code: str) -> HttpResponse:
    """Everything that follows from it."""
    dossier = _found(request, code, "data.internal")
    limits = selectors.limits([dossier.pk])
    context = {
        "dossier": dossier,
        "standing": page.remarks(dossier, request.rights),
        "limits": [
            (one, wording.bounds(one), found) for one, found in zip(limits, judged.judging(limits), strict=True)
        ],
        "why": {key.value: words for key, words in judged.WORDS.items()},
        "conditions": [(one, wording.interval(one)) for one in selectors.conditions(dossier)],
        "rows": rows.of(selectors.of_dossier(request.rights, dossier, timezone.localdate())),
        "may_keep": request.rights.may(writing.KEEP, writing.subject(dossier)),
        "simulated": dossier.simulated,
    }
    return render(request, "desk/licences/dossier.html", context)


@allowed("licences.keep", "GET", "HEAD", "POST")
def limit(request: Entered, code: str) -> HttpResponse:
    """A new limit."""
    dossier = _found(request, code, writing.KEEP)
    form = LimitForm(request.POST or None, offered=offering.of(dossier))
    return _written(
        request,
        dossier,
        form,
        _("A limit of this paper"),
        lambda: writing.limit(code, form.bound(), by=request.user),
        _("The limit is written. Values are judged by it within a minute, those of the past, too."),
    )


@allowed("licences.keep", "GET", "HEAD", "POST")
def condition(request: Entered, code: str) -> HttpResponse:
    """A new condition."""
    dossier = _found(request, code, writing.KEEP)
    form = ConditionForm(request.POST or None, offered=offering.of(dossier))
    return _written(
        request,
        dossier,
        form,
        _("A condition of this paper"),
        lambda: writing.condition(code, form.asked(), by=request.user),
        _("The condition is written. What follows from it stands below."),
    )


@allowed("licences.keep", "GET", "HEAD", "POST")
def end_limit(request: Entered, identity: int) -> HttpResponse:
    """Let a limit end on a day, or take it back as an error."""
    row: Limit | None = offering.limit(identity)
    if row is None:
        raise Http404
    dossier = _found(request, row.dossier.code, writing.KEEP)
    form = Ended(request.POST or None)

    def deed() -> Any:
        if request.POST.get("do") == "withdraw":
            return writing.withdraw_limit(identity, form.cleaned_data["reason"], by=request.user)
        if form.cleaned_data["on"] is None:
            raise ValidationError({"on": _("Say on which day it ends.")})
        return writing.end_limit(identity, form.cleaned_data["on"], by=request.user)

    title = _("End the limit %(bounds)s of %(code)s") % {
        "bounds": wording.bounds(row),
        "code": row.observed_property.code,
    }
    return _written(request, dossier, form, title, deed, _("Kept."), deeds="end")


@allowed("licences.keep", "GET", "HEAD", "POST")
def change_condition(request: Entered, identity: int) -> HttpResponse:
    """Let a condition say something else, or withdraw it."""
    row: Condition | None = offering.condition(identity)
    if row is None:
        raise Http404
    dossier = _found(request, row.dossier.code, writing.KEEP)
    withdraws = request.POST.get("do") == "withdraw"
    offered = offering.of(dossier)
    form = ConditionForm(
        request.POST if request.POST and not withdraws else None, offered=offered, initial=offering.written(row)
    )
    leaving = Withdrawn(request.POST if withdraws else None)

    def deed() -> Any:
        if withdraws:
            return writing.withdraw_condition(identity, leaving.cleaned_data["reason"], by=request.user)
        return writing.change_condition(identity, form.asked(), by=request.user)

    said = _("Kept. What was due before stays as it is; what comes follows it.")
    return _written(
        request,
        dossier,
        leaving if withdraws else form,
        _("Change the condition"),
        deed,
        said,
        deeds="change",
        form=form,
        leaving=leaving,
    )


def _found(request: Entered, code: str, action: str) -> Dossier:
    """The paper, where the reader may know of it and may do this to it."""
    dossier = offering.dossier(code, request.rights)
    if dossier is None:
        raise Http404
    request.rights.require(action, writing.subject(dossier))
    return dossier


def _written(
    request: Entered,
    dossier: Dossier,
    asked: forms.Form,
    title: str,
    deed: Callable[[], Any],
    said: str,
    *,
    deeds: str = "new",
    **more: Any,
) -> HttpResponse:
    """The form; on POST the deed, and back to the paper, where nothing is wrong."""
    if request.method == "POST" and asked.is_valid():
        try:
            deed()
        except ValidationError as error:
            choices.refuse(asked, error)
        else:
            messages.success(request, said)
            return redirect("licences-dossier", dossier.code)
    context = {
        "dossier": dossier,
        "form": asked,
        "title": title,
        "deeds": deeds,
        "simulated": dossier.simulated,
        **more,
    }
    return render(request, "desk/licences/form.html", context, status=422 if asked.errors else 200)
