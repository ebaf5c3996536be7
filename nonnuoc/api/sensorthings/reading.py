"""GET of everything below the service root: a path and a query in, an answer out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from nonnuoc.api.doors import callers
from nonnuoc.api.doors.callers import Caller
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.sensorthings import observation_pages, options, paths, tables
from nonnuoc.api.sensorthings.options import Asked, Format
from nonnuoc.api.sensorthings.paths import Resource
from nonnuoc.api.sensorthings.rendering import Renderer, number
from nonnuoc.api.sensorthings.selecting import ID, SELF_LINK
from nonnuoc.records.monitoring.sensorthings import reading as engine
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Options
from nonnuoc.records.monitoring.sensorthings.schema import SETS

JSON = "application/json; charset=utf-8"
MAX_AGE_S = 60
_REQ = "http://www.opengis.net/spec/iot_sensing/1.1/req"
#: Requirement classes of OGC 18-088 that hold here, and no others. Its own batches are multipart; ours are JSON, an
#: extension that others have too.
CONFORMANCE = (
    f"{_REQ}/datamodel",
    f"{_REQ}/resource-path/resource-path-to-entities",
    f"{_REQ}/request-data",
    f"{_REQ}/create-update-delete",
    f"{_REQ}/data-array/data-array",
    "https://fraunhoferiosb.github.io/FROST-Server/extensions/JsonBatchRequest.html",
)


def root_of(request: HttpRequest) -> str:
    """The absolute address of the service, as whoever asks wrote it; without a slash at its end."""
    return request.build_absolute_uri(reverse("sensorthings"))


@contextmanager
def told() -> Iterator[None]:
    """A fault in what was asked becomes 400 (404 in the path), with the place it is at."""
    try:
        yield
    except AskingError as error:
        status = 404 if error.parameter == "path" else 400
        place: dict[str, Any] = {"parameter": error.parameter} if error.parameter else {}
        if error.at >= 0:
            place |= {"position": error.at, "near": error.near}
        raise Problem(status, error.code, error.detail, **place) from error


def _asked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def careful(*args: Any, **kwargs: Any) -> HttpResponse:
        with told():
            return view(*args, **kwargs)

    return careful


@callers.read(max_age=3600)
@_asked
def root(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What there is, and which parts of the standard hold."""
    if pairs := options.pairs(request.META.get("QUERY_STRING", "")):
        raise AskingError("The service root takes no options.", parameter=pairs[0][0])
    address = root_of(request)
    value = [{"name": name, "url": f"{address}/{name}"} for name in SETS]
    return answer({"value": value, "serverSettings": {"conformance": list(CONFORMANCE)}})


@callers.read(max_age=MAX_AGE_S)
@_asked
def resource(request: HttpRequest, caller: Caller, path: str) -> HttpResponse:
    """A collection, an entity, a property, or references to them."""
    found = paths.read(path.removesuffix("/"))
    query = request.META.get("QUERY_STRING", "")
    renderer = Renderer(root_of(request))
    if found.properties:
        return _property(found, options.read(query, found.entities, options.PROPERTY), caller)
    if not found.many:
        return _entity(found, query, caller, renderer)
    allowed = options.REFERENCES if found.reference else options.COLLECTION
    asked = options.read(query, found.entities, allowed)
    if asked.format is not Format.JSON:
        return _rows(found, asked, caller, renderer)
    with placed(asked):
        page = engine.collection(found.steps, asked.options, caller.rights)
    if not page.entities:
        require_parent(found, asked.options, caller)
    onward = next_link(found, asked, page.after, renderer)
    if found.reference:
        return answer(renderer.references(page, found.entities, onward))
    return answer(renderer.collection(page, found.entities, asked.options, onward))


def answer(body: Any) -> HttpResponse:
    """JSON; numbers in the shortest form that is read as the same."""
    return HttpResponse(orjson.dumps(body), content_type=JSON)


@contextmanager
def placed(asked: Asked) -> Iterator[None]:
    """A fault that the selectors find in a tree gets the option it stands in, and the text around it.

    They know the character and the word there, not which option it was read from: that is the one that has it there.
    """
    try:
        yield
    except AskingError as error:
        values = dict(asked.given)
        for name in ("$filter", "$orderby", "$expand"):
            there = name in values and error.at >= 0 and values[name].startswith(error.near, error.at)
            if there and not error.parameter:
                error.parameter = name
        if error.at >= 0 and error.parameter in values:
            error.near = options.near(values[error.parameter], error.at)
        raise


def next_link(found: Resource, asked: Asked, after: str, renderer: Renderer) -> str:
    """Where the next page is; "" after the last one, and where a page of nothing was asked for."""
    if not after or asked.options.top == 0:
        return ""
    ending = "/$ref" if found.reference else ""
    return f"{renderer.address(found.steps)}{ending}?{asked.onward(after)}"


def require_parent(found: Resource, asked: Options, caller: Caller) -> None:
    """Raises Problem 404 where the entity that a collection hangs from is not there, or not to be seen."""
    above = found.steps[:-1]
    if above and engine.entity(above, Options(select=(ID,), as_of=asked.as_of), caller.rights) is None:
        raise _absent(found)


def _entity(found: Resource, query: str, caller: Caller, renderer: Renderer) -> HttpResponse:
    asked = options.read(query, found.entities, ("$as_of",) if found.reference else options.ENTITY)
    with placed(asked):
        one = engine.entity(found.steps, asked.options, caller.rights)
    if one is None:
        raise _absent(found)
    if found.reference:
        return answer({SELF_LINK: renderer.self_link(found.entities, one)})
    return answer(renderer.entity(one, found.entities, asked.options))


def _property(found: Resource, asked: Asked, caller: Caller) -> HttpResponse:
    """{"name": …}, or with $value the bare thing. 204 where there is none, as OData has it."""
    one = engine.entity(found.steps, asked.options, caller.rights)
    if one is None:
        raise _absent(found)
    value: Any = one
    for name in found.properties:
        if not isinstance(value, dict) or name not in value:
            above = "/".join(found.properties)
            raise AskingError(f"There is no {name!r} in {above!r} of this entity.", 0, parameter="path", code="unknown")
        value = value[name]
    value = number(value) if found.properties[-1] == "result" else value
    if value is None:
        return HttpResponse(status=204)
    if not found.value:
        return answer({found.properties[-1]: value})
    if isinstance(value, str):
        return HttpResponse(value, content_type="text/plain; charset=utf-8")
    plain = "text/plain; charset=utf-8" if not isinstance(value, dict | list) else JSON
    return HttpResponse(orjson.dumps(value), content_type=plain)


def _rows(found: Resource, asked: Asked, caller: Caller, renderer: Renderer) -> HttpResponse:
    """A data array, or CSV: of observations from whole columns, of other entities one by one."""
    of_observations = found.entities is SETS["Observations"]
    if asked.format is Format.DATA_ARRAY and (not of_observations or asked.options.expand):
        said = "Data arrays are of Observations, and expand nothing: leave $resultFormat or $expand out."
        raise AskingError(said, parameter="$resultFormat")
    if of_observations and not asked.options.expand:
        with placed(asked):
            columns = engine.columns(found.steps, asked.options, caller.rights)
        if not len(columns.ids):
            require_parent(found, asked.options, caller)
        onward = next_link(found, asked, columns.after, renderer)
        if asked.format is Format.DATA_ARRAY:
            body = observation_pages.data_array(columns, asked.options, renderer.root, onward)
            return HttpResponse(body, content_type=JSON)
        return tables.answer(observation_pages.csv(columns, asked.options), columns.count, onward)
    with placed(asked):
        page = engine.collection(found.steps, tables.bounded(asked.options, found.entities), caller.rights)
    if not page.entities:
        require_parent(found, asked.options, caller)
    onward = next_link(found, asked, page.after, renderer)
    return tables.answer(tables.csv(page, found.entities, asked.options), page.count, onward)


def _absent(found: Resource) -> Problem:
    names = "/".join(step.name if step.id is None else f"{step.name}({step.id})" for step in found.steps)
    return Problem(404, "unknown", f"There is no {names}, or not for you.", parameter="path")
