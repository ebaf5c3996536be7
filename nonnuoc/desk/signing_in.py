"""Signing in with a password, and out."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from nonnuoc.desk import entering, provider, trying
from nonnuoc.look.access import PUBLIC, stated
from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.entrance import presences
from nonnuoc.records.accounts.models import Person


class SignIn(forms.Form):
    """Who, and the proof."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username webauthn"})
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
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(entering.target(request))
    form = SignIn(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return page(request, form, status=422 if request.method == "POST" else 200)
    email = form.cleaned_data["email"]
    trier = trying.by(request, email)
    if wait := trier.password_wait_s():
        form.add_error(None, trying.wait_words(wait))
        return page(request, form, status=429)
    person = authenticate(request, username=email, password=form.cleaned_data["password"])
    if not isinstance(person, Person):
        entering.refused(email, how="password")
        form.add_error(None, _("No account has this e-mail address and password. Check both, and try again."))
        return page(request, form, status=403)
    trier.password_was_right()
    return entering.begin(request, person, how="password", target=entering.target(request))


@stated(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends."""
    if isinstance(request.user, Person):
        presences.leave(request.session.session_key)
        audit.record(request.user, "sign-out", request.user.email)
    logout(request)
    return redirect(settings.LOGIN_URL)


def page(request: HttpRequest, form: SignIn | None = None, *, said: str = "", status: int = 200) -> HttpResponse:
    """The page with every way in; `said`: why the last one failed."""
    context = {
        "form": form or SignIn(),
        "next": entering.asked_target(request),
        "provider": provider.name(),
        "said": said,
    }
    return render(request, "desk/sign_in.html", context, status=status)
