"""What is wrong with a warning before anybody hears it: all faults at once, each with its field and how to mend it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext

from nonnuoc.records.warnings import areas, words
from nonnuoc.records.warnings.models import PublicWarning

Status = PublicWarning.Status
MessageType = PublicWarning.MessageType
#: Texts that must be there, in order of importance.
DEMANDED = ("event_vi", "event_en", "headline_vi", "headline_en", "description_vi", "area_vi")
TEXTS = (*DEMANDED, "description_en", "area_en", "reach")
#: Letters that no reader sees and some choke on; line ends and tabs are none.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
RESPONSES = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")
LEAST = timedelta(minutes=5)  # what is over sooner reaches nobody
LONGEST = timedelta(days=7)
#: Where Việt Nam lies; a point that fits only the other way round has longitude and latitude swapped.
LON, LAT = (102.0, 118.0), (6.0, 24.0)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in which field and what to do about it. `refuses` False: a thing to look at, no more."""

    field: str
    code: str
    says: str
    mend: str
    refuses: bool = True
    proposal: dict[str, Any] | None = None  # what to put there instead

    def __str__(self) -> str:
        return f"{self.says} {self.mend}"


def faults(warning: PublicWarning, *, at: datetime) -> list[Fault]:
    """Everything that is wrong with it, if it were to be published now. Reads its communes."""
    found = [*_texts(warning), *_instructions(warning), *_times(warning, at), *_truth(warning), *_area(warning)]
    return sorted(found, key=lambda one: not one.refuses)


def require(warning: PublicWarning, *, at: datetime) -> None:
    """Raise ValidationError with every fault that refuses, by field."""
    _raise(one for one in faults(warning, at=at) if one.refuses)


def storable(warning: PublicWarning) -> None:
    """Raise ValidationError for what no draft can be kept with: no such choice, too long, over before it begins."""
    empty = [field.name for field in warning._meta.fields if getattr(warning, field.attname) in ("", None)]
    warning.clean_fields(exclude=[*empty, "instructions", "polygon"])
    found = [one for one in (*_times(warning, None), *_truth(warning)) if one.refuses]
    found += [one for one in _instructions(warning) if one.code == "unreadable"]
    if warning.polygon is not None:
        found += [one for one in _polygon(warning.polygon) if one.code == "unreadable"]
    _raise(iter(found))


def _raise(found: Iterator[Fault]) -> None:
    told: dict[str, list[str]] = {}
    for one in found:
        told.setdefault(one.field, []).append(str(one))
    if told:
        raise ValidationError(told)


def _texts(warning: PublicWarning) -> Iterator[Fault]:
    for name in DEMANDED:
        if not getattr(warning, name).strip():
            english = name.endswith("_en")
            mend = gettext("A warning is given in both languages.") if english else gettext("Write it.")
            yield Fault(name, "missing", gettext("This is empty."), mend)
    for name in TEXTS:
        yield from _letters(name, getattr(warning, name))
    for name in ("headline_vi", "headline_en"):
        if len(getattr(warning, name)) > words.HEADLINE:
            says = gettext("The headline has %(n)d characters.") % {"n": len(getattr(warning, name))}
            mend = gettext("Keep to %(most)d: telephones cut the rest off.") % {"most": words.HEADLINE}
            yield Fault(name, "too_long", says, mend)
    if warning.description_vi.strip() and not warning.description_en.strip():
        says = gettext("There is no English description.")
        yield Fault("description_en", "missing", says, gettext("Readers of English see the headline only."), False)


def _letters(name: str, text: str) -> Iterator[Fault]:
    if (found := CONTROL.search(text)) is not None:
        says = gettext("There is a sign in it that cannot be seen (U+%(code)04X).") % {"code": ord(found[0])}
        yield Fault(name, "control", says, gettext("Delete it, or type the text anew."))


def _instructions(warning: PublicWarning) -> Iterator[Fault]:
    given = warning.instructions
    name = "instructions"
    if not isinstance(given, list) or not all(_is_instruction(one) for one in given):
        says = gettext("Instructions are a list of audience, Vietnamese and English text.")
        yield Fault(name, "unreadable", says, gettext("Fill the form in again."))
        return
    said = {one["audience"]: one for one in given}
    if len(said) < len(given):
        says = gettext("One audience is addressed twice.")
        yield Fault(name, "twice", says, gettext("Put what it is to do into one instruction."))
    everyone = said.get("everyone", {})
    for language, says in (
        ("vi", gettext("Nothing tells everyone what to do.")),
        ("en", gettext("Nothing tells everyone what to do, in English.")),
    ):
        if not everyone.get(language, "").strip():
            yield Fault(name, "missing", says, gettext("Write one sentence that begins with what to do."))
    for one in given:
        for language in words.LANGUAGES:
            yield from _letters(name, one.get(language, ""))
        if one["audience"] != "everyone" and one["vi"].strip() and not one.get("en", "").strip():
            who = words.audiences()[one["audience"]]["en" if get_language() == "en" else "vi"]
            says = gettext("What %(who)s are to do is not said in English.") % {"who": who}
            yield Fault(name, "untranslated", says, gettext("Write it, if they are addressed."), False)


def _is_instruction(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and one.get("audience") in words.audiences()
        and isinstance(one.get("vi"), str)
        and isinstance(one.get("en", ""), str)
        and one.get("response", "None") in RESPONSES
    )


def _times(warning: PublicWarning, at: datetime | None) -> Iterator[Fault]:
    """Against the clock only where `at` is given."""
    if warning.expires <= warning.effective:
        says = gettext("It ends before it begins.")
        yield Fault("expires", "before_effective", says, gettext("Set the end after the beginning."))
    elif warning.expires - warning.effective > LONGEST:
        says = gettext("It would hold for more than %(days)d days.") % {"days": LONGEST.days}
        yield Fault("expires", "too_far", says, gettext("End it sooner; one click makes an update."))
    if at is not None and warning.expires < max(at, warning.effective) + LEAST:
        says = gettext("It is over, or will be within minutes.")
        yield Fault("expires", "past", says, gettext("Set a later end."))
    if warning.onset is not None and warning.onset >= warning.expires:
        says = gettext("What it warns of begins after the warning ends.")
        yield Fault("onset", "after_expires", says, gettext("Set a later end, or an earlier onset."))


def _truth(warning: PublicWarning) -> Iterator[Fault]:
    if warning.simulated and warning.status == Status.ACTUAL:
        says = gettext("It rests on simulated data and can never be a real warning.")
        yield Fault("status", "simulated", says, gettext("Choose test or exercise."))
    before = warning.changes
    if before is not None and warning.status != before.status:
        says = gettext("What it changes is of another status (%(status)s).") % {"status": before.get_status_display()}
        yield Fault("status", "changed", says, gettext("Keep the status: an exercise is ended by an exercise."))


def _area(warning: PublicWarning) -> Iterator[Fault]:
    communes = warning.pk is not None and warning.communes.exists()
    reach = warning.river is not None and bool(warning.reach.strip())
    if warning.polygon is None and not communes and not reach:
        says = gettext("There is no area.")
        yield Fault("area", "missing", says, gettext("Choose communes, a reach of a river, or draw one."))
    elif warning.polygon is None and not communes:
        says = gettext("A reach in words is on no map.")
        yield Fault("area", "words_only", says, gettext("Choose the communes along it."), refuses=False)
    if warning.polygon is not None:
        yield from _polygon(warning.polygon)


def _polygon(drawn: Any) -> Iterator[Fault]:
    name = "polygon"
    try:
        area = areas.shape(drawn)
    except areas.UnreadableAreaError:
        says = gettext("The drawn area cannot be read.")
        yield Fault(name, "unreadable", says, gettext("Draw it anew."))
        return
    outlines = drawn["coordinates"] if drawn["type"] == "MultiPolygon" else [drawn["coordinates"]]
    if any(list(ring[0]) != list(ring[-1]) for outline in outlines for ring in outline):
        says = gettext("The outline of the drawn area is not closed.")
        yield Fault(name, "open", says, gettext("End it where it began."))
    points = shapely.get_coordinates(area)
    lon, lat = points[:, 0], points[:, 1]
    if not all(math.isfinite(number) for number in points.ravel().tolist()):
        yield Fault(name, "unreadable", gettext("The drawn area cannot be read."), gettext("Draw it anew."))
        return
    if ((lon >= LAT[0]) & (lon <= LAT[1]) & (lat >= LON[0]) & (lat <= LON[1])).all():
        says = gettext("Longitude and latitude are exchanged.")
        yield Fault(name, "swapped", says, gettext("Longitude comes first: about 106, then 22."))
        return
    if (abs(lon) > 180).any() or (abs(lat) > 90).any():
        yield Fault(name, "unreadable", gettext("The drawn area lies nowhere on Earth."), gettext("Draw it anew."))
        return
    if not shapely.is_valid(area) or area.area == 0:
        says = gettext("The outline of the drawn area crosses itself, or encloses nothing.")
        yield Fault(name, "crossing", says, gettext("Draw it anew, or take the mended one."), proposal=_mended(drawn))
    elif any(len(outline[0]) > areas.MOST_POINTS for outline in outlines):
        says = gettext("The drawn area has more than %(most)d points.") % {"most": areas.MOST_POINTS}
        yield Fault(name, "too_many", says, gettext("Take the simplified one."), proposal=_mended(drawn))
    if any(len(outline) > 1 for outline in outlines):
        says = gettext("The drawn area has a hole, which CAP does not know.")
        yield Fault(name, "hole", says, gettext("The hole is warned as well."), False)
    box = areas.province_box()
    if box and not shapely.box(*box).covers(area):
        says = gettext("The drawn area reaches out of the province.")
        yield Fault(name, "outside", says, gettext("Look at it once more."), False)


def _mended(drawn: Any) -> dict[str, Any] | None:
    """The same area, valid and with few points; None where nothing is left of it."""
    made = areas.simplified(drawn)
    return made if made["coordinates"] else None
