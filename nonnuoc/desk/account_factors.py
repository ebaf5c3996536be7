"""One's own second proofs: added, removed, and the codes for the day they are lost."""

from __future__ import annotations

import segno
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from nonnuoc.desk import passkey_asking
from nonnuoc.desk.doors import Entered, confirmed, own
from nonnuoc.records.accounts.entrance import authenticator, factors, passkeys, recovery_codes

SECRET = "proposed_secret"  # noqa: S105 - the name it has in the session
PURPOSE = "add"
ISSUER = "Non Nước"


class FirstCode(forms.Form):
    """That the application has the secret."""

    code = forms.CharField(
        label=gettext_lazy("Code the application shows now"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class NewPasskey(forms.Form):
    """What its owner calls it."""

    name = forms.CharField(
        label=gettext_lazy("Name of the passkey"),
        max_length=60,
        help_text=gettext_lazy("So that you know it again: “my telephone”, “key on my key ring”."),
    )


@own("GET", "HEAD", "POST")
@confirmed
@sensitive_post_parameters("code")
def add_authenticator(request: Entered) -> HttpResponse:
    """The QR code and the secret; with the first code, the application counts."""
    secret = request.session.setdefault(SECRET, authenticator.propose())
    form = FirstCode(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            authenticator.enrol(request.user, secret, form.cleaned_data["code"])
        except authenticator.WrongCodeError:
            form.add_error("code", _("This is not the code of this secret now. Is the clock of your telephone right?"))
        else:
            del request.session[SECRET]
            messages.success(request, _("The application is added. From now on you are asked for its code."))
            return _next(request)
    address = authenticator.address(secret, request.user, ISSUER)
    context = {
        "form": form,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "qr": segno.make(address, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
        "address": address,
        "replaces": factors.of(request.user).authenticator is not None,
    }
    return render(request, "desk/account_authenticator.html", context, status=422 if form.errors else 200)


@own("POST")
@confirmed
def remove_authenticator(request: Entered) -> HttpResponse:
    """The application counts no more."""
    try:
        factors.remove_authenticator(request.user)
    except factors.LastFactorError:
        messages.error(request, _last())
    else:
        messages.success(request, _("The application is removed."))
    return redirect("account")


@own("POST")
@confirmed
def passkey_options(request: Entered) -> HttpResponse:
    """What the browser is to make."""
    options = passkeys.creation_options(request.user, passkey_asking.site(request), ISSUER)
    return passkey_asking.ask(request, PURPOSE, options)


@own("GET", "HEAD", "POST")
@confirmed
def add_passkey(request: Entered) -> HttpResponse:
    """Its name; and, made by the browser, the passkey."""
    form = NewPasskey(request.POST or None)
    if request.method == "POST" and form.is_valid():
        site = passkey_asking.site(request)
        try:
            told, challenge = passkey_asking.answer(request, PURPOSE)
            passkeys.enrol(request.user, form.cleaned_data["name"], told, challenge=challenge, site=site)
        except passkeys.PasskeyRefusedError:
            form.add_error(None, _("The passkey was not made. Try again, or on another device."))
        else:
            messages.success(request, _("The passkey is added. You can sign in with it from now on."))
            return _next(request)
    context = {"form": form, "possible": passkey_asking.possible(request)}
    return render(request, "desk/account_passkey.html", context, status=422 if form.errors else 200)


@own("POST")
@confirmed
def remove_passkey(request: Entered, identity: int) -> HttpResponse:
    """It counts no more."""
    held = factors.passkey(request.user, identity)
    if held is None:
        raise Http404
    try:
        factors.remove_passkey(request.user, held)
    except factors.LastFactorError:
        messages.error(request, _last())
    else:
        messages.success(request, _("The passkey “%(name)s” is removed.") % {"name": held.name})
    return redirect("account")


@own("GET", "HEAD", "POST")
@confirmed
def codes(request: Entered) -> HttpResponse:
    """How many are left; and new ones, shown once."""
    made = recovery_codes.renew(request.user) if request.method == "POST" else []
    context = {"made": made, "left": recovery_codes.left(request.user), "person": request.user}
    return render(request, "desk/account_codes.html", context)


def _next(request: Entered) -> HttpResponse:
    """Whoever has no recovery codes is led to them."""
    return redirect("account" if recovery_codes.left(request.user) else "account-codes")


def _last() -> str:
    return _("Your task needs a second proof, and this is your only one. Add another one first.")
