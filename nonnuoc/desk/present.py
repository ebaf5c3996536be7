"""Who asks: the person of the session, as long as its time is not over. Looked up only where somebody asks who."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from nonnuoc.look import origin
from nonnuoc.records.accounts.entrance import presences
from nonnuoc.records.accounts.models import Person


class Present:
    """Puts the person on the request, in the place of Django's AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: _who(request))  # type: ignore[assignment]
        return self.get_response(request)


def _who(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    person = get_user(request)
    if not isinstance(person, Person):
        return person
    try:
        presences.keep(
            person, str(request.session.session_key), address=origin.address_of(request), browser=browser_of(request)
        )
    except presences.GoneError:
        request.session.flush()
        messages.info(request, _("You were signed out because you had been away. Sign in again to go on."))
        return AnonymousUser()
    return person


def browser_of(request: HttpRequest) -> str:
    """What the browser calls itself."""
    return request.headers.get("User-Agent", "")
