"""Documents of an entry: added, handed out, taken out of sight."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.registers import browsing, finding
from nonnuoc.desk.registers.paper_form import Paper
from nonnuoc.look import handing_out
from nonnuoc.records.registers.pattern import documents, reading


@allowed("desk.enter", "POST")
def add(request: Entered, key: str, code: str) -> HttpResponse:
    """Keep a file with the entry; the same file again changes nothing."""
    register = finding.written(key, request.rights)
    one = finding.own(register, code, request.rights)
    form = Paper(request.POST, request.FILES, rights=request.rights, subject=reading.subject(register, one))
    if form.is_valid():
        told = form.cleaned_data
        file = told["file"]
        try:
            documents.add(
                register,
                code,
                name=file.name,
                media_type=file.content_type or "",
                body=file.read(documents.LARGEST + 1),
                note=told["note"],
                data_class=told["data_class"],
                by=request.user,
            )
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("The document is kept."))
            return redirect("desk-register-entry", key=key, code=code)
    return render(request, "desk/registers/entry.html", browsing.context(request, register, one, form), status=422)


@allowed("desk.enter", "GET", "HEAD")
def file(request: Entered, key: str, code: str, identity: int) -> HttpResponse:
    """A document, to be saved."""
    held = documents.read(finding.register(key), code, identity, request.rights)
    if held is None:
        raise Http404
    return handing_out.saved(held.name, held.media_type, held.body)


@allowed("desk.enter", "POST")
def remove(request: Entered, key: str, code: str, identity: int) -> HttpResponse:
    """Take it out of sight."""
    register = finding.written(key, request.rights)
    finding.own(register, code, request.rights)
    try:
        documents.remove(register, code, identity, by=request.user)
    except ObjectDoesNotExist:
        raise Http404 from None
    messages.success(request, _("The document is no longer shown. Its bytes are kept for the record."))
    return redirect("desk-register-entry", key=key, code=code)
