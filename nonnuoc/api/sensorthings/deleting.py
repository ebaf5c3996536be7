"""What DELETE takes away: an entity, one observation, or those of a datastream that a filter chooses."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest
from django.http.request import QueryDict

from nonnuoc.api.doors.callers import Caller
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.sensorthings import options
from nonnuoc.api.sensorthings.paths import Resource
from nonnuoc.ingest import removing
from nonnuoc.records.monitoring import observation_ids
from nonnuoc.records.monitoring.removing import MOST
from nonnuoc.records.monitoring.sensorthings import reading as engine
from nonnuoc.records.monitoring.sensorthings import writing_places
from nonnuoc.records.monitoring.sensorthings.asking import Options
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

REASON = "$reason"
PAGE = 20_000  # observations looked up at once
_LONGEST = 150
_NO_REASON = "over the SensorThings API"


def reason(request: HttpRequest, *, others: tuple[str, ...] = ()) -> str:
    """Why, as the history and the audit trail will tell it. Raises Problem, also for options that are not `others`."""
    asked = QueryDict(request.META.get("QUERY_STRING", ""))
    for name in asked:
        if name not in (REASON, *others):
            raise Problem(400, "query", f"{name!r} is no option of this: there is {REASON}.", parameter=name)
    said = asked.get(REASON, "").strip()
    if len(said) > _LONGEST or "\0" in said:
        raise Problem(400, "query", f"Say why in {_LONGEST} characters.", parameter=REASON)
    return said or _NO_REASON


def entity(name: str, number: int, scope: Scope, *, reason: str) -> None:
    """Any entity but an observation."""
    if name == "Things":
        removing.remove_thing(scope.thing(number, "$"), reason=reason, scope=scope)
    elif name == "Locations":
        writing_places.remove(scope.location(number, "$"), scope)
    elif name == "HistoricalLocations":
        writing_places.remove_history(scope.location(number, "$"), scope)
    elif name == "Datastreams":
        removing.remove_datastream(scope.datastream(number, "$"), reason=reason, scope=scope)
    elif name == "Sensors":
        removing.remove_sensor(scope.sensor(number, "$"), reason=reason, scope=scope)
    elif name == "ObservedProperties":
        removing.remove_property(scope.observed_property(number, "$"), reason=reason, scope=scope)
    else:
        removing.remove_feature(scope.feature(number, "$"), reason=reason, scope=scope)


def observation(number: int, scope: Scope, *, reason: str) -> int:
    """One of them."""
    datastream, second = observation_ids.key_of(number)
    stream = scope.datastream(datastream, "$")
    return removing.remove_second(stream, second, reason=reason, scope=scope)


def chosen(request: HttpRequest, found: Resource, caller: Caller, scope: Scope, *, reason: str) -> int:
    """Those of one datastream that `$filter` chooses; give how many there were."""
    if len(found.steps) != 2 or found.steps[0].name != "Datastreams" or found.steps[0].id is None:
        raise Problem(405, "method", "Delete observations of one datastream at a time: Datastreams(1)/Observations.")
    query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
    query.pop(REASON, None)
    asked = options.read(query.urlencode(), found.entities, ("$filter",)).options
    if asked.filter is None:
        said = "Say which: $filter=phenomenonTime ge 2026-01-01T00:00:00Z and phenomenonTime lt 2026-02-01T00:00:00Z."
        raise Problem(400, "query", said, parameter="$filter")
    stream = scope.datastream(found.steps[0].id, "$")
    scope.require(stream.thing, "observations.delete")
    return removing.remove(stream, _times(found, asked, caller), reason=reason, scope=scope)


def _times(found: Resource, asked: Options, caller: Caller) -> list[int]:
    """When the chosen observations are, page by page; one more than may be deleted at once where there are more."""
    times: list[int] = []
    page = replace(asked, top=PAGE)
    while True:
        columns = engine.columns(found.steps, page, caller.rights)
        times += columns.time.tolist()
        if not columns.after or len(times) > MOST:
            return times
        page = replace(page, after=columns.after)
