"""One's own account: how one signs in, and where one is signed in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from nonnuoc.desk import entering, passkey_asking, provider, trying
from nonnuoc.desk.choosing import ChangePassword
from nonnuoc.desk.doors import Entered, confirmed, own
from nonnuoc.records.accounts import access_keys
from nonnuoc.records.accounts.entrance import (
    browsers,
    factors,
    passwords,
    presences,
    provider_accounts,
    recovery_codes,
)


@own("GET", "HEAD")
def overview(request: Entered) -> HttpResponse:
    """Everything on one page."""
    person = request.user
    context = {
        "person": person,
        "held": factors.of(person),
        "missing": factors.missing(person),
        "codes_left": recovery_codes.left(person),
        "codes_of": recovery_codes.HOW_MANY,
        "keys_in_force": access_keys.in_force(person).count(),
        "tied": provider_accounts.of(person),
        "provider": provider.name(),
        "presences": [(one, browsers.said(one.browser)) for one in presences.of(person)],
        "session": request.session.session_key,
        "passkeys_possible": passkey_asking.possible(request),
    }
    return render(request, "desk/account.html", context)


@own("GET", "HEAD", "POST")
@sensitive_post_parameters("old", "password")
def password(request: Entered) -> HttpResponse:
    """Another password; everywhere else one is signed out."""
    person = request.user
    form = ChangePassword(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        said, status = wrong_password(request, form.cleaned_data["old"])
        if not said:
            before = str(request.session.session_key)
            passwords.change(person, form.cleaned_data["password"], session=before)
            update_session_auth_hash(request, person)
            presences.move(before, str(request.session.session_key))
            messages.success(request, _("Your password is changed. Everywhere else you were signed out."))
            return redirect("account")
        form.add_error("old", said)
        return render(request, "desk/account_password.html", {"form": form, "person": person}, status=status)
    status = 422 if form.errors else 200
    return render(request, "desk/account_password.html", {"form": form, "person": person}, status=status)


def wrong_password(request: HttpRequest, typed: str) -> tuple[str, int]:
    """Why this is not the password of whoever is signed in, and the status to say so with; ("", 200) where it is."""
    person = request.user
    trier = trying.by(request, person.email)  # type: ignore[union-attr]
    if wait := trier.password_wait_s():
        return trying.wait_words(wait), 429
    if person.check_password(typed):
        trier.password_was_right()
        return "", 200
    entering.refused(person.email, how="password")  # type: ignore[union-attr]
    return _("This is not your password."), 403


@own("POST")
@confirmed
def end_session(request: Entered, identity: int) -> HttpResponse:
    """Signed out in one browser."""
    if presences.end_one(request.user, identity, by=request.user):
        messages.success(request, _("You are signed out there."))
    else:
        messages.info(request, _("You were signed out there already."))
    return redirect("account")


@own("POST")
@confirmed
def end_other_sessions(request: Entered) -> HttpResponse:
    """Signed out everywhere but here."""
    presences.end_others(request.user, str(request.session.session_key), by=request.user)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("account")
