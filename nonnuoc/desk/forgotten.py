"""A forgotten password: a link by e-mail, good for an hour and once. The answer is the same for every address."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from nonnuoc.desk import tasks, trying
from nonnuoc.desk.choosing import NewPassword
from nonnuoc.look.access import PUBLIC, stated
from nonnuoc.records.accounts.entrance import attempts, passwords


class Address(forms.Form):
    """Where the link is to go."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


@stated(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form; and the promise that a letter is on its way, if the address is known here."""
    form = Address(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and settings.MAIL and form.is_valid():
        wait = attempts.RESET_FROM.spend(trying.place(request))
        if not wait:
            email = str(form.cleaned_data["email"]).strip().lower()
            tasks.send_reset.defer(email=email, site=request.build_absolute_uri("/"))
            return render(request, "desk/forgotten_sent.html", {"email": email})
        form.add_error(None, trying.wait_words(wait))
        status = 429
    return render(request, "desk/forgotten.html", {"form": form, "mail": settings.MAIL}, status=status)


@stated(PUBLIC)
@sensitive_post_parameters("password")
@sensitive_variables("token")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, who: str, token: str) -> HttpResponse:
    """A new password, for whoever has the link. The second proof is asked for as ever."""
    person = passwords.of_reset_key(who, token)
    if person is None:
        return render(request, "desk/link_gone.html", {"kind": "reset"}, status=404)
    form = NewPassword(request.POST or None, person=person)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "person": person}
        return render(request, "desk/new_password.html", context, status=422 if form.errors else 200)
    passwords.reset(person, form.cleaned_data["password"], by=person, how="link")
    messages.success(request, _("Your password is changed. You were signed out everywhere; sign in with the new one."))
    return redirect("sign-in")
