"""Downloads, aggregates and the catalogue, described (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nonnuoc.api.catalogue import dcat
from nonnuoc.api.downloads import asking, drawn, files, periods
from nonnuoc.records.monitoring.datasets import PARQUET
from nonnuoc.records.monitoring.models import Datastream

Item = dict[str, Any]
_TIME = {"type": "string", "format": "date-time"}
_NUMBERS = {"type": "array", "items": {"type": ["number", "null"]}}
_WHOLES = {"type": "array", "items": {"type": ["integer", "null"], "minimum": 0}}
_WORDS = ", ".join(f"`{one}`" for one in (*periods.WORDS, "last-24h", "last-7d"))
_SPAN = (
    f"A date (its midnight in Việt Nam), a month, a year, a time (with its zone, else local), or a word: {_WORDS}."
    " A word stands for a span."
)
#: What the parser takes; that a day or a month is there, a pattern cannot tell.
_MOMENT = {"type": "string", "minLength": 1, "maxLength": 40}


def _query(name: str, words: str, schema: Item, *, example: Any = None, **more: Any) -> Item:
    told = {} if example is None else {"example": example}
    return {"name": name, "in": "query", "description": words, "schema": schema, **told, **more}


def _object(properties: Item, **more: Any) -> Item:
    return {"type": "object", "required": list(properties), "properties": properties, **more}


_ID = {
    "name": "datastream_id",
    "in": "path",
    "required": True,
    "description": "Id of a datastream: that of SensorThings.",
    "schema": {"type": "integer", "minimum": 0, "maximum": asking.HIGHEST},
    "example": 1,
}
_SINCE = "From when on. Its beginning, where a word is given; a word alone is its whole span: `since=last-month`."
_PARAMETERS = (
    _query("since", f"{_SINCE} {_SPAN}", _MOMENT, example="last-7d"),
    _query("until", f"Until when, itself not included; now where nothing is told. {_SPAN}", _MOMENT, example="now"),
    _query(
        "as_of",
        "As values stood at this moment, whatever was changed since; not in the future.",
        _MOMENT,
        example="now",
    ),
)
_FUNCTION = _query(
    "function",
    "Which to give. The count, the count expected and the completeness are always beside.",
    {"type": "array", "items": {"enum": list(asking.FUNCTIONS)}, "minItems": 1},
    example=["mean"],
    style="form",
    explode=False,
)
_DRAWN = (
    *_PARAMETERS,
    _query("resolution", "How long a window is.", {"enum": list(asking.RESOLUTIONS[1:]), "default": "hourly"}),
    _query("quality", "Which values count.", {"enum": [asking.USABLE, asking.VALIDATED], "default": asking.USABLE}),
    _FUNCTION,
)
_FILE = (
    *_PARAMETERS,
    _query("resolution", "Single values, or windows.", {"enum": list(asking.RESOLUTIONS), "default": asking.RAW}),
    _query(
        "quality",
        "Which values. Of raw ones all, with their flags beside them, where nothing is told; windows are never of all.",
        {"enum": list(asking.QUALITIES)},
    ),
    _FUNCTION | {"description": f"Of windows alone. {_FUNCTION['description']}"},
)
_SERIES = _object(
    {
        "id": {"type": "integer"},
        "station": {"type": "string"},
        "station_name": {"type": "string"},
        "simulated": {"type": "boolean", "description": "Its values are invented."},
        "property": {"type": "string"},
        "property_name": {"type": "string"},
        "unit": {"type": "string", "description": "Empty: none."},
        "procedure": {"enum": list(Datastream.Procedure.values)},
        "method": {"type": "string"},
        "rule": {"type": "string", "description": "Of a computed value, the document and its version."},
        "interval_s": {"type": ["integer", "null"]},
        "count": _WHOLES,
        "expected": _WHOLES | {"description": "Null: no cadence tells."},
        "completeness": _NUMBERS | {"description": "Percent of the expected ones."},
    }
)
_SERIES["properties"] |= dict.fromkeys(drawn.ARRAYS, _NUMBERS)
_AGGREGATES = _object(
    {
        "resolution": {"enum": list(asking.RESOLUTIONS[1:])},
        "since": _TIME,
        "until": _TIME,
        "quality": {"enum": [asking.USABLE, asking.VALIDATED]},
        "time_zone": {"type": "string"},
        "note": {"type": "string"},
        "completeness": {"type": "string"},
        "licence": {"type": "string"},
        "taken": _TIME,
        "as_of": {"type": ["string", "null"], "format": "date-time"},
        "link": {"type": "string", "description": "The same once more, whatever is changed since."},
        "start": {"type": "array", "items": _TIME, "description": "Of each window; not in it."},
        "time": {"type": "array", "items": _TIME, "description": "The end of each window, which is its name."},
        "datastreams": {"type": "array", "items": _SERIES},
    }
)
_RECORDS = _object(
    {
        "about": {"type": "object", "description": "What a file tells of itself in its head."},
        "columns": {
            "type": "array",
            "items": _object({name: {"type": "string"} for name in ("name", "kind", "meaning", "unit")}),
        },
        "observations": {"type": "array", "items": {"type": "object"}, "description": "A row each."},
    }
)
_BINARY = {"type": "string", "format": "binary"}
_SCHEMAS = {"csv": {"type": "string"}, "json": _RECORDS, "parquet": _BINARY, "xlsx": _BINARY}
_WORDS_OF = {
    "csv": "Comments (#) tell what the file is, then a line for each row.",
    "xlsx": f"A sheet that tells what it is, then the rows; at most {files.ROWS_OF_WORKBOOK:,} of them.",
    "parquet": f"Typed columns; what the file is stands in its schema ({PARQUET}).",
    "json": "What it is, its columns, and an object for each row.",
}


def _suffix(among: Iterable[str]) -> Item:
    schema = {"enum": list(among)}
    return {"name": "suffix", "in": "path", "required": True, "description": "The format.", "schema": schema}


def _file() -> Item:
    content = {
        one.content_type.partition(";")[0]: {"schema": _SCHEMAS[suffix]} for suffix, one in files.FORMATS.items()
    }
    told = " ".join(f"`{suffix}`: {words}" for suffix, words in _WORDS_OF.items())
    return {
        "get": {
            "tags": ["downloads"],
            "operationId": "download",
            "summary": "A datastream as a file, whatever its length",
            "description": "Streamed; everything there is where no span is told. Its licence, its source and a link"
            f" that repeats the question as of that moment are in the file. {told}",
            "parameters": [_ID, _suffix(files.FORMATS), *_FILE],
            "responses": {"200": {"description": "The file.", "content": content}},
        }
    }


def _aggregates(summary: str, operation: str, *parameters: Item) -> Item:
    answer = {"description": "Windows, aligned.", "content": {"application/json": {"schema": _AGGREGATES}}}
    days = ", ".join(f"{count} days ({name})" for name, count in drawn.DAYS.items())
    return {
        "get": {
            "tags": ["downloads"],
            "operationId": operation,
            "summary": summary,
            "description": f"{drawn.NOTE} Without `since`: the last {days}. At most {drawn.CELLS:,} windows in all.",
            "parameters": [*parameters, *_DRAWN],
            "responses": {"200": answer},
        }
    }


def _catalogue(summary: str, parameter: Item) -> Item:
    kinds = {"jsonld": "object", "ttl": "string"}
    content = {media_type: {"schema": {"type": kinds[one]}} for one, media_type in dcat.FORMATS.items()}
    return {
        "get": {
            "tags": ["catalogue"],
            "summary": summary,
            "parameters": [parameter],
            "responses": {"200": {"description": "DCAT-AP 3.", "content": content}},
        }
    }


_IDS = _query(
    "datastreams",
    "Ids, with commas between: 1,2,3; one that cannot be read is 404.",
    {
        "type": "array",
        "items": {"type": "integer", "minimum": 0, "maximum": asking.HIGHEST},
        "minItems": 1,
        "maxItems": asking.MOST,
    },
    required=True,
    style="form",
    explode=False,
)
_F = _query("f", "The format; without it the header Accept decides.", {"enum": list(dcat.FORMATS)})
PATHS: Item = {
    "/api/datastreams/{datastream_id}.{suffix}": _file(),
    "/api/datastreams/{datastream_id}/aggregates": _aggregates(
        "Hours, days or months of a datastream", "aggregates_of_one", _ID
    ),
    "/api/aggregates": _aggregates(
        "Hours, days or months of many datastreams at once, over the same windows", "aggregates", _IDS
    ),
    "/api/dcat": _catalogue("All data sets, as linked data", _F),
    "/api/dcat.{suffix}": _catalogue("The same in the format that the address says", _suffix(dcat.FORMATS)),
}
