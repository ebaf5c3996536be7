"""A public warning as its readers are told it: the same words in the banner, on its page, on the desk before.

Every warning is written in Vietnamese; what has no English is shown in Vietnamese on an English page, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from nonnuoc.look import figures, province
from nonnuoc.look.aloud import Spoken
from nonnuoc.records.places.models import Commune
from nonnuoc.records.warnings import words
from nonnuoc.records.warnings.models import PublicWarning

Status, MessageType = PublicWarning.Status, PublicWarning.MessageType
#: How grave, as bars of four; the first is the gravest in lists.
RANKS = {"Extreme": 4, "Severe": 3, "Moderate": 2, "Minor": 1, "Unknown": 0}
#: Above and around everything that is no real warning.
FRAMES: Mapping[str, Promise] = {
    Status.EXERCISE: _("EXERCISE – not a real warning"),
    Status.TEST: _("TEST – not a real warning"),
}
SMS_PART, SMS_PARTS_OF = 70, 67  # characters with Vietnamese marks (UCS-2): in one message, in each of several


@dataclass(frozen=True, slots=True)
class Words:
    """Words, and their language where it is not that of the page."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader is told. Times are the warning's own."""

    identifier: str
    status: str
    frame: tuple[str, str] | None  # of what is no real warning
    message_type: str
    kind: str
    rank: int
    severity: str
    urgency: str
    certainty: str
    event: Words
    headline: Words
    description: Words
    instructions: tuple[tuple[str, Words], ...]  # whom, what to do
    area: Words
    places: tuple[tuple[str, str], ...]  # code and full name of each commune
    river: str
    reach: str
    effective: datetime
    onset: datetime | None
    expires: datetime
    sent: datetime | None
    automatic: bool
    simulated: bool

    @property
    def is_real(self) -> bool:
        return self.status == Status.ACTUAL

    @property
    def cancels(self) -> bool:
        return self.message_type == MessageType.CANCEL


def told(warning: PublicWarning, communes: Sequence[Commune] | None = None) -> Told:
    """The warning in the language that is active; `communes` where they are not kept yet."""
    area = warning.communes.all() if communes is None else communes
    return Told(
        identifier=warning.identifier or "",
        status=warning.status,
        frame=frame(warning.status),
        message_type=warning.message_type,
        kind=kind(warning.message_type),
        rank=RANKS.get(warning.severity, 0),
        severity=str(warning.get_severity_display()),
        urgency=str(warning.get_urgency_display()),
        certainty=str(warning.get_certainty_display()),
        event=_of(warning.event_vi, warning.event_en),
        headline=_headline(warning),
        description=_of(warning.description_vi, warning.description_en),
        instructions=_instructions(warning),
        area=_of(warning.area_vi, warning.area_en),
        places=tuple((one.code, one.full_name) for one in area),
        river=str(warning.river) if warning.river else "",
        reach=warning.reach,
        effective=warning.effective,
        onset=warning.onset,
        expires=warning.expires,
        sent=warning.sent,
        automatic=warning.automatic,
        simulated=warning.simulated,
    )


def kind(message_type: str) -> str:
    """What sort of message it is, as the head of a line."""
    return {
        MessageType.UPDATE: gettext("Warning, updated"),
        MessageType.CANCEL: gettext("Warning cancelled"),
    }.get(MessageType(message_type), gettext("Warning"))


def frame(status: str) -> tuple[str, str] | None:
    """What stands above a test or an exercise: the word, and what follows from it. None for a real warning."""
    if status not in FRAMES:
        return None
    note = words.said(f"note_{words.MARKS[Status(status)]}", get_language() or "vi")
    return str(FRAMES[status]), note


def sms(one: Told, link: str) -> str:
    """What fits a telephone's message: what it is, where, until when, where more stands."""
    until = "" if one.cancels else gettext("Until %(when)s") % {"when": figures.stamp(one.expires)}
    said = (one.headline.text, one.area.text, until)
    return " ".join([*(f"{part.rstrip('.')}." for part in said if part), link]).strip()


def sms_parts(text: str) -> int:
    """How many messages a telephone network makes of it."""
    return 1 if len(text) <= SMS_PART else -(-len(text) // SMS_PARTS_OF)


def spoken(one: PublicWarning, communes: Sequence[Commune] | None = None) -> Spoken:
    """What is read aloud of it: always Vietnamese."""
    area = one.communes.all() if communes is None else communes
    return Spoken(
        sender=f"tỉnh {province.name()}",
        status=one.status,
        message_type=one.message_type,
        headline=one.headline_vi,
        places=[commune.full_name for commune in area],
        area=one.area_vi,
        until=figures.stamp(one.expires),
        description=one.description_vi,
        instructions=words.instructions(one, "vi"),
    )


def _headline(warning: PublicWarning) -> Words:
    """Of a test or an exercise never without the word."""
    found = _of(warning.headline_vi, warning.headline_en)
    language = found.lang or get_language() or "vi"
    return Words(words.headline(warning, language), found.lang) if found.text else found


def _instructions(warning: PublicWarning) -> tuple[tuple[str, Words], ...]:
    """In the order in which they are addressed."""
    held = {one["audience"]: one for one in warning.instructions}
    given = ((names, held[code]) for code, names in words.audiences().items() if code in held)
    told_to = ((names, _of(one.get("vi", ""), one.get("en", ""))) for names, one in given)
    return tuple((names[get_language() or "vi"], what) for names, what in told_to if what.text)


def _of(vietnamese: str, english: str) -> Words:
    if get_language() != "en":
        return Words(vietnamese) if vietnamese else Words(english, "en" if english else "")
    return Words(english) if english else Words(vietnamese, "vi" if vietnamese else "")
