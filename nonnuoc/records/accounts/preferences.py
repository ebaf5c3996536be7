"""What the administrator can choose, and what holds without a choice."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
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


def _whole(least: int, most: int, otherwise: int) -> Callable[[Any], int]:
    """A whole number within these bounds; `otherwise` where nothing is given."""

    def clean(value: Any) -> int:
        text = _text(value) or str(otherwise)
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            said = {"least": least, "most": most}
            raise ValidationError(gettext("Give a whole number from %(least)d to %(most)d.") % said)
        return int(text)

    return clean


def _tiles(value: Any) -> str:
    """A raster tile address with {z}, {x} and {y}, or a .pmtiles file."""
    text = _address(value)
    raster = all(f"{{{name}}}" in text for name in "zxy")
    if text and not raster and not re.search(r"\.pmtiles($|\?)", text):
        raise ValidationError(gettext("Give an address with {z}, {x} and {y} in it, or one that ends in .pmtiles."))
    return text


def _targets(value: Any) -> str:
    """Names or addresses of machines, each with a port or without, and networks; one a line."""
    entries = re.split(r"[\s,;]+", _text(value))
    for entry in filter(None, entries):
        if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?", entry):
            try:
                ip_network(entry, strict=False)
            except ValueError:
                said = {"entry": entry}
                raise ValidationError(
                    gettext("“%(entry)s” is neither a machine (name or name:port) nor a network (10.0.0.0/8).") % said
                ) from None
    return "\n".join(filter(None, entries))


#: A rule of automatic warnings: index, least category counted from the best, CAP's severity, and whether in earnest.
_AUTOMATIC = re.compile(r"(VN_AQI|VN_WQI) ([1-6]) (Minor|Moderate|Severe|Extreme)(?: (Actual|Test))?")


def _automatic(value: Any) -> str:
    """The rules of automatic warnings, each as it is read again: "VN_AQI 5 Severe Test; …"; empty: none."""
    rules = []
    for line in filter(None, (" ".join(part.split()) for part in re.split(r"[;\n]", _text(value)))):
        if (found := _AUTOMATIC.fullmatch(line)) is None:
            told = gettext("“%(text)s” is no rule: write for example VN_AQI 5 Severe Test.")
            raise ValidationError(told % {"text": line})
        rules.append(" ".join((*found.groups()[:3], found[4] or "Test")))
    return "; ".join(rules)


def _sender(value: Any) -> str:
    """A name that stands in CAP as it is: no spaces, commas, < or &."""
    text = _text(value)
    if text and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:@-]{2,99}", text):
        raise ValidationError(
            gettext("Use letters without marks, digits and . _ : @ - only, such as an e-mail address.")
        )
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
    "site.address": Choice(
        _("Address of these pages"),
        _("As people outside write it, https://…; links in messages begin with it."),
        "",
        _address,
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
    "warnings.sender": Choice(
        _("Sender of public warnings"),
        _(
            "What machines know this province by in CAP, such as an e-mail address of the authority. Choose it once:"
            " later messages name the sender of earlier ones. Empty: a name made of the province's code."
        ),
        "",
        _sender,
    ),
    "warnings.automatic": Choice(
        _("Automatic public warnings"),
        _(
            "Index, from which category on (1 is the best), severity, Actual or Test, such as: VN_AQI 5 Severe Test."
            " Several apart by a semicolon. Empty: people write every warning. Simulated stations only ever give tests."
        ),
        "",
        _automatic,
    ),
    "second_factor.everyone": Choice(
        _("Everybody signs in with a second proof"),
        _("Administrators always do. With this, so does everybody who works here."),
        False,
        _yes,
    ),
    "alarms.escalate_first_min": Choice(
        _("Minutes until an incident nobody has acknowledged is told to more people"),
        _("To everybody who works on incidents, and, where it is grave enough, to leaders. 0: never."),
        15,
        _whole(0, 1440, 15),
    ),
    "alarms.escalate_second_min": Choice(
        _("Minutes until it is told once more, to administrators and, where it is grave enough, to leaders"),
        _("Counted from the beginning too. 0: never."),
        30,
        _whole(0, 1440, 30),
    ),
    "alarms.escalate_leaders_severity": Choice(
        _("From which severity on leaders are told of what nobody has taken up"),
        _("1: minor, 2: moderate, 3: severe, 4: extreme."),
        2,
        _whole(1, 4, 2),
    ),
    "manifests.overdue_days": Choice(
        _("Days after which hazardous waste that was handed over should have been received"),
        _("Our convention, not a rule of law: after so many days the balance marks it as missing."),
        7,
        _whole(1, 365, 7),
    ),
    "manifests.tolerance_percent": Choice(
        _("By how much two weighings of hazardous waste may differ, percent"),
        _("Our convention, not a rule of law: what differs more is marked in the balance."),
        5,
        _whole(0, 50, 5),
    ),
    "manifests.silent_days": Choice(
        _("Days after which a generator of hazardous waste that told nothing is marked as silent"),
        _("Our convention, not a rule of law."),
        180,
        _whole(30, 1100, 180),
    ),
    "heartbeat.url": Choice(
        _("Heartbeat address"),
        _(
            "An address outside that is asked for again and again while everything moves: a service there notices when"
            " it is asked no more, which nobody here would. Empty: none."
        ),
        "",
        _address,
    ),
    "heartbeat.every_s": Choice(
        _("Seconds between two heartbeats"), _("Whole minutes: 60, 300, 600."), 300, _whole(60, 3600, 300)
    ),
    "outbox.allowed_targets": Choice(
        _("Inner machines that messages may be sent to"),
        _(
            "Webhooks and gateways lead to the internet only. Name here, one a line, what of your own network they may"
            " reach: a name, a name:port, or a network such as 10.1.0.0/16."
        ),
        "",
        _targets,
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
