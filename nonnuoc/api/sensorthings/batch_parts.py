"""The requests of a batch as they were sent, each checked for what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import orjson

from nonnuoc.api.doors.problems import Problem

MOST = 100
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
_MEMBERS = {"id", "method", "url", "headers", "body", "atomicityGroup", "dependsOn"}


@dataclass(slots=True)
class Part:
    """One request of the batch, and what became of it: nothing yet while `status` is 0."""

    id: str
    method: str
    url: str
    body: Any
    headers: Mapping[str, str]
    group: str
    needs: tuple[str, ...]
    path: str  # of the request, in the JSON that was sent
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return self.status >= 400

    def ends(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        """Note what became of it."""
        self.status = status
        self.answer = {"id": self.id, "status": status}
        if headers and headers.get("Location"):
            self.answer["location"] = headers["Location"]
        if body is not None:
            self.answer["body"] = body

    def fails(self, status: int, code: str, detail: str) -> None:
        """Note that it was not even tried, or undone."""
        told = Problem(status, code, detail).answer()
        self.ends(status, orjson.loads(told.content))


def read(given: Any) -> list[Part]:
    """The requests, each of which could be one. Raises Problem."""
    if not isinstance(given, dict) or not isinstance(given.get("requests"), list) or len(given) > 1:
        raise _fault('A batch is {"requests": [ … ]}, and nothing else.', "$")
    if not 0 < len(given["requests"]) <= MOST:
        raise _fault(
            f"A batch holds 1 to {MOST} requests, this one {len(given['requests'])}: send several.", "$.requests"
        )
    parts: list[Part] = []
    for place, one in enumerate(given["requests"]):
        parts.append(_part(one, f"$.requests[{place}]", parts))
    _require_together(parts)
    return parts


def _part(one: Any, path: str, before: list[Part]) -> Part:
    if not isinstance(one, dict):
        raise _fault('A request is {"id": "1", "method": "get", "url": "Things"}.', path)
    for name in one:
        if name not in _MEMBERS:
            raise _fault(f"{name!r} is nothing a request has: {', '.join(sorted(_MEMBERS))}.", path)
    texts = {name: one.get(name, "") for name in ("id", "method", "url", "atomicityGroup")}
    for name, value in texts.items():
        if not isinstance(value, str) or (not value and name != "atomicityGroup"):
            raise _fault(f"{name} is a text, and not empty.", f"{path}.{name}")
    method = texts["method"].upper()
    if method not in METHODS:
        raise _fault(f"There is no method {texts['method']!r} here: {', '.join(METHODS)}.", f"{path}.method")
    if texts["atomicityGroup"] and method == "GET":
        raise _fault("A group is of writing requests: read outside of it.", f"{path}.method")
    if not texts["id"].replace("-", "").replace("_", "").isalnum():
        raise _fault("An id is of letters, digits, '-' and '_'.", f"{path}.id")
    names = {part.id for part in before} | {part.group for part in before}
    if texts["id"] in names or texts["atomicityGroup"] in {part.id for part in before} - {""}:
        raise _fault(f"The id {texts['id']!r} stands twice: every request and group has its own.", f"{path}.id")
    headers, needs = one.get("headers") or {}, one.get("dependsOn") or []
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise _fault("headers are names with texts.", f"{path}.headers")
    if not isinstance(needs, list) or not all(isinstance(name, str) and name in names for name in needs):
        raise _fault("dependsOn names requests or groups before this one.", f"{path}.dependsOn")
    of_groups = [part.id for part in before if part.group and part.group in needs]
    ids = [name for name in needs if any(part.id == name for part in before)]
    group = texts["atomicityGroup"]
    return Part(texts["id"], method, texts["url"], one.get("body"), headers, group, (*ids, *of_groups), path)


def _require_together(parts: list[Part]) -> None:
    """Raise where the requests of a group do not stand one after the other."""
    groups = [name for name, _ in groupby(part.group for part in parts) if name]
    if len(set(groups)) < len(groups):
        raise _fault("The requests of an atomicityGroup stand one after the other.", "$.requests")


def _fault(detail: str, path: str) -> Problem:
    return Problem(400, "batch", detail, path=path)
