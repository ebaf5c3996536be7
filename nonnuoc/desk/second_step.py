"""The second step of signing in: a code of the application, a passkey, or a recovery code."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from nonnuoc.desk import entering, passkey_asking, trying
from nonnuoc.look.access import PUBLIC, stated
from nonnuoc.records.accounts.entrance import authenticator, factors, passkeys, recovery_codes
from nonnuoc.records.accounts.models import Person

PURPOSE = "second-step"


class Code(forms.Form):
    """Six digits, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("The six digits your application shows now, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )


@stated(PUBLIC)
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The form; and, with the right code, in."""
    found = entering.half_way(request)
    if found is None:
        return redirect("sign-in")
    person, how, target = found
    form = Code(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, person, form, status=422 if request.method == "POST" else 200)
    said, status = refusal(request, person, form.cleaned_data["code"])
    if said:
        form.add_error("code", said)
        return _page(request, person, form, status=status)
    return entering.finish(request, person, how=f"{how}, code", target=target)


@stated(PUBLIC)
@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser is to sign, by a passkey of whoever gave the first proof."""
    found = entering.half_way(request)
    if found is None:
        return HttpResponse(status=403)
    return passkey_asking.ask(request, PURPOSE, passkeys.request_options(passkey_asking.site(request), found[0]))


@stated(PUBLIC)
@never_cache
@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Signed by a passkey of theirs: in."""
    found = entering.half_way(request)
    if found is None:
        return redirect("sign-in")
    person, how, target = found
    try:
        told, challenge = passkey_asking.answer(request, PURPOSE)
        passkeys.check(told, challenge=challenge, site=passkey_asking.site(request), person=person)
    except passkeys.PasskeyRefusedError:
        entering.refused(person.email, how="passkey", person=person)
        form = Code()
        said = _("This passkey does not belong to your account. Try again, or use another proof.")
        return _page(request, person, form, said=said, status=403)
    return entering.finish(request, person, how=f"{how}, passkey", target=target)


def refusal(request: HttpRequest, person: Person, code: str) -> tuple[str, int]:
    """Why this code does not prove it, and the status to say so with; ("", 200) where it does."""
    recovery = recovery_codes.looks_like_one(code)
    trier = trying.by(request, person.email)
    if wait := trier.code_wait_s(guessable=not recovery):
        return trying.wait_words(wait), 429
    right = recovery_codes.use(person, code) if recovery else authenticator.check(person, code)
    if right:
        trier.code_was_right()
        return "", 200
    entering.refused(person.email, how="code", person=person)
    return _("This code is not right, or was used already. Wait for the next one, and try again."), 403


def _page(request: HttpRequest, person: Person, form: Code, *, said: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "held": factors.of(person), "person": person, "said": said}
    return render(request, "desk/second_step.html", context, status=status)
