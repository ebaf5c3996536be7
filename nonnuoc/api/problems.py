"""Errors as problem JSON (RFC 9457), each with a stable code."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

_TITLES = {
    400: "Incomplete",
    401: "No valid key",
    403: "Not this station's",
    404: "Not found",
    405: "Method not allowed",
    411: "Length required",
    413: "Too large",
    415: "Not a type we read",
    422: "Nothing to read",
    500: "Unforeseen",
    503: "Not now",
}


def problem(status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> JsonResponse:
    """What was wrong, and what to do next."""
    body = {"type": "about:blank", "title": _TITLES[status], "status": status, "code": code, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json", headers=headers or {})
