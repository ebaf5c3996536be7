"""Answers to what went wrong: a page that helps, problem JSON for machines, and plain words when all else fails.

None of them asks the database. config/urls.py names the handlers.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language

from nonnuoc.look import problem_json, problems, unreachable
from nonnuoc.look.problems import Problem
from nonnuoc.records.accounts.audit import ORIGIN

log = logging.getLogger(__name__)

PLAIN = Path(__file__).parent / "static" / "look" / "down.html"
#: Addresses that machines ask.
MACHINES = ("/api/", "/data/")
#: After so many seconds it is worth asking again.
RETRY_AFTER_S = 60


def page(
    request: HttpRequest,
    status: int,
    sentence: str = "",
    *,
    problem: Problem | None = None,
    retry_after: int | None = None,
) -> HttpResponse:
    """What went wrong and what to do; `sentence`, in the reader's language, takes the place of the usual advice."""
    told = problems.said(problem or problems.PROBLEMS[status])
    then = sentence or told.then
    if request.path.startswith(MACHINES):
        response = problem_json.answer(status, told.title, told.code, then)
    else:
        response = _for_people(request, status, told.title, then)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    add_never_cache_headers(response)
    return response


def _for_people(request: HttpRequest, status: int, title: str, then: str) -> HttpResponse:
    """In the frame of every page; if that breaks too, the page that stands by itself."""
    context = {"status": status, "title": title, "then": then, "request": request, "LANGUAGE_CODE": get_language()}
    try:
        return HttpResponse(render_to_string("error.html", context), status=status)
    except Exception:
        log.exception("the page of error %s could not be rendered", status)
        return HttpResponse(plain(), status=status)


@cache
def plain() -> bytes:
    """The page that stands by itself, in every language."""
    return PLAIN.read_bytes()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where it was too much."""
    if isinstance(exception, RequestDataTooBig):
        return page(request, 413)
    return page(request, 400, problem=problems.FOREIGN_HOST if isinstance(exception, DisallowedHost) else None)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, in the words of whoever refused; the log keeps who was refused what."""
    rights = getattr(request, "rights", None)
    who = rights.person.email if rights is not None and rights.person is not None else "nobody signed in"
    log.warning("refused: %s %s, to %s from %s", request.method, request.path, who, ORIGIN.get())
    return page(request, 403, _words(exception))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the token of the form is not the browser's (CSRF)."""
    return page(request, 403, problem=problems.STALE_FORM)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return page(request, 404, _words(exception))


def broken(request: HttpRequest) -> HttpResponse:
    """500; 503 where the cause is that the database cannot be reached."""
    error = sys.exc_info()[1]
    if error is not None and unreachable.means(error):
        return page(request, 503, retry_after=RETRY_AFTER_S)
    return page(request, 500)


def _words(exception: Exception) -> str:
    """The sentence it was raised with; Django's own 404 brings a table of what it tried instead."""
    return str(exception.args[0]) if exception.args and not isinstance(exception.args[0], dict) else ""


class PagesForErrors:
    """Puts a page where a decorator answered with nothing but a status (405, say)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code not in problems.PROBLEMS or response.streaming or response.content:
            return response
        better = page(request, response.status_code)
        for name, value in response.items():
            if name not in ("Content-Type", "Content-Length"):
                better.headers[name] = value
        better.cookies = response.cookies
        return better
