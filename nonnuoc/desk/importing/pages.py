"""Pages of bringing a file into a register: sent, looked through, corrected, and kept whole or not at all."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.importing import bringing, drawing, opening, progress
from nonnuoc.desk.importing.form import ImportForm, system_words
from nonnuoc.look.registers import telling
from nonnuoc.records.places.spatial_staging import RefusedError
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern.exporting import workbook
from nonnuoc.records.registers.pattern.importing import files
from nonnuoc.records.registers.pattern.importing.table import guarded
from nonnuoc.records.registers.pattern.models import Import
from nonnuoc.records.registers.pattern.register import Register

ACTION = "registers.import"
MOST_FILES = 8
SHOWN = 50  # faults on a page; the rest is fetched
AGAIN_S = 2
State = Import.State


@allowed(ACTION, "GET", "HEAD", "POST")
def begin(request: Entered, key: str) -> HttpResponse:
    """Where a file is brought, and what became of those before."""
    register = _register(request, key)
    refused = ""
    if request.method == "POST":
        sent = request.FILES.getlist("file")[:MOST_FILES]
        try:
            if not sent:
                raise RefusedError(_("Choose a file."))
            if sum(one.size or 0 for one in sent) > opening.MOST_BYTES:
                raise RefusedError(_("The file is larger than 50 MB. Divide it, and bring the parts."))
            of = bringing.begin(
                register, [(one.name or "", one.read()) for one in sent], by=request.user, language=get_language()
            )
            return redirect("desk-register-import-one", key, of.uuid)
        except RefusedError as error:
            refused = str(error)
    context = {
        "register": register,
        "refused": refused,
        "recent": files.recent(register, request.user)[:10],
        "read": ",".join(opening.READ),
        "many": telling.called(register, 2),
    }
    return render(request, "desk/importing/begin.html", context, status=422 if refused else 200)


@allowed(ACTION, "GET", "HEAD", "POST")
def one(request: Entered, key: str, token: str) -> HttpResponse:
    """A file: how far it has come, what is asked about it, what it would change, or what it changed."""
    register = _register(request, key)
    of = _found(request, register, token)
    if request.method == "POST":
        return _told(request, register, of)
    broke = files.broke_off(of)
    if of.state in (State.WAITING, State.RUNNING) and not broke:
        context = {"register": register, "of": of, "far": progress.far(of)}
        response = render(request, "desk/importing/working.html", context)
        response["Refresh"] = str(AGAIN_S)
        return response
    if of.language != get_language() and of.state in (State.LOOKED, State.REFUSED, State.ASKED):
        bringing.again(of, files.said(of), keep=False, language=get_language())
        return redirect("desk-register-import-one", key, token)
    return _shown(request, register, of, ImportForm(register=register, of=of), broke=broke)


@allowed(ACTION, "GET", "HEAD")
def faults(request: Entered, key: str, token: str) -> HttpResponse:
    """Every fault and warning of a file as a table, to correct it by."""
    of = _found(request, _register(request, key), token)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([_("Kind"), _("Row"), _("Column"), _("As it stands there"), _("What is wrong, and what to do")])
    for kind, some in ((_("fault"), of.found.get("faults", ())), (_("to think about"), of.found.get("warnings", ()))):
        for number, heading, value, why in some:
            rows.writerow([kind, number or "", guarded(heading), guarded(value), guarded(why)])
    headers = {"Content-Disposition": f'attachment; filename="{of.register}-faults.csv"'}
    body = b"\xef\xbb\xbf" + out.getvalue().encode()
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


@allowed(ACTION, "GET", "HEAD")
def blank(request: Entered, key: str) -> HttpResponse:
    """The blank table of a register, to be filled in and brought back."""
    register = _register(request, key)
    headers = {"Content-Disposition": f'attachment; filename="{register.key}.xlsx"'}
    return HttpResponse(workbook.blank(register), content_type=workbook.MEDIA_TYPE, headers=headers)


def _told(request: Entered, register: Register, of: Import) -> HttpResponse:
    """What the person says or decides."""
    action = request.POST.get("action", "look")
    here = redirect("desk-register-import-one", register.key, of.uuid)
    if of.state == State.KEPT or (of.state in (State.WAITING, State.RUNNING) and not files.broke_off(of)):
        return here
    if action == "drop":
        bringing.drop(of)
        messages.info(request, _("The file is forgotten; nothing of it was written."))
        return redirect("desk-register-import", register.key)
    if action == "again":
        bringing.again(of, files.said(of), keep=False, language=get_language())
        return here
    if action == "keep":
        agreed = of.state == State.LOOKED and request.POST.get("digest") == of.digest
        if agreed and not of.found["faults"]:
            bringing.again(of, files.said(of), keep=True, language=get_language())
        return here
    form = ImportForm(request.POST, register=register, of=of)
    if not form.is_valid():
        return _shown(request, register, of, form, broke=False, status=422)
    bringing.again(of, form.said, keep=False, language=get_language())
    return here


def _shown(
    request: Entered, register: Register, of: Import, form: ImportForm, *, broke: bool, status: int = 200
) -> HttpResponse:
    found = of.found
    context: dict[str, Any] = {
        "register": register,
        "of": of,
        "found": found,
        "form": form,
        "broke": broke,
        "looked": of.state == State.LOOKED and not broke,
        "faults": found.get("faults", ())[:SHOWN],
        "warnings": found.get("warnings", ())[:SHOWN],
        "shown": SHOWN,
        "before": files.same_before(of),
        "one": telling.called(register, 1),
        "many": telling.called(register, 2),
        "answer": _answer(found) if of.state == State.LOOKED else "",
        "may_keep": not found.get("faults") and (found.get("created") or found.get("changed")),
        "rows": list(zip(found.get("numbers", ()), found.get("head", ()), strict=False)),
    }
    if proposal := found.get("proposal"):
        context["proposal"] = _proposal(proposal, found["reading"])
        context["proposed"] = proposal
    if found.get("points") or found.get("outlines"):
        context["map"] = drawing.drawn(found["points"], found["outlines"])
    context["crossings"] = [drawing.crossing(one) for one in found.get("crossings", ())]
    if found.get("reading"):
        context["system"] = system_words(found["reading"]["system"])
    return render(request, "desk/importing/one.html", context, status=status)


def _answer(found: dict[str, Any]) -> str:
    """The sentence the page opens with."""
    if found["fault_count"]:
        return ngettext(
            "Nothing can be kept yet: %(n)d fault.", "Nothing can be kept yet: %(n)d faults.", found["fault_count"]
        ) % {"n": found["fault_count"]}
    if not found["created"] and not found["changed"]:
        return _("This file changes nothing: all of it is in the register.")
    return _("%(created)d new, %(changed)d changed, %(unchanged)d as they are.") % found


def _proposal(proposal: dict[str, Any], now: dict[str, Any]) -> str:
    """What would bring things to where they should be, in a sentence."""
    system, swapped = system_words(proposal["system"]), proposal["swapped"] != now["swapped"]
    if proposal["system"] == now["system"]:
        return _("Most of it would lie in the province if the two coordinates were exchanged.")
    if swapped:
        return _("Most of it would lie where it should in %(system)s, with the two coordinates exchanged.") % {
            "system": system
        }
    return _("Most of it would lie where it should if its coordinates were %(system)s.") % {"system": system}


def _register(request: Entered, key: str) -> Register:
    """A register this person may bring files for."""
    register = every.register(key)
    if register is None or not register.written:
        raise Http404
    request.rights.require(register.keep)
    return register


def _found(request: Entered, register: Register, token: str) -> Import:
    try:
        of = files.one(register, UUID(token), request.user)
    except ValueError:
        of = None
    if of is None:
        raise Http404
    return of
