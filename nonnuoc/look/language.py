"""Vietnamese first: another language only for those who asked for it here, whatever their browser was sold with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from nonnuoc.look.access import PUBLIC, stated

#: In an address that is passed on: this page in that language, for this once.
PARAMETER = "lang"


class Language:
    """Speaks the language of the address, else that of the cookie the language links set, else LANGUAGE_CODE."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = dict(settings.LANGUAGES)
        told, kept = of_address(request), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = next((asked for asked in (told, kept) if asked in known), settings.LANGUAGE_CODE)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if told not in known:
            patch_vary_headers(response, ["Cookie"])
        return response


def of_address(request: HttpRequest) -> str:
    """What the address asks for; empty for most."""
    query = request.META.get("QUERY_STRING", "")
    return dict(parse_qsl(query)).get(PARAMETER, "") if f"{PARAMETER}=" in query else ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A link that keeps a language, in the words of that language."""

    code: str
    words: str
    address: str


def offers(request: HttpRequest) -> list[Offer]:
    """The other languages; this one too, where only the address asked for it and the next page would not."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
    spoken = translation.get_language()
    back = urlencode({"next": _without_language(request)})
    return [
        Offer(code, words, f"{reverse('language', args=[code])}?{back}")
        for code, words in settings.LANGUAGES
        if code != spoken or code != kept
    ]


def _without_language(request: HttpRequest) -> str:
    if not of_address(request):
        return request.get_full_path()
    rest = [pair for pair in parse_qsl(request.META["QUERY_STRING"]) if pair[0] != PARAMETER]
    return f"{request.path}?{urlencode(rest)}" if rest else request.path


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
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
