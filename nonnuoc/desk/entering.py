"""The way in: one proof, then the second for those who have one, then the desk. Every way in goes through here."""

from __future__ import annotations

import time

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from nonnuoc.desk import present, trying
from nonnuoc.look import origin
from nonnuoc.records.accounts import audit, selectors
from nonnuoc.records.accounts.entrance import factors, presences
from nonnuoc.records.accounts.models import Person

HALF_WAY = "half_way"
HALF_WAY_S = 10 * 60
CONFIRMED = "confirmed"
#: So long after a proof nothing has to be proven again.
CONFIRMED_S = 10 * 60


def begin(request: HttpRequest, person: Person, *, how: str, target: str) -> HttpResponse:
    """One proof was given: to the second step, or in."""
    if not factors.of(person).any:
        return finish(request, person, how=how, target=target)
    request.session[HALF_WAY] = {
        "person": person.id,
        "hash": person.get_session_auth_hash(),  # a new password in between ends this
        "how": how,
        "target": target,
        "at": time.time(),
    }
    return redirect("second-step")


def half_way(request: HttpRequest) -> tuple[Person, str, str] | None:
    """Who has given one proof, how, and where they want to go; None: nobody, or too long ago."""
    state = request.session.get(HALF_WAY)
    if not isinstance(state, dict) or time.time() - state["at"] > HALF_WAY_S:
        return None
    person = selectors.person(state["person"])
    if person is None or not person.is_active:
        return None
    if not constant_time_compare(state["hash"], person.get_session_auth_hash()):
        return None
    return person, state["how"], state["target"]


def finish(request: HttpRequest, person: Person, *, how: str, target: str) -> HttpResponse:
    """All proofs were given: a new session, kept in the list of the person's browsers."""
    before = request.session.session_key
    request.session.pop(HALF_WAY, None)
    login(request, person)
    presences.leave(before)
    request.session[CONFIRMED] = time.time()
    if request.session.session_key is None:
        request.session.create()
    presences.begin(
        person,
        str(request.session.session_key),
        address=origin.address_of(request),
        browser=present.browser_of(request),
    )
    audit.record(person, "sign-in", person.email, how=how)
    response = HttpResponseRedirect(target)
    trying.remember_browser(request, response, person.email)
    return response


def refused(email: str, *, how: str, person: Person | None = None) -> None:
    """Leave a trace of a proof that failed: of accounts there are. What was typed elsewhere may be a password."""
    found = person or selectors.person_by_email(email)
    audit.record(None, "sign-in.refused", found.email if found else "–", how=how)


def confirm(request: HttpRequest) -> None:
    """Whoever is signed in has just proven again who they are: the session goes on under a new name."""
    before = str(request.session.session_key)
    request.session[CONFIRMED] = time.time()
    request.session.cycle_key()
    presences.move(before, str(request.session.session_key))


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the last proof is recent enough to change how the account is protected."""
    return time.time() - float(request.session.get(CONFIRMED, 0)) < CONFIRMED_S


def target(request: HttpRequest, otherwise: str = "desk") -> str:
    """Where one wanted to go, if that is a page of ours."""
    asked = asked_target(request)
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else resolve_url(otherwise)


def asked_target(request: HttpRequest) -> str:
    """As it was said."""
    return request.POST.get("next") or request.GET.get("next") or ""
