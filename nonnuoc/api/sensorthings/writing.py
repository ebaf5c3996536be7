"""POST, PATCH, PUT and DELETE of entities: a path and JSON in, the entity as it is then out. All of it or nothing.

Observations are written by stations' keys, each for its own station, and by people who may deliver values; everything
else by people who may register stations.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict

from nonnuoc.api.doors import bodies, callers
from nonnuoc.api.doors.callers import Caller
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.sensorthings import deleting, paths, reading
from nonnuoc.api.sensorthings.paths import Resource
from nonnuoc.api.sensorthings.rendering import Renderer
from nonnuoc.ingest import giving
from nonnuoc.records.monitoring import observation_ids
from nonnuoc.records.monitoring.sensorthings import reading as engine
from nonnuoc.records.monitoring.sensorthings import writing, writing_streams
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Options, Step
from nonnuoc.records.monitoring.sensorthings.schema import SETS
from nonnuoc.records.monitoring.sensorthings.writing_body import Body, WritingError
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

MOST_BYTES = 10 * 1024 * 1024
JSON_TYPES = ("application/json", "")
_ADVICE = "Send JSON, as Content-Type application/json."
ID = "@iot.id"
OBSERVATIONS = "Observations"
UPSERT = "$upsert"
_MERGE = "resolution=merge-duplicates"


def post(request: HttpRequest, path: str) -> HttpResponse:
    """A new entity in a set, or in the collection of another entity."""
    return _observe(request, path) if _leads_to(path) == OBSERVATIONS else _create(request, path)


def patch(request: HttpRequest, path: str) -> HttpResponse:
    """What is named of an entity becomes what is told; everything else stays."""
    return _observe_again(request, path) if _leads_to(path) == OBSERVATIONS else _change(request, path)


def put(request: HttpRequest, path: str) -> HttpResponse:
    """The entity becomes what is told; what is not told, empty. Facts of a station that are ours stay."""
    return patch(request, path)


def remove(request: HttpRequest, path: str) -> HttpResponse:
    """An entity with all that cannot be without it; or the observations of a datastream that a filter chooses."""
    return _remove_observations(request, path) if _leads_to(path) == OBSERVATIONS else _remove(request, path)


@contextmanager
def told(request: HttpRequest) -> Iterator[None]:
    """All or nothing; a fault becomes a problem that names the JSON path it is at, and what stands in the way."""
    try:
        with reading.told(), transaction.atomic():
            yield
    except WritingError as error:
        more: dict[str, Any] = {"path": error.path}
        if error.held is not None:
            name, number = error.held
            more["@iot.selfLink"] = f"{reading.root_of(request)}/{name}({number})"
        raise Problem(error.status, error.code, error.detail, **more) from error
    except IntegrityError as error:
        said = "This cannot stand beside what is there, or somebody wrote the same at this moment: read, and try again."
        raise Problem(409, "conflict", said) from error


def loaded(request: HttpRequest) -> Any:
    """The JSON that was sent. Raises Problem."""
    body = bodies.read(request, JSON_TYPES, advice=_ADVICE)
    if len(body) > MOST_BYTES:
        raise Problem(413, "too_large", f"{len(body)} bytes are more than {MOST_BYTES}: send it in parts.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "json", f"This is no JSON: {error}.", path="$", position=error.pos) from error


def upserts(request: HttpRequest) -> bool:
    """Whether values that are held already are to be replaced. Raises Problem for any other option."""
    asked = QueryDict(request.META.get("QUERY_STRING", ""))
    for name in asked:
        if name != UPSERT:
            raise Problem(400, "query", f"Who writes can ask for {UPSERT} only, not for {name!r}.", parameter=name)
    if asked.get(UPSERT, "false") not in ("true", "false"):
        raise Problem(400, "query", f"{UPSERT} is true or false.", parameter=UPSERT)
    preferred = request.headers.get("Prefer", "").replace(" ", "").lower()
    return asked.get(UPSERT) == "true" or _MERGE in preferred.replace(";", ",").split(",")


def answer(request: HttpRequest, caller: Caller, name: str, number: int, *, status: int) -> HttpResponse:
    """The entity as it is now, and where it is."""
    renderer = Renderer(reading.root_of(request))
    found = engine.entity((Step(name, number),), Options(), caller.rights)
    shown = {ID: number} if found is None else found
    options = Options(select=(ID,)) if found is None else Options()
    response = reading.answer(renderer.entity(shown, SETS[name], options))
    response.status_code = status
    link = renderer.self_link(SETS[name], shown)
    response.headers["Location" if status == 201 else "Content-Location"] = link
    return response


@callers.write("POST", action="stations.register")
def _create(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    with told(request):
        found = _collection(path)
        require_no_options(request)
        body, scope = Body(loaded(request)), Scope(caller.person, caller.rights)
        number = writing.create(found.entities.name, body, scope, parent(found, caller))
        held = [(one.body, scope.datastream(one.datastream_id, one.body.path)) for one in scope.readings]
        giving.observe(held, scope)
    return answer(request, caller, found.entities.name, number, status=201)


@callers.write("PATCH", "PUT", action="stations.register")
def _change(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    with told(request):
        name, number = entity(path, caller)
        require_no_options(request)
        body, scope = Body(loaded(request)), Scope(caller.person, caller.rights)
        writing.change(name, number, body, scope, whole=request.method == "PUT")
    return answer(request, caller, name, number, status=200)


@callers.write("DELETE", action="stations.register")
def _remove(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    with told(request):
        name, number = entity(path, caller)
        deleting.entity(name, number, Scope(caller.person, caller.rights), reason=deleting.reason(request))
    return reading.answer({"deleted": 1})


@callers.write("POST", action="deliveries.upload")
def _observe(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    with told(request):
        found, replace = _collection(path), upserts(request)
        body, scope = Body(loaded(request)), Scope(caller.person, caller.rights)
        addressed = _addressed(found)
        _fill_in(body, ("Datastreams", addressed) if addressed else parent(found, caller))
        linked = body.one("Datastream")
        if linked is None:
            raise body.fault("Datastream", 'Datastream is missing: link one, {"@iot.id": 7}.', "missing")
        number = linked if isinstance(linked, int) else writing.create("Datastreams", linked, scope)
        held = [(one.body, scope.datastream(one.datastream_id, one.body.path)) for one in scope.readings]
        try:
            stream = scope.datastream(number, body.at("Datastream"))
        except WritingError as error:
            raise (_nothing_here() if addressed else error) from error
        caller.require_station(stream.thing.code)
        *_, given = giving.observe([*held, (body, stream)], scope, station=caller.station, replace=replace)
    return answer(request, caller, OBSERVATIONS, given.id, status=201 if given.created else 200)


@callers.write("PATCH", "PUT", action="deliveries.upload")
def _observe_again(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    with told(request):
        _, number = entity(path, caller)
        require_no_options(request)
        body, scope = Body(loaded(request)), Scope(caller.person, caller.rights)
        stream = scope.datastream(observation_ids.key_of(number)[0], "$")
        writing_streams.refuse_derived(stream)
        caller.require_station(stream.thing.code)
        held = engine.entity((Step(OBSERVATIONS, number),), Options(), caller.rights) or {}
        giving.change(number, body, stream, str(held.get("phenomenonTime")), scope, station=caller.station)
    return answer(request, caller, OBSERVATIONS, number, status=200)


@callers.write("DELETE", action="observations.delete")
def _remove_observations(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    with told(request):
        found = _resource(path)
        scope = Scope(caller.person, caller.rights)
        reason = deleting.reason(request, others=("$filter",) if found.many else ())
        if found.many:
            count = deleting.chosen(request, found, caller, scope, reason=reason)
        else:
            count = deleting.observation(entity(path, caller)[1], scope, reason=reason)
    return reading.answer({"deleted": count})


def entity(path: str, caller: Caller) -> tuple[str, int]:
    """(the set, the number) of the one entity a path leads to. Raises Problem where there is none, or not for them."""
    found = _resource(path)
    if found.many:
        raise Problem(405, "method", f"Name one of them by its number: {found.entities.name}(1).")
    one = engine.entity(found.steps, Options(select=(ID,)), caller.rights)
    if one is None:
        raise Problem(404, "unknown", f"There is no {path}, or not for you.", parameter="path")
    return found.entities.name, int(one[ID])


def parent(found: Resource, caller: Caller) -> writing.Parent:
    """The entity that a collection hangs from; None for a whole set."""
    above = found.steps[:-1]
    if not above:
        return None
    one = engine.entity(above, Options(select=(ID,)), caller.rights)
    if one is None:
        raise _nothing_here()
    here = SETS[above[0].name]
    for step in above[1:]:
        here = SETS[here.navigations[step.name].target]
    return here.name, int(one[ID])


def _addressed(found: Resource) -> int | None:
    """The datastream that an address of its observations names; the others follow from what is held."""
    above = found.steps[:-1]
    return above[0].id if len(above) == 1 and above[0].name == "Datastreams" else None


def _nothing_here() -> Problem:
    return Problem(404, "unknown", "There is nothing at this address, or not for you.", parameter="path")


def require_no_options(request: HttpRequest) -> None:
    """Raise for a query that nothing here looks at."""
    for name in QueryDict(request.META.get("QUERY_STRING", "")):
        raise Problem(400, "query", f"{name!r} is no option of writing: leave it out.", parameter=name)


def _fill_in(body: Body, above: writing.Parent) -> None:
    """What the address tells of an observation."""
    if not above:
        return
    name = {"Datastreams": "Datastream", "FeaturesOfInterest": "FeatureOfInterest"}.get(above[0])
    if name is None:
        raise WritingError(f"Observations are not written below {above[0]}.", code="not_here")
    body.given.setdefault(name, {ID: above[1]})
    if body.one(name) != above[1]:
        raise body.fault(name, f"The address tells the {name}: leave it out.", "not_here")


def _leads_to(path: str) -> str:
    """The set a path leads to; "" where it leads nowhere, which the door tells once it knows who asks."""
    try:
        return paths.read(path.removesuffix("/")).entities.name
    except AskingError:
        return ""


def _resource(path: str) -> Resource:
    found = paths.read(path.removesuffix("/"))
    if found.properties or found.value or found.reference:
        raise Problem(405, "method", "Entities are written as a whole: take the address of the entity itself.")
    return found


def _collection(path: str) -> Resource:
    found = _resource(path)
    if not found.many:
        raise Problem(405, "method", "New entities are written to a collection: use PATCH to change this one.")
    return found
