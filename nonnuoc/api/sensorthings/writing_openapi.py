"""What the bearer of a key can write, as OpenAPI 3.1 path items beside those of readers (openapi.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nonnuoc.api.sensorthings import batch_parts
from nonnuoc.records.monitoring.sensorthings.schema import SETS

Item = dict[str, Any]
TAG = "writing"

_PLACE = {"type": "Point", "coordinates": [106.26, 22.67]}
_GEOJSON = {"encodingType": "application/geo+json"}
_NAMED = {"name": "Cầu Bằng Giang", "description": "Bờ phải"}
_UNIT = {"name": "Celsius", "symbol": "degC", "definition": "http://qudt.org/vocab/unit/DEG_C"}
_TYPE = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
#: A whole entity of each set, as it could be sent.
EXAMPLES: Mapping[str, Item] = {
    "Things": {**_NAMED, "properties": {}, "Locations": [{**_NAMED, **_GEOJSON, "location": _PLACE}]},
    "Locations": {**_NAMED, **_GEOJSON, "location": _PLACE},
    "HistoricalLocations": {
        "time": "2026-11-01T00:00:00Z",
        "Thing": {"@iot.id": 1},
        "Locations": [{"@iot.id": 1}],
    },
    "Datastreams": {
        **_NAMED,
        "unitOfMeasurement": _UNIT,
        "observationType": _TYPE,
        "Thing": {"@iot.id": 1},
        "Sensor": {"@iot.id": 1},
        "ObservedProperty": {"@iot.id": 1},
    },
    "Sensors": {**_NAMED, "encodingType": "application/pdf", "metadata": "https://example.vn/manual.pdf"},
    "ObservedProperties": {**_NAMED, "definition": "http://dbpedia.org/page/Dew_point"},
    "Observations": {"phenomenonTime": "2026-11-01T00:00:00Z", "result": 21.5, "Datastream": {"@iot.id": 1}},
    "FeaturesOfInterest": {**_NAMED, **_GEOJSON, "feature": _PLACE},
}
_UPSERT = {
    "name": "$upsert",
    "in": "query",
    "description": "true: a value held already for this time is replaced, and kept in the history. Else that is 409.",
    "schema": {"type": "string", "enum": ["true", "false"]},
}
_REASON = {
    "name": "$reason",
    "in": "query",
    "description": "Why, as the history and the audit trail will tell it.",
    "schema": {"type": "string", "maxLength": 150},
}
_ANSWERS = {
    "409": "It is there already, or cannot stand beside what is there; `@iot.selfLink` says beside what.",
    "411": "The length was not told.",
    "413": "Too much at once.",
    "415": "Not JSON.",
    "422": "The body is empty.",
}


def with_writing(paths: Mapping[str, Item], root: str) -> dict[str, Item]:
    """The path items, with what can be written there, and the two addresses that are for writing alone."""
    found = {path: dict(item) for path, item in paths.items()}
    for entities in SETS.values():
        name, example = entities.name, EXAMPLES[entities.name]
        number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
        upsert = [_UPSERT] if name == "Observations" else []
        one = found[f"{root}/{name}({{id}})"]
        told = f"New in {name}, with what belongs to it; all or nothing"
        found[f"{root}/{name}"]["post"] = _operation(f"post{name}", told, "201", upsert, example)
        told = f"Change what is named of one of {name}"
        one["patch"] = _operation(f"patch{entities.entity}", told, "200", [number], _plain(example))
        told = f"Tell one of {name} anew; what is not named becomes empty"
        one["put"] = _operation(f"put{entities.entity}", told, "200", [number], example)
        told = f"Delete one of {name}; values go to the history"
        one["delete"] = _operation(f"delete{entities.entity}", told, "200", [number, _REASON], None)
    stream = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    chosen = {"name": "$filter", "in": "query", "required": True, "schema": {"type": "string"}}
    told = "Delete the observations of a datastream that a filter chooses; they go to the history"
    of_stream = found[f"{root}/Datastreams({{id}})/Observations"]
    of_stream["delete"] = _operation("deleteObservations", told, "200", [stream, chosen, _REASON], None)
    arrays = [
        {
            "Datastream": {"@iot.id": 1},
            "components": ["phenomenonTime", "result"],
            "dataArray": [["2026-11-01T00:00:00Z", 21.5], ["2026-11-01T00:05:00Z", 21.75]],
        }
    ]
    told = "Many observations as data arrays: for each row its link, or `error …`"
    create = _operation("createObservations", told, "201", [_UPSERT], arrays, kind="array")
    several = {"requests": [{"id": "1", "method": "get", "url": "Things?$top=1"}]}
    told = f"Up to {batch_parts.MOST} requests in one; those of an atomicityGroup all or none"
    asked = _operation("batch", told, "200", [], several)
    found[f"{root}/CreateObservations"] = {"post": create}
    found[f"{root}/$batch"] = {"post": {**asked, "security": [{}, {"key": []}]}}
    return found


def _plain(example: Item) -> Item:
    """One property of it."""
    name = "result" if "result" in example else "time" if "time" in example else "description"
    return {name: example[name]}


def _operation(
    name: str, summary: str, status: str, parameters: list[Item], example: Any, kind: str = "object"
) -> Item:
    body = {"application/json": {"schema": {"type": kind}, "example": example}}
    refused = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    done = {"description": "Done; as it is now.", "content": {"application/json": {"schema": {}}}}
    answers = {code: {"description": told, "content": refused} for code, told in _ANSWERS.items()}
    found: Item = {
        "operationId": name,
        "tags": [TAG],
        "summary": summary,
        "parameters": parameters,
        "responses": {status: done, **answers},
    }
    if name == "postObservations":
        found["responses"]["200"] = {**done, "description": "A value held already was replaced."}
    if example is not None:
        found["requestBody"] = {"required": True, "content": body}
    return found
