"""A request within a batch, as if it had come alone: same caller, same host, its own method, address and body."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

from nonnuoc.api.doors.problems import Problem

#: What a request may say of its own; who asks and from where, the batch says for all of them.
_OWN = {"prefer": "HTTP_PREFER", "accept": "HTTP_ACCEPT", "accept-language": "HTTP_ACCEPT_LANGUAGE"}
_ASCII = "".join(map(chr, range(33, 127)))  # of a query that may be encoded, or not
_OF_BATCH = (
    *("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR", "SCRIPT_NAME", "wsgi.url_scheme"),
    *("HTTP_HOST", "HTTP_AUTHORIZATION", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_FOR"),
)


def inner(
    request: HttpRequest, method: str, url: str, body: Any, headers: Mapping[str, str], *, root: str
) -> WSGIRequest:
    """The request. `root`: the absolute address of the service, below which it must lead. Raises Problem."""
    path, query = _below(url, root)
    content = b"" if body is None else orjson.dumps(body)
    environ: dict[str, Any] = {name: request.META[name] for name in _OF_BATCH if name in request.META}
    environ.setdefault("wsgi.url_scheme", request.scheme)
    environ |= {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/json" if content else "",
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": BytesIO(content),
    }
    for name, value in headers.items():
        if name.lower() in _OWN and value.isprintable():
            environ[_OWN[name.lower()]] = value
    return WSGIRequest(environ)


def _below(url: str, root: str) -> tuple[str, str]:
    """(path, query) of an address that is relative to the service, or absolute."""
    base = urlsplit(root)
    if url.startswith(root + "/"):
        url = url[len(root) + 1 :]
    elif url.startswith(base.path + "/"):
        url = url[len(base.path) + 1 :]
    path, _, query = url.partition("?")
    decoded = unquote(path)
    if "://" in path or decoded.startswith("/") or ".." in decoded.split("/") or "\0" in decoded or "#" in url:
        raise Problem(400, "url", f"{url[:100]!r} does not lead below the service: write it relative, like Things(1).")
    if decoded.strip("/").startswith("$batch"):
        raise Problem(400, "nested", "A batch holds no other batch: put its requests into this one.")
    return f"{base.path}/{path}", quote(query, safe=_ASCII)
