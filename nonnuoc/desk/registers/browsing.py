"""The registers as the staff read them: with what is internal, where one may read that."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.registers import finding
from nonnuoc.desk.registers.paper_form import Paper
from nonnuoc.look.registers import entry as entries
from nonnuoc.look.registers import faces, files, geojson, history, listing, overview, proposing
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Register

NEWEST = 10  # versions shown at once


@allowed("desk.enter", "GET", "HEAD")
def registers(request: Entered) -> HttpResponse:
    """All of them, by subject."""
    return render(request, "desk/registers/index.html", overview.context(faces.of_desk(request.rights)))


@allowed("desk.enter", "GET", "HEAD")
def register(request: Entered, key: str) -> HttpResponse:
    """The list of one."""
    found = finding.register(key)
    face = faces.of_desk(request.rights)
    context = listing.context(face, found, request.GET.dict())
    may_write = found.written and request.rights.may(found.keep)
    may_import = may_write and request.rights.may("registers.import")
    context |= {
        "exports": files.exports(face, found, context["query"]),
        "places": face.address("register-places", found.key),
        "new": face.address("register-new", found.key) if may_write else "",
        "import": face.address("register-import", found.key) if may_import else "",
    }
    return render(request, "desk/registers/list.html", context)


@allowed("desk.enter", "GET", "HEAD")
def places(request: Entered, key: str) -> HttpResponse:
    """Where those of the list lie."""
    told = geojson.of(faces.of_desk(request.rights), finding.register(key), request.GET.dict())
    return JsonResponse(told, content_type="application/geo+json")


@allowed("desk.enter", "GET", "HEAD")
def targets(request: Entered, key: str, name: str) -> HttpResponse:
    """Proposals for a filter or a form: what an entry may refer to, by a part of the name."""
    face = faces.of_desk(request.rights)
    return JsonResponse({"proposed": proposing.of(face, finding.register(key), name, request.GET.get("q", ""))})


@allowed("desk.enter", "GET", "HEAD")
def entry(request: Entered, key: str, code: str) -> HttpResponse:
    """One entry, with its history for those who may read it."""
    found = finding.register(key)
    one = finding.entry(found, code, request.rights)
    return render(request, "desk/registers/entry.html", context(request, found, one))


def context(request: Entered, register: Register, one: Any, refused: Paper | None = None) -> dict[str, Any]:
    """The page of an entry; `refused`: the form of a document that was not taken."""
    rights, face = request.rights, faces.of_desk(request.rights)
    on = reading.subject(register, one)
    may_write = register.written and rights.may(register.keep, on)
    versions = history.of(face, register, one)
    whole = request.GET.get("history") == "all"
    return entries.context(face, register, one) | {
        "may_write": may_write,
        "acts": [
            (str(act.words), reverse(act.route, args=[one.code]))
            for act in register.acts
            if act.when(one) and rights.may(act.action, on)
        ],
        "versions": versions if whole else versions[:NEWEST],
        "older": 0 if whole else max(0, len(versions) - NEWEST),
        "paper": refused or (Paper(rights=rights, subject=on) if may_write else None),
        "public": reverse("register-entry", args=[register.key, one.code]) if one.data_class == "public" else "",
    }
