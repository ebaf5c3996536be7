"""The address that takes many observations at once, described (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from nonnuoc.ingest.formats.data_array import COMPONENTS
from nonnuoc.records.monitoring.models import Delivery

_TIME_OR_NULL = {"type": ["string", "null"], "format": "date-time"}
_COUNT = {"type": "integer", "minimum": 0}
_PROBLEM = {
    "type": "object",
    "required": ["line", "code", "detail"],
    "properties": {
        "line": {"type": "integer", "minimum": 0, "description": "The row, from 1; 0: the delivery as a whole."},
        "code": {"type": "string", "description": "Stable: duplicate, foreign_station, clock_ahead …"},
        "detail": {"type": "string", "description": "What was found, and how to mend it."},
    },
}
RECEIPT: dict[str, Any] = {
    "type": "object",
    "required": ["uuid", "station", "state", "code", "reason", "stored", "unchanged", "refused", "problems", "repeats"],
    "properties": {
        "uuid": {"type": "string", "format": "uuid"},
        "station": {
            "type": "string",
            "description": "Code of the station it came from; empty where its rows name theirs.",
        },
        "file_name": {"type": "string"},
        "door": {"enum": list(Delivery.Door.values)},
        "received": {"type": "string", "format": "date-time"},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Of the bytes, which are kept."},
        "size": _COUNT,
        "format": {"type": "string"},
        "state": {"enum": list(Delivery.State.values), "description": "Of a quarantined one nothing is stored."},
        "code": {"type": "string", "description": "Why it is quarantined; empty: it is not."},
        "reason": {"type": "string"},
        "first_time": _TIME_OR_NULL,
        "last_time": _TIME_OR_NULL,
        "stored": {**_COUNT, "description": "Values that are new, or replace another one."},
        "unchanged": {**_COUNT, "description": "Values that are held just so already."},
        "refused": {**_COUNT, "description": "Rows left out; each is told in `problems`, the first 10,000 of them."},
        "problems": {"type": "array", "items": _PROBLEM},
        "repeats": {**_COUNT, "description": "How often the same bytes came again."},
    },
}
_CELL = {"type": ["string", "number", "null", "object"]}
DATA_ARRAYS: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["Datastream", "components", "dataArray"],
        "additionalProperties": False,
        "properties": {
            "Datastream": {
                "type": "object",
                "required": ["@iot.id"],
                "properties": {"@iot.id": {"type": "integer", "minimum": 1}},
            },
            "components": {"type": "array", "items": {"enum": list(COMPONENTS)}, "minItems": 2, "uniqueItems": True},
            "dataArray@iot.count": _COUNT,
            "dataArray": {"type": "array", "items": {"type": "array", "items": _CELL, "minItems": 2}},
        },
    },
}
_EXAMPLE = [
    {
        "Datastream": {"@iot.id": 7},
        "components": ["phenomenonTime", "result"],
        "dataArray": [["2026-11-26T01:00:00Z", 12.5], ["2026-11-26T01:05:00Z", None]],
    }
]
_COLUMNS = (
    "An Arrow IPC stream with the columns `time` (timestamp with a zone), `value` (a number, null for missing) and"
    " either `datastream` (integer) or `symbol` and `station` (text or dictionary; the key of a station needs no"
    " `station`). Optional: `unit` (else the datastream's own), `status` (of the instrument, 0 to 3)."
    " LZ4 and ZSTD are read."
)


def _receipt(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": RECEIPT}}}


def _problem(words: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": words, "content": content}


PATHS: dict[str, Any] = {
    "/api/observations": {
        "post": {
            "tags": ["writing"],
            "summary": "Many observations at once, as columns or as data arrays",
            "description": "At most 50 MB and 3 million values of 50,000 datastreams. They are judged, averaged and"
            " kept with their bytes like files. Rows that cannot be stored are left out and told one by one. Of a value"
            " that is held already for its time, the later word counts; the earlier one goes to the history.",
            "parameters": [
                {
                    "name": "name",
                    "in": "query",
                    "description": "What the delivery is called in the ledger.",
                    "schema": {"type": "string", "maxLength": 500},
                }
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/vnd.apache.arrow.stream": {
                        "schema": {"type": "string", "format": "binary", "description": _COLUMNS}
                    },
                    "application/json": {"schema": DATA_ARRAYS, "example": _EXAMPLE},
                },
            },
            "responses": {
                "201": _receipt("Committed; `state` and `problems` tell what became of it."),
                "200": _receipt("The same bytes came before; this is the receipt they got."),
                "403": _problem("Not one row is of a station the bearer may write for; `receipt` tells more."),
                "411": _problem("Without a Content-Length."),
                "413": _problem("Larger than 50 MB."),
                "415": _problem("Neither of the two content types, or with a Content-Encoding."),
                "422": _problem("An empty body."),
            },
        }
    }
}
