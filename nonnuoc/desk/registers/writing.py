"""Entries written by hand: a new one, and a change of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.registers import finding
from nonnuoc.desk.registers.form import Entry
from nonnuoc.look.registers import faces, history
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.registers.pattern.keeping import StaleError
from nonnuoc.records.registers.pattern.register import Register


@allowed("desk.enter", "GET", "HEAD", "POST")
def new(request: Entered, key: str) -> HttpResponse:
    """An entry that was not there; a form sent twice makes one."""
    register = finding.written(key, request.rights)
    form = Entry(request.POST or None, register=register, rights=request.rights)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            kept = keeping.create(register, form.values(), by=request.user, reason=told["reason"], token=told["token"])
        except (ValidationError, PermissionDenied) as error:
            _refuse(form, error)
        else:
            messages.success(request, _("It is registered."))
            return redirect("desk-register-entry", key=key, code=kept.code)
    return _page(request, register, form, None, status=422 if form.errors else 200)


@allowed("desk.enter", "GET", "HEAD", "POST")
def change(request: Entered, key: str, code: str) -> HttpResponse:
    """Facts of an entry, brought up to date."""
    register = finding.written(key, request.rights)
    entry = finding.own(register, code, request.rights)
    form = Entry(request.POST or None, register=register, rights=request.rights, entry=entry)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            kept = keeping.change(
                register, code, form.values(), by=request.user, reason=told["reason"], version=told["version"]
            )
        except StaleError:
            return _overtaken(request, register, form, code)
        except (ValidationError, PermissionDenied) as error:
            _refuse(form, error)
        else:
            same = kept.version == told["version"]
            messages.success(request, _("Nothing was changed.") if same else _("The change is kept."))
            return redirect("desk-register-entry", key=key, code=code)
    return _page(request, register, form, entry, status=422 if form.errors else 200)


def _overtaken(request: Entered, register: Register, form: Entry, code: str) -> HttpResponse:
    """Nothing is overwritten unknowingly: what the other wrote is shown, and what was typed stays."""
    now = finding.own(register, code, request.rights)
    face = faces.of_desk(request.rights)
    meanwhile = history.between(face, register, now, form.cleaned_data["version"])
    form.renew(now.version)
    return _page(request, register, form, now, status=409, overtaken=True, meanwhile=meanwhile)


def _refuse(form: Entry, error: ValidationError | PermissionDenied) -> None:
    choices.refuse(form, error if isinstance(error, ValidationError) else ValidationError(str(error)))


def _page(request: Entered, register: Register, form: Entry, entry: Any, *, status: int, **more: Any) -> HttpResponse:
    face = faces.of_desk(request.rights)
    context = {
        "register": register,
        "form": form,
        "groups": list(form.groups()),
        "metres": form.metres(),
        "entry": entry,
        "list": face.register(register.key),
        "back": face.entry(register.key, entry.code) if entry else face.register(register.key),
        **more,
    }
    return render(request, "desk/registers/form.html", context, status=status)
