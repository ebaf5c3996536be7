"""How the public will read it, before it does: banner, page, message and script, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from nonnuoc.look import warning as reading
from nonnuoc.look.warning import Told
from nonnuoc.records.places.models import Commune
from nonnuoc.records.warnings.models import PublicWarning

LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class Read:
    """How it reads in one language."""

    code: str
    name: str
    one: Told
    sms: str
    parts: int  # messages a telephone network makes of it


def both(warning: PublicWarning, request: HttpRequest, communes: Sequence[Commune] | None = None) -> list[Read]:
    """In Vietnamese and in English."""
    return [_in(code, name, warning, request, communes) for code, name in LANGUAGES]


def _in(code: str, name: str, warning: PublicWarning, request: HttpRequest, communes: Sequence[Commune] | None) -> Read:
    with translation.override(code):
        one = reading.told(warning, communes)
        path = reverse("warning", args=[one.identifier]) if one.identifier else reverse("warnings")
        sms = reading.sms(one, request.build_absolute_uri(path))
    return Read(code, name, one, sms, reading.sms_parts(sms))
