"""CreateObservations: data arrays in, for each row in its order a link to its observation or what is wrong with it."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from nonnuoc.api.doors import bodies, callers
from nonnuoc.api.doors.callers import Caller
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.sensorthings import reading, writing
from nonnuoc.ingest import giving
from nonnuoc.ingest.outcomes import Outcome
from nonnuoc.records.monitoring.observation_ids import observation_id
from nonnuoc.records.monitoring.sensorthings import writing_observed
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

_FEATURE = "FeatureOfInterest/id"


@callers.write("POST", action="deliveries.upload")
def post(request: HttpRequest, caller: Caller) -> HttpResponse:
    """201 with a list of one text for each row; good rows stand even where others do not.

    400 where the body as a whole cannot be read.
    """
    with writing.told(request):
        replace = writing.upserts(request)
        scope = Scope(caller.person, caller.rights)
        body = _known(bodies.read(request, writing.JSON_TYPES, advice="Send JSON, as application/json."), scope)
        receipt, rows = giving.give(body, scope, station=caller.station, replace=replace)
        if not rows:
            raise Problem(400, receipt.code or "refused", receipt.reason, path="$")
    root = reading.root_of(request)
    response = reading.answer([_told(row, root) for row in rows])
    response.status_code = 201
    return response


def _told(row: Outcome, root: str) -> str:
    if row.code or row.time is None:
        return f"error {row.code}: {row.detail}"
    return f"{root}/Observations({observation_id(row.datastream, row.time)})"


def _known(body: bytes, scope: Scope) -> bytes:
    """The body; where it names features that are not there, with these rows made refusable.

    What cannot be read is left to the river, which says why.
    """
    if _FEATURE.encode() not in body:
        return body
    try:
        arrays = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    cells = [cell for group in _groups(arrays) for cell in _features(group)]
    unknown = writing_observed.unknown({row[place] for row, place in cells}, scope)
    if not unknown:
        return body
    for row, place in cells:
        if row[place] in unknown:
            row[place] = f"There is no FeatureOfInterest {row[place]}"
    return orjson.dumps(arrays)


def _groups(arrays: Any) -> list[dict[str, Any]]:
    return [group for group in arrays if isinstance(group, dict)] if isinstance(arrays, list) else []


def _features(group: dict[str, Any]) -> list[tuple[list[Any], int]]:
    """(row, place) of the cells that name a feature by its number."""
    components, rows = group.get("components"), group.get("dataArray")
    if not isinstance(components, list) or not isinstance(rows, list) or _FEATURE not in components:
        return []
    place = components.index(_FEATURE)
    found = [row for row in rows if isinstance(row, list) and len(row) > place]
    return [(row, place) for row in found if type(row[place]) is int]
