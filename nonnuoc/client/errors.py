"""What can go wrong, as sentences of the server's own where it said any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ClientError(Exception):
    """Base of all errors of the client."""


class UnreachableError(ClientError):
    """The server could not be reached, or did not answer in time, however often it was tried."""


class MissingPackageError(ClientError, ImportError):
    """A frame of this kind needs a package that is not installed."""


class RefusedError(ClientError):
    """The server refused. `code` is stable, for programs; `facts` are the further members of its answer."""

    def __init__(self, status: int, code: str, detail: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.facts = status, code, detail, dict(facts or {})

    def __str__(self) -> str:
        where = f" (in {self.facts['parameter']})" if "parameter" in self.facts else ""
        return f"{self.detail}{where} [{self.status} {self.code}]"


class NotAllowedError(RefusedError):
    """The key opens nothing (401), or may not do this (403)."""


class NotFoundError(RefusedError):
    """There is no such thing, or it is not to be seen with this key."""


class BusyError(RefusedError):
    """Too much was asked at once (429) or the server cannot now (503), and waiting did not help."""


def of(status: int, body: object, otherwise: str) -> RefusedError:
    """The error of an answer; `body` is its JSON, or None."""
    told = body if isinstance(body, dict) else {}
    facts = {name: value for name, value in told.items() if name not in ("type", "title", "status", "code", "detail")}
    kind = {401: NotAllowedError, 403: NotAllowedError, 404: NotFoundError, 429: BusyError, 503: BusyError}
    code, detail = str(told.get("code") or "unforeseen"), str(told.get("detail") or otherwise)
    return kind.get(status, RefusedError)(status, code, detail, facts)
