"""Incidents, described (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from nonnuoc.api.incidents import asking
from nonnuoc.records.alerts.models import Family, Incident

_TIME = {"type": "string", "format": "date-time"}
_TIME_OR_NULL = {"type": ["string", "null"], "format": "date-time"}
_WORD_OR_NULL = {"type": ["string", "null"]}
_NUMBER_OR_NULL = {"type": ["number", "null"]}
_SECONDS = {"type": "integer", "minimum": 0, "description": "How long it lasted, or has lasted until now."}
_SEVERITY = {"enum": list(asking.SEVERITIES), "description": "In the words of CAP 1.2."}
_STATION = {**_WORD_OR_NULL, "description": "Null: of the whole network, or of this system."}


def _object(properties: dict[str, Any], *may_lack: str) -> dict[str, Any]:
    required = [name for name in properties if name not in may_lack]
    return {"type": "object", "required": required, "properties": properties}


def _parameter(name: str, words: str, schema: dict[str, Any], example: Any = None) -> dict[str, Any]:
    told = {"name": name, "in": "query", "description": words, "schema": schema}
    return told if example is None else {**told, "example": example}


_ALARM = _object(
    {
        "rule": {"type": "string", "description": "The code of the rule that was passed."},
        "name": {"type": "string"},
        "name_en": {"type": "string"},
        "station": _STATION,
        "datastream": {"type": ["integer", "null"]},
        "property": _WORD_OR_NULL,
        "procedure": _WORD_OR_NULL,
        "unit": _WORD_OR_NULL,
        "severity": _SEVERITY,
        "onset": {**_TIME, "description": "Of the first value that counted."},
        "raised": {**_TIME, "description": "Of the value that made it an alarm."},
        "cleared": {**_TIME_OR_NULL, "description": "Null: it goes on."},
        "elapsed_s": _SECONDS,
        "level": {**_NUMBER_OR_NULL, "description": "The level that was passed, in `unit`."},
        "peak": _NUMBER_OR_NULL,
        "peak_time": _TIME_OR_NULL,
        "values": {"type": "integer", "description": "How many values were beyond the level."},
        "suspect": {"type": "integer", "description": "Of these, how many the checks doubt."},
        "document": {"type": "string", "description": "What the level rests on."},
    }
)
_INCIDENT = _object(
    {
        "id": {"type": "integer"},
        "uuid": {"type": "string", "format": "uuid"},
        "station": _STATION,
        "simulated": {"type": "boolean", "description": "Its data are invented."},
        "family": {"enum": list(Family.values)},
        "severity": _SEVERITY,
        "state": {"enum": list(Incident.State.values)},
        "outcome": {"enum": [*Incident.Outcome.values, None]},
        "onset": {**_TIME, "description": "When it began, by the time of the values."},
        "cleared": {**_TIME_OR_NULL, "description": "When it was over; null: it goes on."},
        "elapsed_s": _SECONDS,
        "opened": {**_TIME, "description": "When we learnt of it."},
        "merged_into": {"type": ["integer", "null"]},
        "acknowledged": {**_TIME_OR_NULL, "description": "For who may see incidents there, as the next three."},
        "closed": _TIME_OR_NULL,
        "cause": {"type": "string"},
        "changed": _TIME,
        "alarms": {"type": "array", "items": _ALARM},
    },
    *("acknowledged", "closed", "cause", "changed"),
)
_LIST = _object(
    {
        "at": _TIME,
        "licence": {"type": "string", "format": "uri"},
        "next": {**_WORD_OR_NULL, "description": "Where older ones are; null: there are none."},
        "incidents": {"type": "array", "items": _INCIDENT},
    }
)
_MOMENT = {"type": "string", "maxLength": 40}
_CODE = {"type": "string", "maxLength": asking.LONGEST_CODE, "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]*$"}
_PARAMETERS = [
    _parameter("since", "What lasted beyond it: 2026-11-23, 2026-11-23T14:05, or a word.", _MOMENT, "last-30d"),
    _parameter("until", "What began before it.", _MOMENT),
    _parameter("station", "The code of a station.", _CODE),
    _parameter("family", "What it is about.", {"enum": list(Family.values)}),
    _parameter("severity", "So grave or graver.", {"enum": list(asking.SEVERITIES)}),
    _parameter("state", "How it stands.", {"enum": list(Incident.State.values)}),
    _parameter("before", "Older than this id; `next` says it.", {"type": "integer", "minimum": 1, "maximum": 2**53}),
    _parameter("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": asking.MOST, "default": 100}),
    _parameter("f", "The format; as CSV, a line for each alarm.", {"enum": list(asking.FORMATS)}),
]
_WHO = (
    "Strangers read what somebody has confirmed and what the public was warned of, at public stations; who has signed"
    " in, or sends a key, everything within reach, from the moment it is known. Times are of the event: values that"
    " came late change when it began, not when we learnt of it (`opened`)."
)

PATHS: dict[str, Any] = {
    "/api/incidents": {
        "get": {
            "tags": ["incidents"],
            "summary": "Incidents with their alarms: since when, how long, how far beyond which level",
            "description": _WHO,
            "parameters": _PARAMETERS,
            "responses": {
                "200": {
                    "description": "The newest first.",
                    "content": {
                        "application/json": {"schema": _LIST},
                        "text/csv": {"schema": {"type": "string"}},
                    },
                }
            },
        }
    },
    "/api/incidents/{identity}": {
        "get": {
            "tags": ["incidents"],
            "summary": "One incident",
            "description": _WHO,
            "parameters": [
                {"name": "identity", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
            ],
            "responses": {
                "200": {"description": "It.", "content": {"application/json": {"schema": _INCIDENT}}},
            },
        }
    },
}
