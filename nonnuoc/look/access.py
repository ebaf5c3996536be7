"""Every route says who may come in; a test walks the routes and refuses one that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

View = Callable[..., HttpResponse]


def public(*, max_age: int) -> Callable[[View], View]:
    """For everybody, read only, compressed, and good for `max_age` seconds in anybody's cache."""

    def decorate(view: View) -> View:
        @wraps(view)
        def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            patch_cache_control(response, public=True, max_age=max_age)
            return response

        door: View = require_safe(conditional_page(gzip_page(cached)))
        door.access = "public"  # type: ignore[attr-defined]
        return door

    return decorate
