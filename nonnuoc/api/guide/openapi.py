"""The whole interface as an OpenAPI 3.1 document: each package describes its own addresses, here is the rest."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from nonnuoc.api.darwin_core import openapi as darwin_core
from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.problems import problem_schema
from nonnuoc.api.doors.rendering import as_json
from nonnuoc.api.downloads import openapi as downloads
from nonnuoc.api.guide import own_openapi
from nonnuoc.api.incidents import openapi as incidents
from nonnuoc.api.live import openapi as live
from nonnuoc.api.ogc import openapi as ogc
from nonnuoc.api.receiving import openapi as receiving
from nonnuoc.api.sensorthings import openapi as sensorthings
from nonnuoc.look import catalogue

#: Tag -> what it is, in the order in which the document tells them.
TAGS: Mapping[str, str] = {
    "downloads": "Whole series as files, and their means, computed in the database.",
    "latest": "What is newest, in one request, and what is new, as it arrives.",
    "incidents": "What passed a level: since when, how long, how far, and what the level rests on.",
    "sensorthings": "OGC SensorThings API 1.1: eight sets of entities, linked, filtered, expanded.",
    "ogc": "OGC API - Features and Environmental Data Retrieval: stations, communes, rivers, values over time.",
    "biodiversity": "Where species were found, in the terms of Darwin Core.",
    "catalogue": "What data sets there are, for catalogues of others (DCAT-AP 3).",
    "writing": "For bearers of keys: files, data arrays, columns.",
    "about": "This description and the pages that explain it.",
}
#: What each package says of its addresses; two may tell different methods of one.
DESCRIBED: tuple[Mapping[str, Any], ...] = (
    own_openapi.PATHS,
    downloads.PATHS,
    live.PATHS,
    incidents.PATHS,
    sensorthings.PATHS,
    ogc.PATHS,
    darwin_core.PATHS,
    receiving.PATHS,
)
#: By status; an operation names others beside these, or describes one of these better.
_PROBLEMS: Mapping[str, str] = {
    "400": "Something in the request is not understood; `parameter`, `position` and `near` name the place.",
    "401": "The bearer opens nothing: unknown, expired, revoked.",
    "403": "The bearer may not do this; `detail` says why, and who may.",
    "404": "There is nothing at this address, or nothing the caller may see.",
    "405": "This address takes no such method; `Allow` says which it takes.",
    "429": "More than the budget allows; `Retry-After` and `RateLimit` say when there is more.",
    "503": "The question takes longer than it may (`too_slow`: narrow it), or the database is away (`away`).",
}
CONTENT_TYPE = "application/vnd.oai.openapi+json;version=3.1"
_METHODS = ("get", "post", "put", "patch", "delete")


@read(max_age=3600, patient=False)
def openapi(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The document itself."""
    return as_json(document(request.build_absolute_uri("/").rstrip("/")), CONTENT_TYPE)


def document(site: str) -> dict[str, Any]:
    """`site`: scheme and host of the installation. Whoever gets it may change it: it is a copy."""
    paths: dict[str, Any] = {}
    for described in DESCRIBED:
        for address, item in copy.deepcopy(dict(described)).items():
            paths.setdefault(address, {}).update(item)
    for path in paths.values():
        for method in _METHODS:
            if method in path:
                _complete(method, path[method])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Non Nước",
            "summary": "Air and water of a province: measured, judged, explained.",
            "description": _DESCRIPTION,
            "version": metadata.version("nonnuoc"),
            "license": {"name": catalogue.LICENCE.name, "url": catalogue.LICENCE.url},
        },
        "servers": [{"url": site}],
        "externalDocs": {"description": "Begin here", "url": site + reverse("api")},
        "security": [{}, {"key": []}],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": components(),
    }


_DESCRIPTION = """\
What is public needs no key. A key (a person's access key, or the key of a station) comes as
`Authorization: Bearer <key>` and shows what its bearer may see. Every answer tells what is left of the caller's budget
in `RateLimit`. Errors are problem JSON (RFC 9457) with a stable `code`. Times are ISO 8601 with their zone. An address
that answers GET answers HEAD, too, and OPTIONS to scripts of other sites."""


def components() -> dict[str, Any]:
    """What all packages share: the problem, the answers that carry one, the key, the headers of the limits."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "schemas": {"Problem": problem_schema()},
        "responses": {
            f"Problem{status}": {"description": words, "content": problem} for status, words in _PROBLEMS.items()
        },
        "securitySchemes": {
            "key": {"type": "http", "scheme": "bearer", "description": "An access key (`nnk_…`) or a station's key."}
        },
        "headers": {
            "RateLimit": {
                "description": "What is left (`r`) and the seconds until the budget is whole (`t`).",
                "schema": {"type": "string"},
                "example": '"reads";r=599;t=1',
            },
            "RateLimit-Policy": {
                "description": "The budget (`q`) and its window in seconds (`w`).",
                "schema": {"type": "string"},
                "example": '"reads";q=600;w=60',
            },
        },
    }


def _complete(method: str, operation: dict[str, Any]) -> None:
    """The answers that any address may give, where the operation does not describe them itself."""
    for status in _PROBLEMS:
        operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    for status, answer in operation["responses"].items():
        if status.startswith("2") and "$ref" not in answer and set(answer.get("content", {})) != {"text/html"}:
            headers = answer.setdefault("headers", {})
            for name in ("RateLimit", "RateLimit-Policy"):
                headers.setdefault(name, {"$ref": f"#/components/headers/{name}"})
    if method != "get":
        operation.setdefault("security", [{"key": []}])
