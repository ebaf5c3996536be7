"""What is newest and what is new, described (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from nonnuoc.api.live import newest
from nonnuoc.records.monitoring.models import Datastream, Thing

_TIME = {"type": "string", "format": "date-time"}
_TIME_OR_NULL = {"type": ["string", "null"], "format": "date-time"}
_WORD_OR_NULL = {"type": ["string", "null"]}
_CODE = {"type": "string", "maxLength": newest.LONGEST, "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]*$"}


def _object(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties, **more}


def _list(name: str, words: str, items: dict[str, Any], example: list[Any]) -> dict[str, Any]:
    schema = {"type": "array", "items": items, "minItems": 1, "maxItems": newest.MOST}
    told = f"{words} Several: with commas between, or the parameter again."
    return {
        "name": name,
        "in": "query",
        "description": told,
        "explode": False,
        "schema": schema,
        "examples": {"one": {"value": example}},
    }


_CHOICE = [
    _list("station", "Codes of stations; one that the caller cannot read is 404.", _CODE, ["KK01"]),
    _list("kind", "What stations watch.", {"enum": list(Thing.Kind.values)}, ["ambient_air"]),
    _list("property", "Codes of observed properties; an unknown one is 400.", _CODE, ["PM2.5"]),
    _list("procedure", "How values come to be.", {"enum": list(Datastream.Procedure.values)}, ["raw"]),
]
_IDS = _list("ids", "Ids of datastreams.", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, [1, 2])
_FORMAT = {"name": "f", "in": "query", "description": "The format.", "schema": {"enum": ["json", "csv"]}}
_QUALITY = _object(
    {
        "flag": {"enum": ["good", "not_evaluated", "suspect", "fail", "missing"]},
        "checks": {"type": "array", "items": {"type": "string"}, "description": "The checks that gave the flag."},
        "standing": {"enum": ["provisional", "validated"], "description": "Validated: a person has judged it."},
        "late": {"type": "boolean", "description": "It arrived long after it was measured."},
    }
)
_VALUE = {
    "id": {"type": "integer", "description": "Of the datastream."},
    "property": {"type": "string"},
    "procedure": {"enum": list(Datastream.Procedure.values)},
    "time": {**_TIME_OR_NULL, "description": "Of a mean or an index: the end of its window. Null: nothing came yet."},
    "value": {"type": ["number", "null"], "description": "Null: missing."},
    "unit": {"type": "string"},
    "quality": _QUALITY,
}
_CATEGORY = _object(
    {
        "mark": {"type": "string"},
        "rank": {"type": "integer", "minimum": 1, "description": "1: the best."},
        "name": {"type": "string"},
        "name_en": {"type": "string"},
        "colour": {"type": "string", "pattern": "^#[0-9a-f]{6}$"},
    }
)
_INDEX = _object(
    {
        "id": {"type": "integer"},
        "property": {"enum": ["VN_AQI", "VN_WQI"]},
        "procedure": {"type": "string"},
        "time": _TIME_OR_NULL,
        "value": {"type": ["integer", "null"]},
        "category": {"anyOf": [_CATEGORY, {"type": "null"}]},
        "leading": {**_WORD_OR_NULL, "description": "The property whose index is the highest."},
        "missing": {"type": "array", "items": {"type": "string"}},
        "current": {"type": "boolean", "description": "False: the last there was, too old to be called now."},
        "indicative": {"type": "boolean"},
        "standing": {"enum": ["provisional", "validated"]},
    }
)
_STATION = _object(
    {
        "code": {"type": "string"},
        "name": {"type": "string"},
        "kind": {"enum": list(Thing.Kind.values)},
        "state": {"enum": list(Thing.State.values)},
        "simulated": {"type": "boolean", "description": "Its data are invented."},
        "commune": {"type": "string"},
        "river": {"type": "string"},
        "position": {
            "enum": ["own", "commune", None],
            "description": "Whose the point is: the commune's stands for it.",
        },
        "condition": {
            "type": "string",
            "description": "reporting, measuring, insufficient, silent, never, or its state.",
        },
        "mark": {"type": "string", "description": "What our own map shows: the class of the index, or the condition."},
        "index": {"anyOf": [_INDEX, {"type": "null"}]},
        "heard": {**_TIME_OR_NULL, "description": "The time of the newest measured value."},
        "silent_since": _TIME_OR_NULL,
        "clock": {"anyOf": [_object({"code": {"type": "string"}, "received": _TIME}), {"type": "null"}]},
        "values": {"type": "array", "items": _object({**_VALUE, "silent_since": _TIME_OR_NULL})},
    }
)
_POINT = _object(
    {
        "type": {"const": "Point"},
        "coordinates": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    }
)
_FEATURE = _object(
    {
        "type": {"const": "Feature"},
        "id": {"type": "string"},
        "geometry": {"anyOf": [_POINT, {"type": "null"}]},
        "properties": _STATION,
    }
)
_RESUME = {"type": "string", "description": "Where /api/stream goes on from: after=…"}
_COLLECTION = _object(
    {
        "type": {"const": "FeatureCollection"},
        "at": {**_TIME, "description": "To the minute."},
        "resume": _RESUME,
        "licence": {"type": "string", "format": "uri"},
        "features": {"type": "array", "items": _FEATURE},
    }
)
_STREAMS = _object(
    {
        "resume": _RESUME,
        "licence": {"type": "string", "format": "uri"},
        "datastreams": {
            "type": "array",
            "items": _object(
                {
                    "station": {"type": "string"},
                    "kind": {"enum": list(Thing.Kind.values)},
                    **_VALUE,
                    "simulated": {"type": "boolean"},
                }
            ),
        },
    }
)
_CSV = {"text/csv": {"schema": {"type": "string"}}}
_EVENTS = """\
event: observations
id: 7351234
data: {"station":"KK01","kind":"ambient_air","simulated":false,"datastreams":[{"id":1,"property":"PM2.5",\
"procedure":"raw","time":"2026-11-26T01:00:00Z","value":23.4,"unit":"µg/Nm3","quality":{"flag":"good","checks":[],\
"standing":"provisional","late":false}}]}

"""

PATHS: dict[str, Any] = {
    "/api/stations/latest": {
        "get": {
            "tags": ["latest"],
            "summary": "Every station: where it is, its mark, its index, its newest values",
            "description": "Made once for everybody who may see the same, and again when something of it has changed.",
            "parameters": [_FORMAT],
            "responses": {
                "200": {
                    "description": "GeoJSON; as CSV a line for each measured value.",
                    "content": {"application/geo+json": {"schema": _COLLECTION}, **_CSV},
                }
            },
        }
    },
    "/api/datastreams/latest": {
        "get": {
            "tags": ["latest"],
            "summary": "The newest value of each datastream chosen",
            "description": "Those that hold values, at most 10,000; without a choice, all of them.",
            "parameters": [_IDS, *_CHOICE, _FORMAT],
            "responses": {
                "200": {
                    "description": "In the order of stations.",
                    "content": {"application/json": {"schema": _STREAMS}, **_CSV},
                }
            },
        }
    },
    "/api/stream": {
        "get": {
            "tags": ["latest"],
            "summary": "What is new, as server-sent events",
            "description": (
                "At first only an id is told; then, on a line held open or whenever the caller comes again with it,"
                " the newest values of every datastream that has new ones. An event may come twice, none is lost."
            ),
            "parameters": [
                *_CHOICE,
                {
                    "name": "incidents",
                    "in": "query",
                    "description": "1: what happens to incidents in place of values; for who may see incidents.",
                    "schema": {"enum": ["1"]},
                },
                {
                    "name": "after",
                    "in": "query",
                    "description": "The last id heard, for who cannot send the header.",
                    "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
                },
                {
                    "name": "Last-Event-ID",
                    "in": "header",
                    "description": "The last id heard; browsers send it by themselves.",
                    "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
                },
            ],
            "responses": {
                "200": {
                    "description": "Events.",
                    "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EVENTS}},
                }
            },
        }
    },
}
