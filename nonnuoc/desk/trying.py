"""Who tries a password or a code: from which address, in which browser. Their own count holds them up, nobody else's.

A browser in which somebody signed in before is told apart by a signed cookie, so that a guesser at the same address
does not hold up the owner.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from nonnuoc.look import origin
from nonnuoc.records.accounts.entrance import attempts

SALT = "nonnuoc_device"
COOKIE_AGE_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Trier:
    """One who tries to get into one account."""

    email: str
    place: str
    device: str  # the browser's own mark for this account; "": it has none

    def password_wait_s(self) -> int:
        """Counts a try of a password; 0: it may be made, else the seconds to wait."""
        if self.device:
            return attempts.PASSWORD.spend(self.email, "device", self.device)
        return attempts.PASSWORD.spend(self.email, "place", self.place) or attempts.PASSWORD_FROM.spend(self.place)

    def password_was_right(self) -> None:
        """The earlier tries were slips."""
        attempts.PASSWORD.forgive(self.email, *self._own)
        if not self.device:
            attempts.PASSWORD_FROM.give_back(self.place)

    def code_wait_s(self, *, guessable: bool) -> int:
        """Counts a try of a code; 0: it may be made, else the seconds to wait."""
        wait = attempts.CODE.spend(self.email, *self._own)
        if wait or self.device or not guessable:
            return wait
        return attempts.CODE_FROM_STRANGERS.spend(self.email)

    def code_was_right(self) -> None:
        """The earlier tries were slips."""
        attempts.CODE.forgive(self.email, *self._own)

    @property
    def _own(self) -> tuple[str, str]:
        return ("device", self.device) if self.device else ("place", self.place)


def by(request: HttpRequest, email: str) -> Trier:
    """Whoever sent the request."""
    return Trier(email, place(request), _device(request.COOKIES.get(settings.DEVICE_COOKIE_NAME), email))


def place(request: HttpRequest) -> str:
    """The address the request came from, as it is counted."""
    return origin.neighbourhood(origin.address_of(request))


def remember_browser(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """This browser belongs to this account from now on; the cookie proves nothing but that."""
    if _device(request.COOKIES.get(settings.DEVICE_COOKIE_NAME), email):
        return
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([email, secrets.token_urlsafe(9)], salt=SALT),
        max_age=COOKIE_AGE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def wait_words(wait_s: int) -> str:
    """Why, and for how long."""
    minutes = -(-wait_s // 60)
    return ngettext(
        "Too many tries from here. Try again in %(n)d minute.",
        "Too many tries from here. Try again in %(n)d minutes.",
        minutes,
    ) % {"n": minutes}


def _device(cookie: str | None, email: str) -> str:
    try:
        owner, mark = signing.loads(cookie or "", salt=SALT, max_age=COOKIE_AGE_S)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(mark) if owner == email else ""
