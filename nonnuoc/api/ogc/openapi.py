"""The addresses below /api/ogc/, described; from the same registry that answers them.

Written in what OpenAPI 3.0 and 3.1 have in common: `document` is 3.0, which the standards test and GDAL reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from typing import Any

from nonnuoc.api.ogc import coverages, describing, features, systems
from nonnuoc.api.ogc.collections import COLLECTIONS, COVERAGES
from nonnuoc.look import catalogue
from nonnuoc.records.monitoring.coverage_layers import OWN
from nonnuoc.records.places.layers import Field, Layer

ROOT = "/api/ogc"
Item = dict[str, Any]


def _parameter(name: str, words: str, schema: Item, *, example: Any = None, required: bool = False) -> Item:
    found = {"name": name, "in": "query", "description": words, "required": required, "schema": schema}
    return found | ({} if example is None else {"example": example})


def _text(**more: Any) -> Item:
    return {"type": "string", **more}


def _f(*words: str) -> Item:
    return _parameter("f", "The format; without it the header Accept decides.", _text(enum=list(words)))


_LANG = _parameter("lang", "The language of titles and pages, for this once.", _text(enum=["vi", "en"]))
_SYSTEMS = [one.uri for one in systems.known()]
_CRS = _parameter(
    "crs", "The coordinate system of the answer; EPSG:4326 is latitude before longitude.", _text(enum=_SYSTEMS)
)
_CRS_BOTH = _CRS | {"description": "The coordinate system of the question and of the answer."}
_BBOX = _parameter(
    "bbox",
    "Lower left and upper right corner: four numbers, or six with heights, which are left out. West beyond east spans"
    " the 180th meridian.",
    {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
    example=[106, 22.4, 106.5, 22.9],
) | {"style": "form", "explode": False}
_DATETIME = _parameter(
    "datetime",
    "A time with its zone, a day of UTC, or an interval a/b with `..` for an open end; both ends are included.",
    _text(),
    example="2026-11-01/..",
)
_LIMIT = _parameter(
    "limit",
    f"How many at most. More than {features.MOST} counts as {features.MOST}.",
    {"type": "integer", "minimum": 1, "maximum": features.MOST, "default": features.LIMIT},
)
_OFFSET = _parameter(
    "offset", "How many to pass over; the links of a page say it.", {"type": "integer", "minimum": 0, "default": 0}
)
_ITEMS = [
    _LIMIT,
    _OFFSET,
    _BBOX,
    _parameter("bbox-crs", "The coordinate system of bbox.", _text(enum=_SYSTEMS)),
    _DATETIME,
    _CRS,
    _parameter(
        "filter",
        "CQL2: comparisons, and, or, not, like, between, in, is null, casei, accenti, arithmetic, and the s_ and t_"
        " functions.",
        _text(maxLength=8000),
        example="CASEI(name) LIKE '%cao%'",
    ),
    _parameter("filter-lang", "Its encoding.", _text(enum=["cql2-text", "cql2-json"], default="cql2-text")),
    _parameter("filter-crs", "The coordinate system of its geometries.", _text(enum=_SYSTEMS)),
]
_SERIES = [
    _DATETIME,
    _parameter(
        "parameter-name",
        "Codes of properties, with commas between; without it all.",
        {"type": "array", "items": _text()},
        example=["PM2.5"],
    )
    | {"style": "form", "explode": False},
    _CRS_BOTH,
    _parameter(
        "quality",
        "usable: good, not evaluated and suspect values (others are null); validated: only those a person has judged;"
        " all: every value as it came, with its flag beside it as a parameter of its own.",
        _text(enum=list(coverages.QUALITIES), default="usable"),
    ),
    _f(*describing.OUTPUTS),
    _LANG,
]
_GEOMETRY = {"description": "A GeoJSON geometry, or null where the place is not known."}
_LINKS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["rel", "href"],
        "properties": {"rel": _text(), "href": _text(), "type": _text(), "title": _text()},
    },
}
_COLLECTION = {
    "type": "object",
    "required": ["id", "title", "links"],
    "properties": {
        "id": _text(),
        "title": _text(),
        "description": _text(),
        "extent": {"type": "object"},
        "links": _LINKS,
    },
}


def _answer(words: str, media: str, schema: Item, *others: str) -> Item:
    content = {media: {"schema": schema}} | {other: {"schema": _text()} for other in others}
    return {"description": words, "content": content}


def _get(name: str, summary: str, parameters: list[Item], answer: Item, **responses: Item) -> Item:
    operation = {
        "tags": ["ogc"],
        "operationId": f"ogc-{name}",
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": answer, **responses},
    }
    return {"get": operation}


_TOO_MUCH = {
    "413": {
        "description": f"More than {coverages.MAX_VALUES:,} values at once (`too_many_values`); `detail` advises.",
        "content": {"application/problem+json": {"schema": {"type": "object"}}},
    }
}


def _page(name: str, summary: str, schema: Item) -> Item:
    answer = _answer(summary + ".", "application/json", schema, "text/html")
    return _get(name, summary, [_f("json", "html"), _LANG], answer)


def _field(field: Field) -> Item:
    schema = {"string": _text(), "date-time": _text(format="date-time")}.get(field.kind, {"type": field.kind})
    schema = schema | ({"enum": list(field.choices)} if field.choices else {})
    return _parameter(field.name, f"Only features of which this is so: {field.title}.", schema)


def _feature(layer: Layer) -> Item:
    properties = {
        field.name: {
            "type": "string" if field.kind == "date-time" else field.kind,
            "nullable": True,
            "title": field.title,
        }
        for field in layer.fields
    }
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": _text(enum=["Feature"]),
            "id": _text(),
            "geometry": _GEOMETRY,
            "properties": {"type": "object", "properties": properties},
            "links": _LINKS,
        },
    }


def _features(layer: Layer) -> dict[str, Item]:
    path, feature = f"/collections/{layer.key}", _feature(layer)
    page = {
        "type": "object",
        "required": ["type", "features", "links", "numberMatched", "numberReturned"],
        "properties": {
            "type": _text(enum=["FeatureCollection"]),
            "features": {"type": "array", "items": feature},
            "numberMatched": {"type": "integer"},
            "numberReturned": {"type": "integer"},
            "links": _LINKS,
        },
    }
    fid = {"name": "featureId", "in": "path", "required": True, "description": "The feature.", "schema": _text()}
    both, geo = [_f("json", "html"), _LANG], "application/geo+json"
    own = [_field(field) for field in layer.fields]
    return {
        path: _page(f"{layer.key}-collection", f"The collection {layer.key}", _COLLECTION),
        f"{path}/items": _get(
            f"{layer.key}-items",
            f"{layer.title}, as features",
            [*_ITEMS, *own, *both],
            _answer("A page of them.", geo, page, "text/html"),
        ),
        f"{path}/items/{{featureId}}": _get(
            f"{layer.key}-item",
            f"One of {layer.key}",
            [fid, _CRS, *both],
            _answer("The feature.", geo, feature, "text/html"),
        ),
        f"{path}/queryables": _get(
            f"{layer.key}-queryables",
            f"What {layer.key} can be filtered by",
            both,
            _answer("A JSON Schema.", "application/schema+json", {"type": "object"}, "text/html"),
        ),
    }


def _series() -> dict[str, Item]:
    collection = {
        "name": "collectionId",
        "in": "path",
        "required": True,
        "description": "A collection of series.",
        "schema": _text(enum=[one.key for one in COVERAGES]),
    }
    path = "/collections/{collectionId}"
    covjson = _answer("The series.", "application/prs.coverage+json", {"type": "object"}, "text/csv")
    point = _parameter("coords", "A point as WKT.", _text(), example="POINT(106.25 22.66)", required=True)
    square = "POLYGON((106 22.4, 106.5 22.4, 106.5 22.9, 106 22.9, 106 22.4))"
    polygon = _parameter("coords", "A polygon as WKT, of up to 1000 vertices.", _text(), example=square, required=True)
    within = _parameter(
        "within",
        f"How far away the nearest station may be; {describing.WITHIN_KM:g} km without it.",
        {"type": "number", "minimum": 0},
        example=20,
    )
    units = _parameter("within-units", "Its unit.", _text(enum=list(coverages.UNITS_KM), default="km"))
    station = {
        "name": "locationId",
        "in": "path",
        "required": True,
        "description": "Code of a station.",
        "schema": _text(),
    }

    fid = {"name": "featureId", "in": "path", "required": True, "description": "Code of a station.", "schema": _text()}

    def asked(query: str, summary: str, *own: Item) -> Item:
        return _get(f"series-{query}", summary, [collection, *own, *_SERIES], covjson, **_TOO_MUCH)

    places = _answer("GeoJSON.", "application/geo+json", {"type": "object"})
    return {
        path: _get(
            "series-collection",
            "A collection of series",
            [collection, _f("json", "html"), _LANG],
            _answer("What it holds.", "application/json", _COLLECTION, "text/html"),
        ),
        f"{path}/items": _get(
            "series-items",
            "The stations of a collection of series with their newest values, as features",
            [collection, *_ITEMS, *(_field(field) for field in OWN), _f("json", "html"), _LANG],
            _answer(
                "A page of them; every property is a parameter, too.",
                "application/geo+json",
                {"type": "object"},
                "text/html",
            ),
        ),
        f"{path}/items/{{featureId}}": _get(
            "series-item",
            "One station of a collection of series with its newest values",
            [collection, fid, _CRS, _f("json", "html"), _LANG],
            _answer("The feature.", "application/geo+json", {"type": "object"}, "text/html"),
        ),
        f"{path}/queryables": _get(
            "series-queryables",
            "What these stations can be filtered by",
            [collection, _f("json", "html"), _LANG],
            _answer("A JSON Schema.", "application/schema+json", {"type": "object"}, "text/html"),
        ),
        f"{path}/locations": _get(
            "series-locations",
            "The stations of a collection of series",
            [collection, _BBOX, _CRS_BOTH, _f("GeoJSON"), _LANG],
            places,
        ),
        f"{path}/locations/{{locationId}}": asked("location", "The series of one station", station),
        f"{path}/position": asked("position", "The series of the station nearest to a point", point, within, units),
        f"{path}/area": asked("area", "The series of the stations in a polygon", polygon),
        f"{path}/cube": asked("cube", "The series of the stations in a box", _BBOX | {"required": True}),
    }


def _relative() -> dict[str, Item]:
    """Every path below the root."""
    links = {"type": "object", "required": ["links"], "properties": {"links": _LINKS}}
    listed = {"collections": {"type": "array", "items": _COLLECTION}, "links": _LINKS}
    classes = {"conformsTo": {"type": "array", "items": _text()}}
    found = {
        "/": _page("landing", "Where it begins", links),
        "/conformance": _page(
            "conformance", "Which parts of the standards are kept", {"type": "object", "properties": classes}
        ),
        "/collections": _page("collections", "All collections", {"type": "object", "properties": listed}),
        "/api": _get(
            "api",
            "This part of the interface as a document of its own (OpenAPI 3.0)",
            [_f("json", "html"), _LANG],
            _answer("The document.", OPENAPI_30, {"type": "object"}),
            **{"302": {"description": "For a reader: to the page that tells every address."}},
        ),
    }
    for layer in COLLECTIONS:
        found |= _features(layer)
    return found | _series()


OPENAPI_30 = "application/vnd.oai.openapi+json;version=3.0"
RELATIVE: Mapping[str, Item] = _relative()
#: For the document of the whole interface.
PATHS: dict[str, Item] = {ROOT + path: item for path, item in RELATIVE.items()}


def document(root: str) -> dict[str, Any]:
    """The interface below `root`, which is an address without a slash at its end, as OpenAPI 3.0."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Non Nước: OGC API – Features, Environmental Data Retrieval",
            "version": metadata.version("nonnuoc"),
            "license": {"name": catalogue.LICENCE.name, "url": catalogue.LICENCE.url},
        },
        "servers": [{"url": root}],
        "tags": [{"name": "ogc"}],
        "paths": {path: _with_problem(item) for path, item in RELATIVE.items()},
    }


def _with_problem(item: Item) -> Item:
    """With the answer to what is not understood."""
    problem = {"application/problem+json": {"schema": {"type": "object"}}}
    told = {"400": "Something in the request is not understood.", "404": "There is no such thing to be read."}
    others = {status: {"description": words, "content": problem} for status, words in told.items()}
    return {"get": item["get"] | {"responses": others | item["get"]["responses"]}}
