"""Inviting a person: a place kept, and its link to pass on."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices, tasks
from nonnuoc.desk.choices import TaskFields
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.accounts import invitations


class Invite(TaskFields):
    """Who, and the task that waits for them."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    field_order = ("email", "name", "office", "role", "communes", "facility")


@allowed("people.register", "GET", "HEAD", "POST")
def invite(request: Entered) -> HttpResponse:
    """The form; then the link, on its way by letter, or shown this once and kept nowhere."""
    form = Invite(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        email = told.pop("email")
        try:
            secret = invitations.invite(email, by=request.user, **told)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            return _invited(request, email, told["name"], secret)
    return render(request, "desk/invite.html", {"form": form}, status=422 if form.errors else 200)


@allowed("people.register", "GET", "HEAD", "POST")
def withdraw(request: Entered, identity: int) -> HttpResponse:
    """Ask once more; then the link opens nothing any more."""
    invitation = invitations.by_id(identity)
    if invitation is None:
        raise Http404(_("This invitation is not waiting any more: it was used, withdrawn, or has run out."))
    if request.method == "POST":
        invitations.withdraw(invitation, by=request.user)
        messages.success(request, _("The invitation is withdrawn."))
        return redirect("people")
    context = {
        "title": _("Withdraw this invitation?"),
        "words": _("The link that %(email)s was given opens nothing any more.") % {"email": invitation.email},
        "button": _("Withdraw the invitation"),
        "back": reverse("people"),
    }
    return render(request, "desk/confirm.html", context)


def _invited(request: Entered, email: str, name: str, secret: str) -> HttpResponse:
    context = {"email": email, "name": name, "days": invitations.VALID.days, "sent": settings.MAIL}
    if settings.MAIL:
        tasks.send_invitation.defer(token=secret, site=request.build_absolute_uri("/"))
    else:
        context["link"] = request.build_absolute_uri(reverse("invitation", args=[secret]))
    return render(request, "desk/invited.html", context)
