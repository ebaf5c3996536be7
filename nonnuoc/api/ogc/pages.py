"""The same for people: every answer as a page, with a map, a table, the way on and the same as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext

from nonnuoc.api.ogc import answers, describing, sketch
from nonnuoc.api.ogc.answers import Addresses, Link
from nonnuoc.look import figures
from nonnuoc.look import words as said
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places.layers import Features, Field, Layer
from nonnuoc.records.places.models import Commune

#: What codes are called in Vietnamese; in English they speak for themselves.
_LABELS = {**dict(Thing.State.choices), **dict(Commune.Kind.choices)}
SHOWN = 6  # columns of the table; the page of a feature shows all
_EXAMPLES = (
    ("collections/stations/items?kind=surface_water", "kind=surface_water"),
    ("collections/stations/items?bbox=106,22.4,106.5,22.9", "bbox=106,22.4,106.5,22.9"),
    (
        "collections/stations/items?filter=CASEI(ACCENTI(name))%20LIKE%20%27%25cao%25%27",
        "filter=CASEI(ACCENTI(name)) LIKE '%cao%'",
    ),
    ("collections/communes/items?filter=area_km2%20%3E%20100", "filter=area_km2 > 100"),
)


def landing(request: HttpRequest, body: Mapping[str, Any], at: Addresses) -> HttpResponse:
    examples = [(words, f"{at.root}/{path}") for path, words in _EXAMPLES]
    return answers.page(request, "landing", {"body": body, "root": at.root, "examples": examples})


def conformance(request: HttpRequest, classes: Sequence[str], at: Addresses, links: Sequence[Link]) -> HttpResponse:
    return answers.page(request, "conformance", {"classes": classes, "root": at.root, "links": links})


def collections(
    request: HttpRequest, known: Sequence[Mapping[str, Any]], at: Addresses, links: Sequence[Link]
) -> HttpResponse:
    features = [one for one in known if "data_queries" not in one]
    series = [one for one in known if "data_queries" in one]
    context = {"features": features, "series": series, "root": at.root, "links": links}
    return answers.page(request, "collections", context)


def collection(request: HttpRequest, body: Mapping[str, Any], at: Addresses, links: Sequence[Link]) -> HttpResponse:
    parameters = [
        (code, one["label"], one.get("unit", {}).get("label", ""))
        for code, one in body.get("parameter_names", {}).items()
    ]
    context = {"body": body, "root": at.root, "links": links, "parameters": parameters, "is_series": bool(parameters)}
    return answers.page(request, "collection", context)


def queryables(
    request: HttpRequest, layer: Layer, body: Mapping[str, Any], at: Addresses, links: Sequence[Link]
) -> HttpResponse:
    rows = [
        (name, one["title"], one.get("format") or one.get("type", ""), ", ".join(one.get("enum", ())))
        for name, one in body["properties"].items()
    ]
    context = {"layer": _layer(layer), "rows": rows, "root": at.root, "links": links}
    return answers.page(request, "queryables", context)


def items(
    request: HttpRequest, layer: Layer, page: Features, at: Addresses, links: Sequence[Link], number: int, offset: int
) -> HttpResponse:
    fields = layer.fields[:SHOWN]
    addresses = [at.to(f"collections/{layer.key}/items/{id_}", f="html") for id_ in page.ids]
    names = [str(one or "") for one in page.columns.get("name", page.ids)]
    rows = [
        (
            addresses[row],
            names[row],
            [(describing.title(field), shown(field, page, row)) for field in fields if field.name != "name"],
        )
        for row in range(len(page))
    ]
    turning = {one["rel"]: one["href"] for one in links if one["rel"] in ("prev", "next")}
    context = {
        "layer": _layer(layer),
        "heads": [describing.title(field) for field in fields if field.name != "name"],
        "rows": rows,
        "number": number,
        "first": offset + 1,
        "last": offset + len(page),
        "previous": turning.get("prev"),
        "next": turning.get("next"),
        "sketch": sketch.sketch(page.shapes.tolist(), names, addresses),
        "root": at.root,
        "links": links,
        "simulated": any(page.columns.get("simulated", ())),
    }
    return answers.page(request, "items", context)


def item(request: HttpRequest, layer: Layer, one: Features, at: Addresses, links: Sequence[Link]) -> HttpResponse:
    name = str(one.columns.get("name", one.ids)[0] or one.ids[0])
    context = {
        "layer": _layer(layer),
        "id": one.ids[0],
        "name": name,
        "facts": [(describing.title(field), shown(field, one, 0)) for field in layer.fields],
        "about": next((found["href"] for found in links if found["rel"] == "about"), ""),
        "sketch": sketch.sketch(one.shapes.tolist(), [name], [""]),
        "root": at.root,
        "links": links,
        "simulated": any(one.columns.get("simulated", ())),
    }
    return answers.page(request, "item", context)


def shown(field: Field, features: Features, row: int) -> str:
    """A value as people read it."""
    value = features.columns[field.name][row]
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return figures.stamp(value)
    if isinstance(value, float):
        return f"{figures.number(value, 1)} {field.unit}".rstrip()
    if field.name == "kind" and value in Thing.Kind.values:
        return said.kind(value)
    if field.choices and get_language() == "vi":
        return str(_LABELS.get(value, value))
    return str(value)


def _layer(layer: Layer) -> dict[str, str]:
    return {"key": layer.key, "title": gettext(layer.title), "description": gettext(layer.description)}
