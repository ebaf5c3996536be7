"""What the administrator can choose, and what holds without a choice."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Setting

#: Other processes see a change after so long.
FRESH_S = 5.0


def _text(value: Any) -> str:
    return str(value).strip()[:2000]


def _yes(value: Any) -> bool:
    return bool(value)


def _address(value: Any) -> str:
    """An https address, or one of this machine; empty: none."""
    text = _text(value)
    parts = urlsplit(text)
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if text and not (local or (parts.scheme == "https" and parts.hostname)):
        raise ValidationError(gettext("%(text)s is no https address.") % {"text": text})
    return text


def _tiles(value: Any) -> str:
    """A raster tile address with {z}, {x} and {y}, or a .pmtiles file."""
    text = _address(value)
    raster = all(f"{{{name}}}" in text for name in "zxy")
    if text and not raster and not re.search(r"\.pmtiles($|\?)", text):
        raise ValidationError(gettext("Give an address with {z}, {x} and {y} in it, or one that ends in .pmtiles."))
    return text


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting: what it is for, what holds without it, and what makes a value of what was given."""

    label: Promise
    help: Promise
    default: Any
    clean: Callable[[Any], Any]


CHOICES: Mapping[str, Choice] = {
    "site.notice": Choice(
        _("Notice on the front page"), _("Shown above everything, as it is. Empty: none."), "", _text
    ),
    "site.notice_en": Choice(_("The same notice in English"), _("Empty: the Vietnamese one is shown."), "", _text),
    "site.contact": Choice(
        _("Contact"), _("Who answers questions about these pages: name, telephone, e-mail."), "", _text
    ),
    "map.tiles": Choice(
        _("Outside base map"),
        _(
            "Address of raster tiles with {z}, {x} and {y}, or of a PMTiles file. Readers' browsers will then ask that"
            " server. Empty: our own layers on plain ground, nobody else is asked."
        ),
        "",
        _tiles,
    ),
    "map.attribution": Choice(
        _("Attribution of the base map"), _("What its owner wants to be written on it."), "", _text
    ),
    "second_factor.everyone": Choice(
        _("Everybody signs in with a second proof"),
        _("Administrators always do. With this, so does everybody who works here."),
        False,
        _yes,
    ),
}

_held: dict[str, Any] = {}
_until = 0.0
_lock = threading.Lock()


def read(code: str) -> Any:
    """The value that holds now, at most FRESH_S old. Raises KeyError for a setting there is not."""
    choice = CHOICES[code]
    global _held, _until
    with _lock:
        if time.monotonic() >= _until:
            _held = dict(Setting.objects.values_list("code", "value"))
            _until = time.monotonic() + FRESH_S
        return _held.get(code, choice.default)


def forget() -> None:
    """What was read is read again."""
    global _until
    with _lock:
        _until = 0.0
