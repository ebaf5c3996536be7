"""A station as a GeoJSON feature: where it is, what stands for it on a map, and its newest values."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from nonnuoc import rules
from nonnuoc.api.live import newest
from nonnuoc.domain import quality
from nonnuoc.look import figures, law
from nonnuoc.records.monitoring.selectors import IndexNow, Latest, StationNow


def feature(station: StationNow) -> dict[str, Any]:
    """Geometry null where not even the commune is known."""
    where = station.position
    point = {"type": "Point", "coordinates": [round(where.lon, 6), round(where.lat, 6)]} if where else None
    return {"type": "Feature", "id": station.code, "geometry": point, "properties": _properties(station)}


def value(latest: Latest) -> dict[str, Any]:
    """The newest value of one datastream; `time` null: nothing has come yet."""
    return {
        "id": latest.datastream_id,
        "property": latest.observed.code,
        "procedure": latest.procedure,
        "time": _instant(latest.time),
        "value": latest.value,
        "unit": latest.observed.unit,
        "quality": quality.told(latest.quality),
        "silent_since": _instant(latest.silent_since),
    }


def _properties(station: StationNow) -> dict[str, Any]:
    index = _index(station.index) if station.index else None
    current = index["category"] if index and station.condition == "reporting" else None
    clock = station.clock
    return {
        "code": station.code,
        "name": station.name,
        "kind": station.kind,
        "state": station.state,
        "simulated": station.simulated,
        "commune": station.commune,
        "river": station.river,
        "position": None if station.position is None else "own" if station.position.exact else "commune",
        "condition": station.condition,
        "mark": current["mark"] if current else station.condition,
        "index": index,
        "heard": _instant(station.heard),
        "silent_since": _instant(station.silent_since),
        "clock": {"code": clock.code, "received": newest.instant(clock.received)} if clock else None,
        "values": [value(one) for one in station.latest],
    }


def _index(index: IndexNow) -> dict[str, Any]:
    known = index.value is not None and index.hour is not None
    return {
        "id": index.datastream_id,
        "property": index.scheme,
        "procedure": index.procedure,
        "time": _instant(index.hour),
        "value": index.value,
        "category": _category(index.scheme, index.value, index.hour) if known else None,
        "leading": index.leading.code if index.leading else None,
        "missing": list(index.missing),
        "current": index.current,
        "indicative": index.indicative,
        "standing": "validated" if index.validated else "provisional",
    }


def _category(scheme: str, number: int | None, hour: datetime | None) -> dict[str, Any]:
    """The class in the words of the Decision in force that day, with its colour and the mark our own map shows."""
    assert number is not None and hour is not None  # noqa: S101 - for the type checker
    return _category_on(scheme, number, figures.local(hour).date())


@lru_cache(maxsize=2048)
def _category_on(scheme: str, number: int, day: date) -> dict[str, Any]:
    found = law.category(scheme, number, day)
    entry = rules.load(law.TABLES[scheme][0], on=day).data["category"][found.rank - 1]
    return {
        "mark": found.css,
        "rank": found.rank,
        "name": entry["name_vi"],
        "name_en": entry["name_en"],
        "colour": "#{:02x}{:02x}{:02x}".format(*entry["rgb"]),
    }


def _instant(time: datetime | None) -> str | None:
    return newest.instant(time) if time else None
