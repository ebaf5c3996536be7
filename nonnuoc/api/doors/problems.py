"""Errors as problem JSON (RFC 9457), each with a stable code. Whatever a view raises becomes one of these."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import DataError
from django.http import Http404, HttpResponse

from nonnuoc.look import problem_json
from nonnuoc.records.monitoring.sensorthings.asking import AskingError

_TITLES = {
    401: "No valid key",
    422: "Nothing to read",
    500: "Unforeseen",
    503: "Not now",
}
#: What of a query is repeated at most, to show where in it the fault lies.
_NEAR = 40


class Problem(Exception):  # noqa: N818 - it is the answer, not a fault of ours
    """What a caller is told: raised anywhere below a door of the API, answered by the door."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers, self.more = status, code, detail, dict(headers or {}), more

    def answer(self) -> HttpResponse:
        """As an answer."""
        return problem(self.status, self.code, self.detail, headers=self.headers, **self.more)


def problem(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    """What was wrong, and what to do next; `more`: further members, by which a program finds what to mend."""
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    return problem_json.answer(status, title, code, detail, headers=headers, **more)


def in_query(parameter: str, detail: str, *, position: int = 0, text: str = "", code: str = "query") -> Problem:
    """400: a fault in the value of a parameter, at a character of it (0-based); `text`: the value."""
    near = text[max(0, position - _NEAR // 4) :][:_NEAR]
    return Problem(400, code, detail, parameter=parameter, position=position, near=near)


def problem_schema() -> dict[str, Any]:
    """The shape of the answer, as JSON Schema."""
    words = {"type": "string"}
    return {
        "type": "object",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": words,
            "title": words,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "code": {"type": "string", "description": "Stable; for programs."},
            "detail": {"type": "string", "description": "What was wrong, and what to do; for people."},
            "parameter": {"type": "string", "description": "The parameter at fault, `path` for the address itself."},
            "position": {"type": "integer", "minimum": 0, "description": "The character of its value, from 0."},
            "near": {"type": "string", "description": "What stands there."},
        },
    }


def of(error: Exception) -> Problem | None:
    """What a caller is told of an exception that Django knows; None: of this one nothing, it is our own fault."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, AskingError):
        where: dict[str, Any] = {"position": error.at, "near": error.near} if error.at >= 0 else {}
        return Problem(400, error.code, error.detail, parameter=error.parameter, **where)
    if isinstance(error, Http404):
        said = error.args[0] if error.args and isinstance(error.args[0], str) else ""
        return Problem(404, "unknown", said or "There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return Problem(403, "refused", str(error) or "This is for people with another task.")
    if isinstance(error, ValidationError):
        return Problem(400, "invalid", " ".join(error.messages))
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "too_large", "That was too much at once: send it in parts.")
    if isinstance(error, SuspiciousOperation):
        return Problem(400, "damaged", "Part of the address or of what was sent is damaged.")
    if isinstance(error, DataError):
        return Problem(400, "value", "A value in this request is outside of what can be kept or compared.")
    return None
