"""What can be asked of the service, as OpenAPI 3.1 path items; faults are told once for all addresses."""

from __future__ import annotations

from typing import Any

from nonnuoc.api.sensorthings import limits, options
from nonnuoc.api.sensorthings.options import Format
from nonnuoc.api.sensorthings.writing_openapi import with_writing
from nonnuoc.records.monitoring.sensorthings.schema import SETS, EntitySet

ROOT = "/api/sensorthings/v1.1"
TAG = "sensorthings"
Item = dict[str, Any]

_WHOLE = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999}
_EXAMPLES = {
    "$filter": "Thing/properties/code eq 'KK01' and properties/procedure eq 'mean_1h'",
    "$orderby": "name desc",
    "$select": "name,properties",
    "$expand": "Observations($top=1;$orderby=phenomenonTime desc)",
}
#: Name → what it does, its schema, an example for Datastreams.
_QUERY: dict[str, tuple[str, Item]] = {
    "$filter": (
        f"Only entities for which this is true. At most {limits.TERMS} comparisons, nested {limits.NESTING} times.",
        {"type": "string"},
    ),
    "$orderby": ("Expressions, each with asc or desc behind it.", {"type": "string"}),
    "$top": (
        f"How many at most; no page has more than {limits.TOP}, of observations as data array or CSV"
        f" {limits.TOP_OF_COLUMNS}.",
        {**_WHOLE, "default": limits.PAGE},
    ),
    "$skip": ("How many to leave out first. To walk through pages follow @iot.nextLink instead.", _WHOLE),
    "$count": (
        "Tell in @iot.count how many there are in all pages together.",
        {"type": "string", "enum": ["true", "false"]},
    ),
    "$select": ("Only these properties, and links to these relations.", {"type": "string"}),
    "$expand": (f"Put what these relations lead to in place, {limits.EXPAND_DEPTH} deep at most.", {"type": "string"}),
    "$resultFormat": (
        "dataArray: observations as rows, by datastream. CSV: a table; @iot.nextLink is then in the header Link.",
        {"type": "string", "enum": list(Format)},
    ),
    "$skiptoken": ("Where a page goes on: part of @iot.nextLink, not to be made up.", {"type": "string"}),
    "$as_of": (
        "The data as they stood at this time, before later corrections.",
        {"type": "string", "format": "date-time"},
    ),
}


def _parameters(names: tuple[str, ...], entities: EntitySet) -> list[Item]:
    found = []
    for name, (told, schema) in _QUERY.items():
        if name in names:
            one: Item = {"name": name, "in": "query", "description": told, "schema": schema}
            if entities.name == "Datastreams" and name in _EXAMPLES:
                one["example"] = _EXAMPLES[name]
            found.append(one)
    return found


def _number(entities: EntitySet) -> Item:
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": f"@iot.id of one of {entities.name}.",
        "schema": {"type": "integer"},
        "example": 1,
    }


def _entity(entities: EntitySet) -> Item:
    """The JSON schema of one entity; all members may be left out by $select."""
    members: Item = {"@iot.id": {"type": "integer"}, "@iot.selfLink": {"type": "string", "format": "uri"}}
    members |= {name: {} for name in entities.properties}
    for name in entities.navigations:
        members[f"{name}@iot.navigationLink"] = {"type": "string", "format": "uri"}
    return {"type": "object", "properties": members}


def _page(entities: EntitySet) -> Item:
    return {
        "type": "object",
        "required": ["value"],
        "properties": {
            "@iot.count": {"type": "integer", "minimum": 0},
            "@iot.nextLink": {"type": "string", "format": "uri"},
            "value": {"type": "array", "items": _entity(entities)},
        },
    }


def _answers(schema: Item, *, csv: bool = False) -> Item:
    content: Item = {"application/json": {"schema": schema}}
    if csv:
        content["text/csv"] = {"schema": {"type": "string"}}
    return {"200": {"description": "As asked.", "content": content}}


def _get(name: str, summary: str, parameters: list[Item], answers: Item) -> Item:
    told = {"operationId": name, "tags": [TAG], "summary": summary, "parameters": parameters, "responses": answers}
    return {"get": told}


def _paths() -> dict[str, Item]:
    root = {"type": "object", "required": ["value", "serverSettings"]}
    found = {ROOT: _get("sensorThings", "What there is", [], _answers(root))}
    for entities in SETS.values():
        name = entities.name
        collection = _parameters(options.COLLECTION, entities)
        found[f"{ROOT}/{name}"] = _get(
            f"get{name}", f"{name}, page by page", collection, _answers(_page(entities), csv=True)
        )
        one = [_number(entities), *_parameters(options.ENTITY, entities)]
        found[f"{ROOT}/{name}({{id}})"] = _get(
            f"get{entities.entity}", f"One of {name}", one, _answers(_entity(entities))
        )
        for relation, navigation in entities.navigations.items():
            reached = SETS[navigation.target]
            allowed = options.COLLECTION if navigation.many else options.ENTITY
            parameters = [_number(entities), *_parameters(allowed, reached)]
            schema = _page(reached) if navigation.many else _entity(reached)
            summary = f"{relation} of one of {name}"
            answers = _answers(schema, csv=navigation.many)
            item = _get(f"get{entities.entity}{relation}", summary, parameters, answers)
            found[f"{ROOT}/{name}({{id}})/{relation}"] = item
    return found


PATHS: dict[str, Item] = with_writing(_paths(), ROOT)
