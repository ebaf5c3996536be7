"""Signing in and out."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from nonnuoc.desk import attempts
from nonnuoc.desk.attempts import Attempts
from nonnuoc.look.access import PUBLIC, stated

ATTEMPTS = Attempts()


class SignIn(forms.Form):
    """Who, and the proof."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_email(self) -> str:
        """As it is kept."""
        return str(self.cleaned_data["email"]).strip().lower()


@stated(PUBLIC)
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; and, with the right password, on to where one wanted to go."""
    form = SignIn(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    email, address = form.cleaned_data["email"], request.META.get("REMOTE_ADDR", "")
    device = attempts.device_of(request.COOKIES.get(attempts.COOKIE), email)
    wait = ATTEMPTS.wait_s(email, address, device)
    if wait:
        minutes = -(-wait // 60)
        form.add_error(
            None,
            ngettext(
                "Too many wrong passwords from here. Try again in %(n)d minute.",
                "Too many wrong passwords from here. Try again in %(n)d minutes.",
                minutes,
            )
            % {"n": minutes},
        )
        return _page(request, form, status=429)
    person = authenticate(request, username=email, password=form.cleaned_data["password"])
    if person is None:
        ATTEMPTS.failed(email, address, device)
        form.add_error(None, _("No account has this e-mail address and password. Check both, and try again."))
        return _page(request, form, status=403)
    ATTEMPTS.succeeded(email, address, device)
    login(request, person)
    response = redirect(_target(request))
    response.set_cookie(
        attempts.COOKIE,
        attempts.device_cookie(email),
        max_age=attempts.COOKIE_AGE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@stated(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends."""
    logout(request)
    return redirect(settings.LOGIN_URL)


def _page(request: HttpRequest, form: SignIn, status: int = 200) -> HttpResponse:
    return render(request, "desk/sign_in.html", {"form": form, "next": _asked(request)}, status=status)


def _asked(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next") or ""


def _target(request: HttpRequest) -> str:
    """Where one wanted to go, if that is a page of ours."""
    asked = _asked(request)
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else resolve_url(settings.LOGIN_REDIRECT_URL)
