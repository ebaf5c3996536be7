"""The one shape in which machines are told what went wrong: problem JSON (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse

CONTENT_TYPE = "application/problem+json"


def answer(
    status: int, title: str, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    """`title`: what happened; `code`: for machines, stable; `detail`: what to do; `more`: further members."""
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))
