"""What every answer of the API carries: who may keep it and read it, its tag, its size on the wire, the limits."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from nonnuoc.api.doors import quotas
from nonnuoc.api.doors.problems import problem
from nonnuoc.look.access import PAGE_S

#: Bytes from which compressing is worth it, and up to which an answer is tagged by what it says.
SHRINK_FROM = 1024
TAGGED_TO = 256 * 1024
#: Of zlib: the fastest takes a third of the usual one's time and gives a tenth more bytes.
_LEVEL = 1
_SHRINKS = re.compile(r"^(text/|application/([\w.+-]+\+)?(json|xml|yaml)|image/svg)")
_NO_GZIP = re.compile(r"gzip\s*;\s*q\s*=\s*0(\.0*)?\s*(,|$)")
#: What scripts of other sites may send, and see.
_SENT = "Authorization, Content-Type, If-None-Match, Accept, Accept-Language, Prefer, Last-Event-ID"
_SEEN = (
    "Content-Crs, ETag, Link, Location, Content-Disposition, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate"
)
_PREFLIGHT_S = 86_400


def finished(
    request: HttpRequest, answer: HttpResponse, spent: quotas.State | None, *, max_age: int | None
) -> HttpResponse:
    """`max_age`: seconds anybody's cache may keep it; None: it was made for whoever asked."""
    _dress(request, answer, spent)
    patch_vary_headers(answer, ["Authorization", "Cookie"])
    if answer.status_code >= 400:
        answer.headers["Cache-Control"] = "no-store"
        return _shrunk(request, answer)
    if max_age is not None:
        if answer.get("Content-Type", "").startswith("text/html"):
            max_age = min(max_age, PAGE_S)  # warnings in force stand above it
        answer.headers["Cache-Control"] = f"public, max-age={max_age}" if max_age else "no-cache"
    elif "no-store" not in answer.get("Cache-Control", ""):
        answer.headers["Cache-Control"] = "private, no-cache"
    return _shrunk(request, _tagged(request, answer))


def refused(request: HttpRequest, answer: HttpResponse, spent: quotas.State | None) -> HttpResponse:
    """A problem, which nobody keeps."""
    _dress(request, answer, spent)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def refused_method(methods: Sequence[str]) -> HttpResponse:
    """405, before anything is asked of anybody."""
    told = ", ".join(methods)
    answer = problem(405, "method", f"Only {told} is understood here.", headers={"Allow": told})
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def preflight(methods: Sequence[str]) -> HttpResponse:
    """What is possible here; also to a browser that asks on behalf of another site's script, which may read."""
    safe = ", ".join(method for method in methods if method in ("GET", "HEAD", "OPTIONS", "POST"))
    headers = {
        "Allow": ", ".join(methods),
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": safe,
        "Access-Control-Allow-Headers": _SENT,
        "Access-Control-Max-Age": str(_PREFLIGHT_S),
    }
    answer = HttpResponse(status=204, headers=headers)
    del answer.headers["Content-Type"]
    return answer


def _dress(request: HttpRequest, answer: HttpResponse, spent: quotas.State | None) -> None:
    """Limits, and that other sites' scripts may read it: never what was shown to the cookie of a session."""
    for name, value in quotas.headers(spent).items():
        answer.headers[name] = value
    if request.COOKIES and "Authorization" not in request.headers:
        return
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = _SEEN
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _tagged(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """With the weak ETag of what it says, or 304 to whoever has it. One that brings its own tag keeps that."""
    if answer.status_code != 200 or request.method not in ("GET", "HEAD"):
        return answer
    tag = answer.get("ETag")
    if tag is None:
        if answer.streaming or len(answer.content) > TAGGED_TO:
            return answer
        tag = f'W/"{hashlib.blake2b(answer.content, digest_size=12).hexdigest()}"'
        answer.headers["ETag"] = tag
    found = get_conditional_response(request, etag=tag, response=answer)
    if found is None or found is answer:
        return answer
    for name, value in answer.items():
        if name not in ("Content-Type", "Content-Length", "Content-Encoding"):
            found.headers[name] = value
    found._resource_closers += answer._resource_closers  # type: ignore[attr-defined]  # of a stream nobody reads now
    return found


def _shrunk(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Compressed for those who read that; a stream compresses itself. HEAD: the length told, nothing sent."""
    if answer.streaming:
        if request.method == "HEAD":  # what was to be sent is closed with the answer
            answer.streaming_content = iter(())  # type: ignore[attr-defined]
        return answer
    body = answer.content
    if len(body) > SHRINK_FROM and not answer.has_header("Content-Encoding") and _SHRINKS.match(answer["Content-Type"]):
        patch_vary_headers(answer, ["Accept-Encoding"])
        told = request.headers.get("Accept-Encoding", "")
        if "gzip" in told and not _NO_GZIP.search(told):
            answer.content = gzip.compress(body, _LEVEL, mtime=0)
            answer.headers["Content-Encoding"] = "gzip"
    if answer.status_code not in (204, 304):
        answer.headers["Content-Length"] = str(len(answer.content))
    if request.method == "HEAD":
        answer.content = b""
    return answer
