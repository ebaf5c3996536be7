"""Every route says who may come in; a test walks the addresses and refuses one that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers, set_response_etag
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

View = Callable[..., HttpResponse]
AnyView = TypeVar("AnyView", bound=View)

PUBLIC = "public"
STATION_KEY = "station key"
BEARER = "bearer"  # of a station's key, or of a person's access key
SIGNED_IN = "signed in"  # everybody with an account, whatever they may do

#: How long a page may be kept, whatever it is about: above each stand the warnings in force (look/warned.py), which
#: everybody is to see within a minute – 5 s in this process, 25 s in a shared cache, 25 s in the reader's own.
PAGE_S = 20
MEANWHILE_S = 5  # longer while a new one is made (RFC 5861)


def stated(access: str) -> Callable[[AnyView], AnyView]:
    """Write on a view who may come in: one of the words above, or one of records.accounts.access.ACTIONS.

    Written, not enforced: whoever lets people in writes it on what lets them in (`public` below, the desk's `allowed`,
    the API's `with_key`, `read` and `write`).
    """

    def state(view: AnyView) -> AnyView:
        view.access = access  # type: ignore[attr-defined]
        return view

    return state


def public(*, max_age: int) -> Callable[[View], View]:
    """For everybody, read only, compressed, and good for `max_age` seconds in anybody's cache; pages PAGE_S at most."""

    def decorate(view: View) -> View:
        @wraps(view)
        def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            patch_cache_control(response, public=True, **_age(response, max_age))
            patch_vary_headers(response, ["Accept-Encoding"])
            return _tagged(response)

        # exempt from CSRF protection, which guards what is changed: another method is 405, and not a form too old
        return stated(PUBLIC)(csrf_exempt(require_safe(gzip_page(conditional_page(cached)))))

    return decorate


def _age(response: HttpResponse, max_age: int) -> dict[str, int]:
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return {"max_age": max_age}
    return {"max_age": min(max_age, PAGE_S), "stale_while_revalidate": MEANWHILE_S}


def _tagged(response: HttpResponse) -> HttpResponse:
    """With the ETag of what it says; weak, since that is the same however it is compressed, which no two times is."""
    set_response_etag(response)
    if response.has_header("ETag"):
        response.headers["ETag"] = f"W/{response.headers['ETag']}"
    return response
