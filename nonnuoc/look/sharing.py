"""What other machines are told of a page: its one address, and the addresses of its languages."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.translation import get_language

from nonnuoc.look.language import PARAMETER


@dataclass(frozen=True, slots=True)
class Addresses:
    """`canonical`: of the page in the language it is in; `languages`: (code, address); `site`: scheme and host."""

    canonical: str
    languages: tuple[tuple[str, str], ...]
    site: str


def addresses(request: HttpRequest | None) -> Addresses | None:
    """Without what was asked for on the page: a chart of another month is the same page. None for a host not ours."""
    if request is None:
        return None
    try:
        plain = request.build_absolute_uri(request.path)
        site = request.build_absolute_uri("/")
    except DisallowedHost:
        return None
    languages = {
        code: plain if code == settings.LANGUAGE_CODE else f"{plain}?{PARAMETER}={code}"
        for code, _ in settings.LANGUAGES
    }
    return Addresses(languages[get_language() or settings.LANGUAGE_CODE], tuple(languages.items()), site.rstrip("/"))
