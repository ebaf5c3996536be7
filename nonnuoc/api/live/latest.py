"""The newest of everything: all that a map of the province needs in one request, and lists of datastreams.

A body is made once for everybody who may see the same stations, and again when something of them has changed or a
minute has passed: whether a station is silent depends on the clock.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nonnuoc.api.doors import callers, problems
from nonnuoc.api.doors.callers import Caller
from nonnuoc.api.live import map_features, newest
from nonnuoc.look.catalogue import LICENCE
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import news
from nonnuoc.records.monitoring.news import Asked, Newest
from nonnuoc.records.monitoring.selectors import Network, StationNow

GEOJSON, JSON, CSV = "application/geo+json", "application/json", "text/csv; charset=utf-8"
#: Datastreams in one answer.
MOST = 10_000
#: Seconds a stranger's answer may be kept: a crowd asks the cache, and nobody waits for what has arrived.
MAX_AGE = 2
COLUMNS = (
    *("station", "kind", "simulated", "id", "property", "procedure", "time", "value", "unit"),
    *("flag", "checks", "standing", "late"),
)


@dataclass(frozen=True, slots=True)
class State:
    """All that the answer depends on. The same state gives the same answer, and is made into one once."""

    at: datetime  # to the minute: nothing in it is told more exactly
    stations: bytes
    format: str
    heard: int = field(compare=False)
    network: Network = field(compare=False)


@dataclass(frozen=True, slots=True)
class Body:
    """Ready to be sent. `tag` is that of what it says, whenever it was said."""

    plain: bytes
    packed: bytes
    tag: str
    content_type: str


#: What strangers were last told: nothing was committed anywhere since `standing`, so it still holds.
_last: dict[str, tuple[datetime, str, Body]] = {}


@callers.read(max_age=MAX_AGE)
def stations(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Every station the caller may read: where it is, its mark, its index and its newest values."""
    wanted = _format(request)
    at = timezone.now().replace(second=0, microsecond=0)
    standing = news.standing()
    minute, stood, body = _last.get(wanted, (None, "", None))
    if body is None or not caller.is_stranger or (minute, stood) != (at, standing):
        heard = news.mark().heard
        network = Network(at, reader=caller.rights)
        body = _body(State(at, network.state(), wanted, heard, network))
        if caller.is_stranger:
            _last[wanted] = (at, standing, body)
    return _answer(request, body)


@callers.read(max_age=MAX_AGE)
def datastreams(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The newest value of each datastream that `ids`, `station`, `kind`, `property` and `procedure` choose."""
    wanted, asked = _format(request), newest.asked(request.GET, caller.rights)
    if caller.is_stranger and asked.datastreams:  # as panels do, every few seconds
        body = _listed_to_strangers(asked, wanted, news.standing())
    else:
        body = _listed(asked, wanted, caller.rights)
    return HttpResponse(body, content_type=CSV if wanted == "csv" else JSON)


@lru_cache(maxsize=32)
def _listed_to_strangers(asked: Asked, wanted: str, _standing: str) -> bytes:
    return _listed(asked, wanted, access.ANYBODY)


def _listed(asked: Asked, wanted: str, reader: Rights) -> bytes:
    heard, found = news.newest(asked, reader, most=MOST + 1)
    if len(found) > MOST:
        detail = f"These are more than {MOST} datastreams: choose by station, kind, property or procedure."
        raise problems.Problem(400, "too_many", detail)
    if wanted == "csv":
        return _table(map(_line, found))
    rows = [{"station": one.station, "kind": one.kind, **newest.told(one), "simulated": one.simulated} for one in found]
    return orjson.dumps({"resume": str(heard), "licence": LICENCE.url, "datastreams": rows})


def _format(request: HttpRequest) -> str:
    told = request.GET.get("f", "json")
    if told not in ("json", "csv"):
        raise problems.in_query("f", "f: give json or csv.", text=told)
    return told


def _answer(request: HttpRequest, body: Body) -> HttpResponse:
    """Compressed already, for those who read that."""
    packed = (
        "gzip" in request.headers.get("Accept-Encoding", "") and "gzip;q=0" not in request.headers["Accept-Encoding"]
    )
    answer = HttpResponse(body.packed if packed else body.plain, content_type=body.content_type)
    answer.headers["ETag"] = body.tag
    answer.headers["Vary"] = "Accept-Encoding"
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@lru_cache(maxsize=16)
def _body(state: State) -> Body:
    there = state.network.stations()
    if state.format == "csv":
        plain = said = _table(line for station in there for line in _lines(station))
        content_type = CSV
    else:
        features = [map_features.feature(station) for station in there]
        said = orjson.dumps(features)
        head = {
            "type": "FeatureCollection",
            "at": newest.instant(state.at),
            "resume": str(state.heard),
            "licence": LICENCE.url,
        }
        plain = orjson.dumps({**head, "features": orjson.Fragment(said)})
        content_type = GEOJSON
    tag = hashlib.blake2b(said, digest_size=12).hexdigest()
    return Body(plain, gzip.compress(plain, 6, mtime=0), f'W/"{tag}"', content_type)


def _table(lines: Iterable[tuple[Any, ...]]) -> bytes:
    """Only codes, numbers and times stand in it: nothing that a spreadsheet would take for a formula."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    table.writerows(lines)
    return out.getvalue().encode()


def _line(one: Newest) -> tuple[Any, ...]:
    told = newest.told(one)
    return (one.station, one.kind, _word(one.simulated), *_cells(told))


def _lines(station: StationNow) -> list[tuple[Any, ...]]:
    told = [*map(map_features.value, station.latest)]
    whose = (station.code, station.kind, _word(station.simulated))
    return [(*whose, *_cells(one)) for one in told if one["time"] is not None]


def _cells(told: dict[str, Any]) -> tuple[Any, ...]:
    known = told["quality"]
    facts = (told[name] for name in ("id", "property", "procedure", "time", "value", "unit"))
    return (*facts, known["flag"], " ".join(known["checks"]), known["standing"], _word(known["late"]))


def _word(truth: bool) -> str:
    return "true" if truth else "false"
