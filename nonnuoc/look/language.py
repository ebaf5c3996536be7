"""Vietnamese first: another language only for those who asked for it here, whatever their browser was sold with."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from nonnuoc.look.access import PUBLIC, stated


class Language:
    """Speaks the language of the cookie that the language links set; without one, LANGUAGE_CODE."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


@stated(PUBLIC)
@require_safe
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the language for a year and go back to the page it was asked on, which must be one of ours."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    secure = request.is_secure()
    name = settings.LANGUAGE_COOKIE_NAME
    response.set_cookie(name, code, max_age=31_536_000, samesite="Lax", secure=secure, httponly=True)
    return response
