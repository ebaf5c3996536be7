"""Who asks, and the doors of the API: every view stands behind `read` or `write`, or behind both.

A bearer is a station's key or a person's access key; the cookie of a session counts for reading only, since another
site's page can send it. A wrong bearer is told so: nobody is taken for a stranger without noticing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from nonnuoc.api.doors import answering, problems, quotas
from nonnuoc.api.doors.patience import patience
from nonnuoc.api.doors.problems import Problem, problem
from nonnuoc.ingest.away import is_away
from nonnuoc.look import origin, unreachable
from nonnuoc.look.access import BEARER, PUBLIC, View, stated
from nonnuoc.records.accounts import access, access_keys
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.audit import ORIGIN
from nonnuoc.records.accounts.entrance import factors
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring import keys

log = logging.getLogger(__name__)

RETRY_AFTER_S = 60
#: What a station's key may do, to its own station.
OF_STATIONS = frozenset({"deliveries.upload"})
_CHALLENGE = 'Bearer realm="Non Nuoc"'
_WRONG = {
    "unknown": "This key is not known here. Check that it was copied whole.",
    "revoked": "This key was revoked. Make a new one under your account.",
    "expired": "This key has run out. Make a new one under your account.",
    "closed": "The account of this key is closed. Ask an administrator of the province.",
    "scheme": "Send 'Authorization: Bearer <key>'; no other scheme is understood here.",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `name`: for logs and quotas; `station`: code of the station whose key it is.

    Of a station's key `person` is None, which services take for the system itself: whoever writes for it asks
    `require_station` first.
    """

    rights: Rights
    name: str
    station: str = ""
    person: Person | None = None
    #: Whether it may write at all: the bearer of a key that was made for that.
    writes: bool = False

    @property
    def is_stranger(self) -> bool:
        return not self.station and self.person is None

    def require_station(self, code: str) -> None:
        """Raise Problem 403 where this is the key of another station than this one."""
        if self.station and self.station != code:
            raise Problem(403, "foreign_station", f"This is the key of {self.station}; it writes to no other station.")


def read(
    *,
    max_age: int,
    methods: tuple[str, ...] = ("GET", "HEAD", "OPTIONS"),
    budget: quotas.Budget = quotas.READS,
    cost: int = 1,
    patient: bool = True,
) -> Callable[[View], View]:
    """A view of (request, caller, …) that everybody may ask; what it shows follows from `caller.rights`.

    `max_age`: seconds a stranger's answer may be kept by any cache; an answer to somebody known is kept by none.
    `cost`: what one request takes out of the budget. `patient`: within `patience`; a view that streams, or that hands
    out what stands in files, opens its own. A POST that reads (a batch) names its methods; no cookie counts for it.
    """

    def decorate(view: View) -> View:
        @stated(PUBLIC)
        @csrf_exempt
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                return answering.refused_method(methods)
            if request.method == "OPTIONS":
                return answering.preflight(methods)
            caller: Caller | None = None
            spent: quotas.State | None = None
            try:
                caller = identify(request)
                spent = quotas.spend(budget, caller.name, known=not caller.is_stranger, cost=cost)
                with patience() if patient else nullcontext():
                    answer = view(request, caller, *args, **kwargs)
                return answering.finished(request, answer, spent, max_age=_public_age(request, caller, max_age))
            except Exception as error:
                answer = _told(request, caller, error)
                return answering.refused(request, answer, getattr(error, "spent", spent))

        return door

    return decorate


def write(*methods: str, action: str, budget: quotas.Budget = quotas.WRITES, cost: int = 1) -> Callable[[View], View]:
    """A view of (request, caller, …) for bearers who may do `action` to anything at all; to what, the view decides.

    Exempt from CSRF protection because no cookie is looked at here: another site's page cannot send the key.
    """

    def decorate(view: View) -> View:
        @stated(BEARER)
        @csrf_exempt
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                return answering.refused_method(methods)
            caller: Caller | None = None
            spent: quotas.State | None = None
            try:
                caller = identify(request, cookies=False)
                spent = quotas.spend(budget, caller.name, known=not caller.is_stranger, cost=cost)
                require(caller, action)
                answer = view(request, caller, *args, **kwargs)
                return answering.finished(request, answer, spent, max_age=None)
            except Exception as error:
                answer = _told(request, caller, error)
                return answering.refused(request, answer, getattr(error, "spent", spent))

        return door

    return decorate


def either(reading: View, **writing: View) -> View:
    """One address that is read by GET and HEAD and written by other methods: `either(one, PATCH=change, DELETE=end)`.

    Each view stands behind its own door; the address as a whole is told as public, which its reading is.
    """
    methods = ("GET", "HEAD", "OPTIONS", *writing)

    @stated(PUBLIC)
    @csrf_exempt
    @wraps(reading)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in writing:
            return writing[request.method](request, *args, **kwargs)
        if request.method not in methods:
            return answering.refused_method(methods)
        if request.method == "OPTIONS":
            return answering.preflight(methods)
        return reading(request, *args, **kwargs)

    return door


def require(caller: Caller, action: str) -> None:
    """Raise Problem 401 or 403, saying why, unless the caller is a bearer who may do this to anything at all."""
    if caller.is_stranger:
        raise _challenge("bearer", "Send 'Authorization: Bearer <key>': this address takes no stranger's request.")
    if not caller.writes:
        raise Problem(403, "read_only_key", "This key was made for reading only. Make one that may write.")
    if caller.station:
        if action not in OF_STATIONS:
            raise Problem(403, "station_key", "The key of a station sends its own values, and changes nothing else.")
        return
    caller.rights.require(action)


def identify(request: HttpRequest, *, cookies: bool = True) -> Caller:
    """Who asks. Raises Problem 401 for a bearer that opens nothing, 429 for too many of those."""
    address = origin.neighbourhood(ORIGIN.get()) or "this machine"
    told = request.headers.get("Authorization")
    if told is not None:
        return _bearer(told, address)
    safe = request.method in ("GET", "HEAD")
    if cookies and safe and settings.SESSION_COOKIE_NAME in request.COOKIES:
        person = request.user
        if isinstance(person, Person):
            return _of_person(person, f"person {person.id}")
    return Caller(access.ANYBODY, address)


def _bearer(told: str, address: str) -> Caller:
    scheme, _, rest = told.partition(" ")
    secret = rest.strip()
    if scheme.lower() != "bearer" or not secret:
        raise _challenge("scheme", _WRONG["scheme"])
    if (wait := quotas.guessing_wait_s(address, secret)) > 0:
        detail = f"Too many wrong keys came from your address. Ask again in {wait} s."
        raise Problem(429, "too_often", detail, headers={"Retry-After": str(wait)})
    found = _of_access_key(secret) if secret.startswith(access_keys.PREFIX) else _of_station_key(secret)
    if isinstance(found, str):
        quotas.guessed(address)
        log.warning("a bearer was refused (%s), from %s", found, ORIGIN.get())
        raise _challenge(found, _WRONG[found])
    quotas.remember(address, secret)
    return found


def _of_access_key(secret: str) -> Caller | str:
    """Or the code of what is wrong with the key."""
    key = access_keys.find(secret)
    if key is None:
        return "unknown"
    if why := access_keys.why_not(key):
        return why
    access_keys.used(key)
    return _of_person(key.person, f"access key {key.id}", writes=key.writes)


def _of_station_key(secret: str) -> Caller | str:
    key = keys.find(secret)
    if key is None:
        return "unknown"
    return Caller(keys.rights(key), f"station key {key.id}", station=key.thing.code, writes=True)


def _of_person(person: Person, name: str, *, writes: bool = False) -> Caller:
    """With what they may do now; of one who has yet to add the second proof their task needs, nothing."""
    rights = access.of(person)
    if factors.missing(person, rights):
        rights = access.of(person).without_grants()
    return Caller(rights, name, person=person, writes=writes)


def _challenge(code: str, detail: str) -> Problem:
    """401, in the words of RFC 6750: which key is wrong, and how."""
    told = _CHALLENGE if code == "bearer" else f'{_CHALLENGE}, error="invalid_token", error_description="{code}"'
    return Problem(401, "key", detail, headers={"WWW-Authenticate": told}, reason=code)


def _public_age(request: HttpRequest, caller: Caller, max_age: int) -> int | None:
    """How long any cache may keep it; None: this answer is for one person's eyes."""
    return max_age if caller.is_stranger and not request.COOKIES else None


def _told(request: HttpRequest, caller: Caller | None, error: Exception) -> HttpResponse:
    """The answer to what was raised; raised again where it is our own fault."""
    found = problems.of(error)
    if found is not None:
        if found.status in (401, 403, 429):
            who = caller.name if caller else "a bearer"
            said = (found.code, request.method, request.path, who, ORIGIN.get())
            log.warning("refused (%s): %s %s, to %s from %s", *said)
        return found.answer()
    away = is_away if request.method not in ("GET", "HEAD") else unreachable.means
    if isinstance(error, DatabaseError) and away(error):
        log.warning("the database is away: %s", str(error).strip())
        detail = "The database is away. Nothing is lost: ask again later."
        return problem(503, "away", detail, headers={"Retry-After": str(RETRY_AFTER_S)})
    raise error
