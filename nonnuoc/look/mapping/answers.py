"""The answers of the map's addresses that are no pages, for either face."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from nonnuoc.look.mapping import features, layers, tiles
from nonnuoc.look.mapping.card import card as card_of
from nonnuoc.look.mapping.faces import Face
from nonnuoc.records.accounts.access import Rights


def layer(request: HttpRequest, rights: Rights, key: str) -> HttpResponse:
    """A layer as GeoJSON. Raises Http404."""
    if key not in layers.every():
        raise Http404
    return features.answer(request, layers.of_reader(rights)[key]())


def tile(request: HttpRequest, rights: Rights, z: int, x: int, y: int) -> HttpResponse:
    """A vector tile with the lines and areas of the layers named in `layers`. Raises Http404."""
    if z > tiles.DEEPEST or not (0 <= x < 2**z and 0 <= y < 2**z):
        raise Http404
    named = request.GET.get("layers", "").split(",")
    readers = layers.of_reader(rights)
    shown = {key: readers[key]() for key in layers.every() if key in named and key != "communes"}
    return HttpResponse(tiles.tile(shown, z, x, y), content_type=tiles.MEDIA)


def card(request: HttpRequest, face: Face, rights: Rights, key: str, code: str) -> HttpResponse:
    """What a click on the map shows, as a piece of a page. Raises Http404."""
    known = layers.every().get(key)
    found = card_of(known, code, rights, face) if known and "\0" not in code else None
    if found is None:
        raise Http404
    return render(request, "mapping/card.html", {"card": found})
