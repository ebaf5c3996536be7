"""Who may enter a page of the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from nonnuoc.look.access import View, stated
from nonnuoc.records.accounts import access


def allowed(action: str, *methods: str) -> Callable[[View], View]:
    """A page for people who have signed in and may do this; never kept by a cache."""

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            access.require(request.user, action)  # type: ignore[arg-type]  # login_required: it is a Person
            return view(request, *args, **kwargs)

        return stated(action)(never_cache(require_http_methods(list(methods))(login_required(entered))))

    return decorate
