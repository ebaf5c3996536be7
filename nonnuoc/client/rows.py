"""Answers of the interface as rows of a table, and what their columns are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

WORD, NUMBER, TRUTH = pa.string(), pa.float64(), pa.bool_()
TIME = pa.timestamp("us", tz="Asia/Ho_Chi_Minh")

STATIONS = pa.schema(
    [
        *((name, WORD) for name in ("code", "name", "kind", "state", "condition", "commune", "river")),
        *(("lon", NUMBER), ("lat", NUMBER), ("position", WORD), ("simulated", TRUTH)),
        *(("index", WORD), ("index_value", NUMBER), ("index_time", TIME), ("category", WORD), ("leading", WORD)),
        *(("heard", TIME), ("silent_since", TIME)),
    ]
)
DATASTREAMS = pa.schema(
    [
        ("datastream", pa.int64()),
        *((name, WORD) for name in ("station", "kind", "property", "procedure", "unit")),
        *(("simulated", TRUTH), ("last", TIME)),
    ]
)
LATEST = pa.schema(
    [
        ("datastream", pa.int64()),
        *((name, WORD) for name in ("station", "kind", "property", "procedure")),
        *(("time", TIME), ("value", NUMBER), ("unit", WORD), ("flag", WORD), ("checks", WORD), ("standing", WORD)),
        *(("late", TRUTH), ("simulated", TRUTH)),
    ]
)


def station(feature: Mapping[str, Any]) -> dict[str, Any]:
    """A feature of /api/stations/latest."""
    told = feature["properties"]
    lon, lat = feature["geometry"]["coordinates"] if feature["geometry"] else (None, None)
    index = told["index"] or {}
    category = index.get("category") or {}
    known = {name: told[name] for name in STATIONS.names if name in told and name != "index"}
    return {
        **known,
        "lon": lon,
        "lat": lat,
        "index": index.get("property"),
        "index_value": index.get("value"),
        "index_time": time(index.get("time")),
        "category": category.get("name"),
        "leading": index.get("leading"),
        "heard": time(told["heard"]),
        "silent_since": time(told["silent_since"]),
    }


def latest(one: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of /api/datastreams/latest, with what DATASTREAMS and LATEST have of it."""
    known = one["quality"]
    facts = {name: one[name] for name in ("station", "kind", "property", "procedure", "value", "unit", "simulated")}
    when = time(one["time"])
    doubts = {"flag": known["flag"], "standing": known["standing"], "late": known["late"]}
    return {**facts, **doubts, "datastream": one["id"], "time": when, "last": when, "checks": " ".join(known["checks"])}


def by_station(streams: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(code, entries) of every station, from a list in their order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in streams:
        found.setdefault(one["station"], []).append(one)
    yield from found.items()


def time(told: str | None) -> datetime | None:
    """The instant of ISO 8601."""
    return datetime.fromisoformat(told) if told else None
