"""The features of a layer: pages of them, one of them, and what they can be filtered by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.ogc import answers, collections, describing, filtering, pages, times
from nonnuoc.api.ogc.answers import GEOJSON, HTML, JSON, SCHEMA, Addresses, Link, link
from nonnuoc.api.ogc.asked import Asked
from nonnuoc.api.ogc.systems import System
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import coverage_layers, coverage_reading
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.places import geometry
from nonnuoc.records.places.layers import Features, Layer

FORMATS = {"json": GEOJSON, "html": HTML}
SCHEMAS = {"json": SCHEMA, "html": HTML}
LIMIT, MOST, FURTHEST = 100, 1000, 1_000_000
MAX_AGE_S = 60


@read(max_age=MAX_AGE_S)
def items(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """A page of the features that are asked for."""
    layer = _layer(key, caller.rights)
    asked = Asked(request, [*PARAMETERS, *(field.name for field in layer.fields)])
    wanted = answers.wanted(request, asked, FORMATS)
    system = asked.system("crs")
    limit, offset = asked.whole("limit", LIMIT, 1, MOST), asked.whole("offset", 0, 0, FURTHEST)
    features = layer.read(caller.rights)
    found = filtering.rows(asked, layer, features)
    page = features.take(found[offset : offset + limit])
    at = Addresses(request, asked)
    links = [
        *at.formats(wanted, FORMATS),
        *_turning(at, len(found), limit, offset, FORMATS[wanted]),
        link("collection", at.to(f"collections/{key}", f="json"), JSON, gettext(layer.title)),
    ]
    if wanted == "html":
        return pages.items(request, layer, page, at, links, len(found), offset)
    body = {
        "type": "FeatureCollection",
        "numberMatched": len(found),
        "numberReturned": len(page),
        "features": as_geojson(page, system),
        "links": links,
    }
    return answers.json(body, GEOJSON, headers=_content_crs(system))


PARAMETERS = ("limit", "offset", "crs", *filtering.PARAMETERS)


@read(max_age=MAX_AGE_S)
def item(request: HttpRequest, caller: Caller, key: str, fid: str) -> HttpResponse:
    """One feature."""
    layer = _layer(key, caller.rights)
    asked = Asked(request, ["crs"])
    wanted = answers.wanted(request, asked, FORMATS)
    system = asked.system("crs")
    features = layer.read(caller.rights)
    row = features.place(fid)
    if row is None:
        raise Problem(404, "unknown_feature", f"The collection {key} has no feature {fid[:60]!r} that you may read.")
    one = features.take(np.array([row]))
    at = Addresses(request, asked)
    links = [
        *at.formats(wanted, FORMATS),
        link("collection", at.to(f"collections/{key}", f="json"), JSON, gettext(layer.title)),
    ]
    if layer.address:
        links.append(link("about", at.route(layer.address, *layer.arguments, fid), HTML, gettext("Its page")))
    if wanted == "html":
        return pages.item(request, layer, one, at, links)
    return answers.json({**as_geojson(one, system)[0], "links": links}, GEOJSON, headers=_content_crs(system))


@read(max_age=3600)
def queryables(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """What the features can be filtered by."""
    layer = _layer(key, caller.rights)
    asked = Asked(request, [])
    wanted = answers.wanted(request, asked, SCHEMAS)
    at = Addresses(request, asked)
    body = describing.queryables(layer, at)
    if wanted == "html":
        return pages.queryables(request, layer, body, at, at.formats(wanted, SCHEMAS))
    return answers.json(body, SCHEMA)


def as_geojson(features: Features, system: System) -> list[dict[str, Any]]:
    """Every feature as GeoJSON, in this system; one whose place nobody knows has null for its geometry."""
    shapes = system.outward(features.shapes)
    return [
        {
            "type": "Feature",
            "id": id_,
            "geometry": None if shape is None else geometry.to_geojson(shape, decimals=system.decimals),
            "properties": properties(features, row),
        }
        for row, (id_, shape) in enumerate(zip(features.ids, shapes.tolist(), strict=True))
    ]


def properties(features: Features, row: int) -> dict[str, Any]:
    """Of one feature, times as ISO 8601 of UTC."""
    return {name: _plain(column[row]) for name, column in features.columns.items()}


def _plain(value: Any) -> Any:
    return times.written(micros(value)) if hasattr(value, "astimezone") else value


def _turning(at: Addresses, number: int, limit: int, offset: int, media: str) -> list[Link]:
    """The pages before and after this one."""
    links = []
    if offset + limit < number:
        links.append(link("next", at.here(offset=str(offset + limit)), media, gettext("Next page")))
    if offset > 0:
        before = max(0, min(offset, number) - limit)
        links.append(link("prev", at.here(offset=str(before)), media, gettext("Previous page")))
    return links


def _content_crs(system: System) -> Mapping[str, str]:
    return {"Content-Crs": f"<{system.uri}>"}


def _layer(key: str, rights: Rights) -> Layer:
    """A layer, or the stations of a coverage."""
    layer, coverage = collections.layer(key), collections.coverage(key)
    if layer is not None:
        return layer
    found = coverage_reading.there([coverage], rights) if coverage else []
    if not found:
        raise Problem(404, "unknown_collection", f"There is no collection {key[:60]!r} here that you may read.")
    return coverage_layers.layer(found[0])
