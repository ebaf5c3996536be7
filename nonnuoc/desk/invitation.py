"""An invitation is opened: a password is chosen, and the account is there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from nonnuoc.desk import entering, trying
from nonnuoc.desk.choosing import NewPassword
from nonnuoc.look.access import PUBLIC, stated
from nonnuoc.records.accounts import invitations
from nonnuoc.records.accounts.entrance import attempts
from nonnuoc.records.accounts.models import Person


@stated(PUBLIC)
@sensitive_post_parameters("password")
@sensitive_variables("token")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites to what, and the password to choose; then in, and to a second proof where one is needed."""
    try:
        invitation = invitations.find(token)
        form = NewPassword(request.POST or None, person=Person(email=invitation.email, name=invitation.name))
        if request.method == "POST" and form.is_valid():
            person = invitations.accept(token, password=form.cleaned_data["password"])
            return entering.begin(request, person, how="invitation", target=reverse("desk"))
    except invitations.UnknownInvitationError:
        return _gone(request)
    context = {"form": form, "invitation": invitation}
    return render(request, "desk/invitation.html", context, status=422 if form.errors else 200)


def _gone(request: HttpRequest) -> HttpResponse:
    wait = attempts.INVITATION_FROM.spend(trying.place(request))
    context = {"kind": "invitation", "said": trying.wait_words(wait) if wait else ""}
    return render(request, "desk/link_gone.html", context, status=429 if wait else 404)
