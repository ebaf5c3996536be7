"""JSON batch requests ($batch): several requests in one, each with the access it has alone.

{"requests": [{"id": "1", "method": "post", "url": "Things", "body": {…}, "atomicityGroup": "g", "dependsOn": ["0"]}]}

Requests of a group are one transaction: all of them happen, or none. `$1` in an address, and as an @iot.id in a body,
means what request 1 made or read. After a failure what is left is not tried, unless the caller prefers
`continue-on-error`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from nonnuoc.api.doors import callers
from nonnuoc.api.doors.callers import Caller
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.sensorthings import batch_parts, reading, writing
from nonnuoc.api.sensorthings.batch_parts import Part
from nonnuoc.api.sensorthings.inner_request import inner


class _UndoneError(Exception):
    """A request of a group failed."""


@callers.read(max_age=0, methods=("POST", "OPTIONS"), patient=False)
def post(request: HttpRequest, caller: Caller) -> HttpResponse:
    """200 with what became of each request, in their order."""
    writing.require_no_options(request)
    parts = batch_parts.read(writing.loaded(request))
    patient = "continue-on-error" in request.headers.get("Prefer", "")
    stopped = False
    for group, members in groupby(parts, key=lambda part: part.group or part.id):
        some = list(members)
        if stopped:
            for part in some:
                part.fails(424, "not_tried", "A request before this one failed, so it was not tried.")
            continue
        _group(some, parts, request) if some[0].group == group else _one(some[0], parts, request)
        stopped = not patient and any(part.failed for part in some)
    return reading.answer({"responses": [part.answer for part in parts]})


def _group(some: list[Part], parts: list[Part], request: HttpRequest) -> None:
    """Requests that happen together or not at all."""
    try:
        with transaction.atomic():
            for part in some:
                _one(part, parts, request)
                if part.failed:
                    raise _UndoneError
    except _UndoneError:
        for part in some:
            if not part.failed:
                said = "Another request of its group failed, so nothing of the group was done."
                part.fails(424, "undone", said)


def _one(part: Part, parts: list[Part], request: HttpRequest) -> None:
    known = {one.id: one for one in parts}
    missing = [name for name in part.needs if not known[name].status or known[name].failed]
    if missing:
        part.fails(424, "dependency", f"It depends on request {missing[0]}, which failed or comes later.")
        return
    try:
        url, body = _referring(part.url, known), _linked(part.body, known)
        asked = inner(request, part.method, url, body, part.headers, root=reading.root_of(request))
        view, args, kwargs = resolve(asked.path_info)
    except Problem as problem:
        part.fails(problem.status, problem.code, problem.detail)
        return
    except Resolver404:
        part.fails(404, "unknown", "There is nothing at this address.")
        return
    response = view(asked, *args, **kwargs)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    part.ends(response.status_code, _body(content, response), response.headers)


def _body(content: bytes, response: HttpResponse) -> Any:
    if not content:
        return None
    return orjson.loads(content) if "json" in response.get("Content-Type", "") else content.decode()


def _referring(url: str, known: Mapping[str, Part]) -> str:
    """The address; `$1` at its beginning is the entity that request 1 made or read."""
    first, slash, rest = url.partition("/")
    if not first.startswith("$") or first[1:] not in known:
        return url
    return f"{_entity(known[first[1:]])['@iot.selfLink']}{slash}{rest}"


def _linked(body: Any, known: Mapping[str, Part]) -> Any:
    """The body; an @iot.id of "$1" is the number of what request 1 made or read."""
    if isinstance(body, list):
        return [_linked(one, known) for one in body]
    if not isinstance(body, dict):
        return body
    found = {name: _linked(value, known) for name, value in body.items()}
    named = found.get("@iot.id")
    if isinstance(named, str) and named.startswith("$") and named[1:] in known:
        found["@iot.id"] = _entity(known[named[1:]])["@iot.id"]
    return found


def _entity(part: Part) -> Mapping[str, Any]:
    """What a request made or read. Raises Problem."""
    made = part.answer.get("body")
    if part.failed or not isinstance(made, dict) or not {"@iot.id", "@iot.selfLink"} <= made.keys():
        raise Problem(424, "dependency", f"Request {part.id} gave no entity that could be referred to.")
    return made
