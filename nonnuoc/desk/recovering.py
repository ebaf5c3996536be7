"""For somebody who lost password or second proof: an administrator lets them begin anew."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed, confirmed
from nonnuoc.records.accounts import selectors
from nonnuoc.records.accounts.entrance import recovery


@allowed("people.register", "GET", "HEAD", "POST")
@confirmed
def recover(request: Entered, identity: int) -> HttpResponse:
    """Ask once more; then the second proofs are gone, and a link to choose a password is shown this once."""
    person = selectors.person(identity)
    if person is None or not person.is_active:
        raise Http404(_("There is no such person, or the account is closed."))
    if request.method == "POST" and person.id != request.user.id:
        link = reverse("forgotten-choose", args=[*recovery.give_link(person, by=request.user)])
        context = {"person": person, "link": request.build_absolute_uri(link)}
        return render(request, "desk/recovered.html", context)
    context = {
        "title": _("Let %(name)s begin anew?") % {"name": person.name},
        "words": _(
            "Their second proofs are removed and they are signed out everywhere. You are given a link with which they"
            " choose a new password; hand it over yourself, once you are sure who asks. It stands in the audit trail."
        ),
        "button": _("Remove the second proofs and give the link"),
        "back": reverse("person", args=[identity]),
    }
    if person.id == request.user.id:
        context["error"] = _("For your own account, use its page: there you change password and second proof.")
    return render(request, "desk/confirm.html", context, status=422 if request.method == "POST" else 200)
