"""The body of a request that brings data: all of it, or a problem that says what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest

from nonnuoc.api.doors.problems import Problem
from nonnuoc.ingest.arrival import MAX_BODY

_CHUNK = 256 * 1024


def read(request: HttpRequest, types: Collection[str], *, advice: str) -> bytes:
    """Every byte. Raises Problem: 415 for a content type other than `types` (`advice` says which to send), 411, 413,
    422 for an empty one, 400 for a part of one."""
    if request.content_type not in types:
        raise Problem(415, "type", advice)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415, "encoding", "Send the body as it is, without Content-Encoding.")
    try:
        length = int(request.headers["Content-Length"])
    except (KeyError, ValueError) as fault:
        detail = "Send a Content-Length: a body without one cannot be told from half a body."
        raise Problem(411, "length", detail) from fault
    if length > MAX_BODY:
        raise Problem(413, "too_large", f"{length} bytes are more than {MAX_BODY}: send them in parts.")
    if length <= 0:
        raise Problem(422, "empty", "The body is empty: look at the sender.")
    body = bytearray()
    try:
        while len(body) < length and (chunk := request.read(min(_CHUNK, length - len(body)))):
            body += chunk
    except OSError:
        body.clear()
    if len(body) < length:
        detail = f"{len(body)} of {length} bytes arrived; nothing was taken: send it again."
        raise Problem(400, "incomplete", detail)
    return bytes(body)
