"""Who may enter a page of the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from nonnuoc.desk import entering
from nonnuoc.look.access import SIGNED_IN, View, stated
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.entrance import factors
from nonnuoc.records.accounts.models import Person


class Entered(HttpRequest):
    """A request of somebody who has signed in, with all that they may do at this moment."""

    user: Person
    rights: Rights


def allowed(action: str, *methods: str) -> Callable[[View], View]:
    """A page for people who may do this to anything at all; never kept by a cache.

    Whether to the thing at hand, the view decides: `request.rights.require(action, subject)`; what a list shows,
    `request.rights.reach(action).within(…)`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if (elsewhere := _to_second_factor(request)) is not None:
                return elsewhere
            rights(request).require(action)
            return view(request, *args, **kwargs)

        return stated(action)(never_cache(require_http_methods(list(methods))(login_required(entered))))

    return decorate


def signed_in(*methods: str) -> Callable[[View], View]:
    """A page for everybody who has signed in, also without any task; never kept by a cache."""

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return _to_second_factor(request) or view(request, *args, **kwargs)

        return stated(SIGNED_IN)(never_cache(require_http_methods(list(methods))(login_required(entered))))

    return decorate


def own(*methods: str) -> Callable[[View], View]:
    """A page of one's own account: also for those who have yet to add the second proof their task needs."""

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            rights(request)
            return view(request, *args, **kwargs)

        return stated(SIGNED_IN)(never_cache(require_http_methods(list(methods))(login_required(entered))))

    return decorate


def confirmed(view: View) -> View:
    """Only for those who proved who they are a moment ago; others do so first, and come back."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if entering.is_confirmed(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else reverse("account")
        return redirect(f"{reverse('confirm')}?{urlencode({'next': back})}")

    return entered


def _to_second_factor(request: HttpRequest) -> HttpResponse | None:
    """Whoever must have a second proof and has none is led to where it is added, and nowhere else."""
    missing = factors.missing(request.user, rights(request))  # type: ignore[arg-type]  # login_required: a Person
    return redirect("account") if missing else None


def rights(request: HttpRequest) -> Rights:
    """All that who asks may do, read once a request."""
    if not hasattr(request, "rights"):
        person = request.user
        request.rights = access.of(person) if isinstance(person, Person) else access.ANYBODY  # type: ignore[attr-defined]
    return request.rights  # type: ignore[attr-defined, no-any-return]
