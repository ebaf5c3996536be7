"""What is said of a collection before its items are read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext

from nonnuoc.api.ogc import systems, times
from nonnuoc.api.ogc.answers import COVJSON, CSV, GEOJSON, HTML, JSON, SCHEMA, Addresses, Link, link, titles
from nonnuoc.look import catalogue, figures, words
from nonnuoc.records.monitoring import coverage_layers, coverage_reading
from nonnuoc.records.monitoring.coverage_reading import Coverage, There
from nonnuoc.records.monitoring.newest import Property
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.places.layers import FIRST, LAST, Features, Field, Layer

QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
#: What a position may be away from the station that answers for it, unless the address says otherwise.
WITHIN_KM = 20.0
OUTPUTS = {"CoverageJSON": COVJSON, "CSV": CSV}
QUERIES = ("position", "area", "cube", "locations", "items")
_EXAMPLES: dict[str, dict[str, Any]] = {
    "position": {"coords": "POINT(106.25 22.66)", "within_units": ["km", "m"]},
    "area": {"coords": "POLYGON((106 22.4, 106.5 22.4, 106.5 22.9, 106 22.9, 106 22.4))"},
}


def layer(one: Layer, features: Features, at: Addresses) -> dict[str, Any]:
    """A collection of features."""
    path = f"collections/{one.key}"
    return {
        "id": one.key,
        "title": gettext(one.title),
        "description": gettext(one.description),
        "keywords": [gettext(word) for word in one.keywords],
        "itemType": "feature",
        "extent": _extent(features.bounds, _span(features)),
        "crs": [system.uri for system in systems.known()],
        "storageCrs": systems.CRS84.uri,
        "links": [
            *_own(at, path, one.title),
            link("items", at.to(f"{path}/items", f="json"), GEOJSON, gettext("The features as GeoJSON")),
            link("items", at.to(f"{path}/items", f="html"), HTML, gettext("The features as a page")),
            link(QUERYABLES, at.to(f"{path}/queryables", f="json"), SCHEMA, gettext("What they can be filtered by")),
            *_licence(),
        ],
    }


def coverage(there: There, at: Addresses) -> dict[str, Any]:
    """A collection of series: also one of features, its stations with their newest values."""
    one = coverage_layers.layer(there)
    features = one.read(None)
    body = layer(one, features, at)
    path = f"collections/{one.key}"
    return {
        **body,
        "extent": _extent(features.bounds, _times(there)),
        "output_formats": list(OUTPUTS),
        "data_queries": {query: {"link": _query(query, at, path)} for query in QUERIES},
        "parameter_names": {observed.code: parameter(observed, there.coverage) for observed in there.properties},
        "links": [
            *body["links"],
            link("data", at.to(f"{path}/locations"), GEOJSON, gettext("The stations of this collection")),
        ],
    }


def title(field: Field) -> str:
    """Of a field, in the language of the reader."""
    return field.said.get(get_language() or "") or gettext(field.title)


def parameter(observed: Property, coverage: Coverage) -> dict[str, Any]:
    """What is observed and how it is summed up, as EDR writes it."""
    name = words.name(observed)
    found: dict[str, Any] = {
        "type": "Parameter",
        "id": observed.code,
        "label": name,
        "data-type": "float",
        "observedProperty": {"id": observed.code, "label": name},
        "measurementType": _measured(coverage.procedure),
    }
    if observed.unit not in ("", "-"):
        found["unit"] = {"label": figures.unit(observed.unit), "symbol": observed.unit}
    return found


def _measured(procedure: str) -> dict[str, str]:
    """How values of a procedure stand for time: a mean of so long, stamped with its end, or the instant itself."""
    hours = {"mean_1h": "PT1H", "mean_8h": "PT8H", "mean_24h": "PT24H"}
    if procedure in hours:
        return {"method": "mean", "duration": hours[procedure]}
    return {"method": "instantaneous" if procedure in ("raw", "sample") else procedure, "duration": "PT0S"}


def queryables(one: Layer, at: Addresses) -> dict[str, Any]:
    """What features can be filtered by, as a JSON Schema."""
    properties: dict[str, Any] = {
        "geometry": {
            "title": gettext("Place"),
            "x-titles": titles("Place"),
            "format": {"point": "geometry-point"}.get(one.shape, "geometry-any"),
            "x-ogc-role": "primary-geometry",
        }
    }
    for field in one.fields:
        kind = {"type": "string", "format": "date-time"} if field.kind == "date-time" else {"type": field.kind}
        properties[field.name] = {
            "title": title(field),
            "x-titles": dict(field.said) or titles(field.title),
            **kind,
            **({"enum": list(field.choices)} if field.choices else {}),
            **({"x-ogc-unit": field.unit} if field.unit else {}),
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": at.to(f"collections/{one.key}/queryables"),
        "type": "object",
        "title": gettext(one.title),
        "description": gettext(one.description),
        "properties": properties,
        "additionalProperties": False,
    }


def _own(at: Addresses, path: str, title: str) -> list[Link]:
    said = gettext(title)
    return [link("self", at.to(path, f="json"), JSON, said), link("alternate", at.to(path, f="html"), HTML, said)]


def _licence() -> list[Link]:
    return [link("license", catalogue.LICENCE.url, HTML, catalogue.LICENCE.name)]


def _query(query: str, at: Addresses, path: str) -> dict[str, Any]:
    """How one kind of question is asked, as EDR has it."""
    formats = ["GeoJSON"] if query == "items" else ["GeoJSON", *OUTPUTS] if query == "locations" else list(OUTPUTS)
    variables: dict[str, Any] = {
        "title": query,
        "query_type": query,
        "output_formats": formats,
        "default_output_format": formats[0],
        "crs_details": [{"crs": system.uri, "wkt": systems.wkt(system)} for system in systems.known()],
        **_EXAMPLES.get(query, {}),
    }
    return {**link("data", at.to(f"{path}/{query}"), OUTPUTS.get(formats[0], GEOJSON), query), "variables": variables}


def _extent(bounds: tuple[float, ...] | None, span: tuple[str | None, str | None] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if bounds:
        crs = {"crs": systems.CRS84.uri}
        found["spatial"] = {"bbox": [[round(number, 6) for number in bounds]], **crs}
    if span:
        found["temporal"] = {"interval": [list(span)], "trs": GREGORIAN}
    return found


def _span(features: Features) -> tuple[str | None, str | None] | None:
    if features.since is None or features.until is None or not len(features):
        return None
    known = features.since[(features.since > FIRST) & (features.since < LAST)]
    since = times.written(int(known.min())) if len(known) else None
    return since, times.written(int(features.until.max()))


def _times(there: There) -> tuple[str | None, str | None] | None:
    newest = there.newest
    if newest is None:
        return None
    first = coverage_reading.first([id_ for spot in there.spots for id_ in spot.streams.values()])
    return times.written(micros(first)) if first else None, times.written(micros(newest))
