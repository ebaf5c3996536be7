"""The registers as everybody may read them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from nonnuoc.look import handing_out
from nonnuoc.look.access import public
from nonnuoc.look.registers import entry as entries
from nonnuoc.look.registers import files, geojson, listing, overview, proposing
from nonnuoc.look.registers.faces import PUBLIC
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import documents, reading
from nonnuoc.records.registers.pattern.register import Register


@public(max_age=60)
def registers(request: HttpRequest) -> HttpResponse:
    """All that hold something public, by subject."""
    return render(request, "portal/registers/index.html", overview.context(PUBLIC))


@public(max_age=60)
def register(request: HttpRequest, key: str) -> HttpResponse:
    """The list of one."""
    found = _register(key)
    context = listing.context(PUBLIC, found, request.GET.dict())
    return render(request, "portal/registers/list.html", context | _around(found, context["query"]))


@public(max_age=60)
def places(request: HttpRequest, key: str) -> HttpResponse:
    """Where those of the list lie."""
    return _geojson(geojson.of(PUBLIC, _register(key), request.GET.dict()))


@public(max_age=60)
def targets(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Proposals for a filter: what entries may refer to, by a part of the name."""
    return JsonResponse({"proposed": proposing.of(PUBLIC, _register(key), name, request.GET.get("q", ""))})


@public(max_age=60)
def entry(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """One entry. Whoever asks for a withdrawn one is told so."""
    found = _register(key)
    one = reading.one(found, code, PUBLIC.rights)
    if one is None:
        raise Http404(_("There is no public entry with this code."))
    context = entries.context(PUBLIC, found, one)
    context["item"] = reverse("ogc-item", args=[found.key, one.code]) if one.withdrawn is None else ""
    return render(request, "portal/registers/entry.html", context)


@public(max_age=60)
def document(request: HttpRequest, key: str, code: str, identity: int) -> HttpResponse:
    """A public document of an entry, to be saved."""
    held = documents.read(_register(key), code, identity, PUBLIC.rights)
    if held is None:
        raise Http404
    return handing_out.saved(held.name, held.media_type, held.body)


def _register(key: str) -> Register:
    found = every.register(key)
    if found is None:
        raise Http404(_("There is no register of this name."))
    return found


def _around(register: Register, query: str) -> dict[str, Any]:
    return {
        "exports": files.exports(PUBLIC, register, query),
        "places": PUBLIC.address("register-places", register.key),
        "collection": reverse("ogc-collection", args=[register.key]),
    }


def _geojson(told: dict[str, Any]) -> HttpResponse:
    return JsonResponse(told, content_type="application/geo+json")
