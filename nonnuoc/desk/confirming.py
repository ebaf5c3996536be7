"""Is it still you? Asked before anything that protects the account is changed, unless it was just proven."""

from __future__ import annotations

from django import forms
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from nonnuoc.desk import entering, passkey_asking, provider, second_step
from nonnuoc.desk.account import wrong_password
from nonnuoc.desk.doors import Entered, own
from nonnuoc.records.accounts.entrance import factors, passkeys, presences, provider_accounts
from nonnuoc.records.accounts.models import Person

PURPOSE = "confirm"


class Confirm(forms.Form):
    """As at signing in: the password, and a code where there is a second proof."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = second_step.Code.base_fields["code"]

    def __init__(self, data: object = None, *, person: Person) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        if not person.has_usable_password():
            del self.fields["password"]
        if not factors.of(person).any:
            del self.fields["code"]


@own("GET", "HEAD", "POST")
@sensitive_post_parameters("password", "code")
def confirm(request: Entered) -> HttpResponse:
    """The form; and, proven, back to what one was about to do."""
    form = Confirm(request.POST or None, person=request.user)
    if request.method != "POST" or not form.fields or not form.is_valid():
        return _page(request, form, status=422 if request.method == "POST" else 200)
    for field, check in (("password", wrong_password), ("code", _wrong_code)):
        if field in form.fields:
            said, status = check(request, form.cleaned_data[field])
            if said:
                form.add_error(field, said)
                return _page(request, form, status=status)
    entering.confirm(request)
    return HttpResponseRedirect(entering.target(request, "account"))


@own("POST")
def passkey_options(request: Entered) -> HttpResponse:
    """What the browser is to sign."""
    options = passkeys.request_options(passkey_asking.site(request), request.user)
    return passkey_asking.ask(request, PURPOSE, options)


@own("POST")
def by_passkey(request: Entered) -> HttpResponse:
    """Signed by a passkey of one's own: back."""
    try:
        told, challenge = passkey_asking.answer(request, PURPOSE)
        passkeys.check(told, challenge=challenge, site=passkey_asking.site(request), person=request.user)
    except passkeys.PasskeyRefusedError:
        entering.refused(request.user.email, how="passkey", person=request.user)
        said = _("This passkey does not belong to your account. Try again, or use another proof.")
        return _page(request, Confirm(person=request.user), said=said, status=403)
    entering.confirm(request)
    return HttpResponseRedirect(entering.target(request, "account"))


@own("POST")
def again(request: Entered) -> HttpResponse:
    """For those who have nothing here but the province's single sign-on: out, and in again."""
    presences.leave(request.session.session_key)
    logout(request)
    return redirect("sign-in")


def _wrong_code(request: Entered, typed: str) -> tuple[str, int]:
    return second_step.refusal(request, request.user, typed)


def _page(request: Entered, form: Confirm, *, said: str = "", status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "held": factors.of(request.user),
        "tied": provider_accounts.of(request.user),
        "provider": provider.name(),
        "next": entering.asked_target(request),
        "said": said,
    }
    return render(request, "desk/still_you.html", context, status=status)
