"""Whoever listens on a line that is held open: who they are is looked at again every minute."""

from __future__ import annotations

from typing import Any, Protocol, Self

from django.http import HttpRequest

from nonnuoc.api.doors import callers, problems
from nonnuoc.api.doors.callers import Caller
from nonnuoc.look.origin import Origin
from nonnuoc.records.accounts.entrance import presences


class Listener(Protocol):
    """What a line must know of who hears it."""

    @property
    def caller(self) -> Caller: ...

    @property
    def address(self) -> str: ...

    def renewed(self) -> Self:
        """With the rights of now. Raises Problem 401 where the key or the session is over."""
        ...


def identified(caller: Caller, request: HttpRequest) -> Caller:
    """The same caller with the rights of now. Raises Problem 401 where the key or the session is over."""

    def look(asking: HttpRequest) -> Caller:
        person = caller.person
        if person is not None and "Authorization" not in asking.headers:
            person.refresh_from_db()
            session = asking.session.session_key
            if not person.is_active or all(held.session != session for held in presences.of(person)):
                raise problems.Problem(401, "session", "This session is over. Sign in again to go on.")
            asking.user = person
        return callers.identify(asking)

    found: Any = Origin(look)(request)  # type: ignore[arg-type]
    return found  # type: ignore[no-any-return]
