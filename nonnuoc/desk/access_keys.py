"""One's own keys for programs: the list, a new one, one revoked (administrators: anybody's)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, confirmed, signed_in
from nonnuoc.records.accounts import access_keys


class New(forms.Form):
    """What it is for, how long it holds, what it may do."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=80,
        help_text=gettext_lazy("So that you recognise it later: the program, the machine it runs on."),
    )
    valid = forms.TypedChoiceField(
        label=gettext_lazy("It holds for"),
        coerce=lambda days: timedelta(days=int(days)),
        initial=access_keys.VALID.days,
        choices=[
            (30, gettext_lazy("30 days")),
            (90, gettext_lazy("90 days")),
            (access_keys.VALID.days, gettext_lazy("one year")),
            (access_keys.LONGEST.days, gettext_lazy("two years")),
        ],
    )
    writes = forms.BooleanField(
        label=gettext_lazy("It may write, too"),
        required=False,
        help_text=gettext_lazy("Without this it only reads. With it, it may do through the API what your tasks allow."),
    )


@signed_in("GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """One's own keys, the newest first, also those that open nothing any more."""
    held = list(access_keys.of(request.user))
    return render(request, "desk/access_keys.html", {"keys": held, "now": timezone.now()})


@signed_in("GET", "HEAD", "POST")
@confirmed
def new(request: Entered) -> HttpResponse:
    """The form; then the secret, shown this once and kept nowhere: not in the session, not in a message."""
    form = New(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key, secret = access_keys.make(request.user, **form.cleaned_data)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            site = request.build_absolute_uri("/").rstrip("/")
            return render(request, "desk/access_key_made.html", {"key": key, "secret": secret, "site": site})
    return render(request, "desk/access_key_new.html", {"form": form}, status=422 if form.errors else 200)


@signed_in("GET", "HEAD", "POST")
@confirmed
def revoke(request: Entered, identity: int) -> HttpResponse:
    """Ask once more; then the key opens nothing any more."""
    key = access_keys.by_id(identity)
    if key is None:
        raise Http404(_("There is no such key."))
    own = key.person_id == request.user.id
    if not own:
        request.rights.require("people.register")
    back = reverse("access-keys") if own else reverse("person", args=[key.person_id])
    if request.method == "POST":
        access_keys.revoke(key, by=request.user)
        messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
        return redirect(back)
    context: dict[str, Any] = {
        "title": _("Revoke this key?"),
        "words": _(
            "Key “%(name)s” of %(person)s. Programs that use it are refused from this moment on. This cannot be taken"
            " back."
        )
        % {"name": key.name, "person": key.person.name},
        "button": _("Revoke the key"),
        "back": back,
    }
    return render(request, "desk/confirm.html", context)
