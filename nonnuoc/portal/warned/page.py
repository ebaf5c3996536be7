"""The page of one warning: what, where, until when, what to do now; then where it holds, why, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from nonnuoc.look import aloud, figures, words
from nonnuoc.look import warning as reading
from nonnuoc.look.access import PAGE_S, public
from nonnuoc.look.timeline import Event
from nonnuoc.portal.drawn import drawn
from nonnuoc.portal.warned import area_map
from nonnuoc.records.alerts.attending.wording import article
from nonnuoc.records.warnings import grounds
from nonnuoc.records.warnings import selectors as warnings
from nonnuoc.records.warnings.grounds import Ground
from nonnuoc.records.warnings.models import PublicWarning

MessageType = PublicWarning.MessageType


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of it; `link` leads to what holds now, where there is such a thing."""

    words: str
    link: str = ""
    link_words: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """A measured reason, in words."""

    station: str
    link: str  # to the chart of what was measured
    what: str
    value: str
    limit: str
    article: str
    when: datetime


@public(max_age=PAGE_S)
def page(request: HttpRequest, identifier: str) -> HttpResponse:
    found = _found(identifier)
    at = timezone.now()
    chain = warnings.chain(found)
    one = reading.told(found)
    drawing = area_map.of([code for code, _ in one.places], found.polygon)
    context = {
        "at": at,
        "warning": found,
        "one": one,
        "standing": standing(found, chain, at),
        "map": drawn("portal/warned/map.html", map=drawing) if drawing else None,
        "whys": [why(each) for each in grounds.of(found)],
        "events": history(chain, found) if len(chain) > 1 else [],
        "trail": [(gettext("Warnings"), reverse("warnings")), (one.event.text, "")],
        "simulated": found.simulated,
    }
    return render(request, "portal/warned/page.html", context)


@public(max_age=PAGE_S)
def loudspeaker(request: HttpRequest, identifier: str) -> HttpResponse:
    """What is read aloud in the hamlets; for the head of a hamlet, who has no account."""
    found = _found(identifier)
    at, one = timezone.now(), reading.told(found)
    context = {
        "warning": found,
        "one": one,
        "parts": aloud.script(reading.spoken(found)),
        "standing": standing(found, warnings.chain(found), at),
        "trail": [
            (gettext("Warnings"), reverse("warnings")),
            (one.event.text, reverse("warning", args=[identifier])),
            (gettext("For the loudspeaker"), ""),
        ],
        "simulated": found.simulated,
    }
    return render(request, "portal/warned/loudspeaker.html", context)


def standing(found: PublicWarning, chain: Sequence[PublicWarning], at: datetime) -> Standing | None:
    """None while it holds as it was written."""
    last = chain[-1] if chain else found
    if last.id != found.id and last.sent is not None:
        way = (reverse("warning", args=[last.identifier]), reading.told(last).headline.text)
        when = {"when": figures.stamp(last.sent)}
        if last.message_type == MessageType.CANCEL:
            return Standing(gettext("This warning was cancelled at %(when)s.") % when, *way)
        return Standing(gettext("This warning was updated at %(when)s. This holds now:") % when, *way)
    if found.message_type == MessageType.CANCEL:
        return None
    if found.expires <= at:
        return Standing(gettext("This warning is over since %(when)s.") % {"when": figures.stamp(found.expires)})
    return None


def why(ground: Ground) -> Why:
    """What was measured, beyond what."""
    one = ground.observed
    rule = ground.rule.name_en if get_language() == "en" else ground.rule.name_vi
    what = f"{words.name(one)}, {words.procedure(ground.procedure)}" if one else rule
    unit = figures.unit(one.unit) if one else ""
    decimals = one.decimals if one else 1
    link = reverse("station", args=[ground.station_code]) if ground.station_code else ""
    if link and one:
        link += f"?property={one.code}&mean={ground.procedure}#chart"
    return Why(
        station=ground.station,
        link=link,
        what=what,
        value=f"{figures.number(ground.peak, decimals)} {unit}".strip() if ground.peak is not None else "",
        limit=f"{figures.number(ground.level, decimals)} {unit}".strip() if ground.level is not None else "",
        article=article(ground.rule.article),
        when=ground.peak_time or ground.onset,
    )


def history(chain: Sequence[PublicWarning], found: PublicWarning) -> list[Event]:
    """What was said, the newest first; this one without a link."""
    return [
        Event(
            at=one.sent or one.effective,
            words=reading.kind(one.message_type),
            detail=reading.told(one).headline.text,
            link="" if one.id == found.id else reverse("warning", args=[one.identifier]),
            is_open=one.id == chain[-1].id and one.message_type != MessageType.CANCEL,
        )
        for one in reversed(chain)
    ]


def _found(identifier: str) -> PublicWarning:
    found = warnings.by_identifier(identifier)
    if found is None:
        raise Http404(gettext("There is no such warning. All that are in force stand on the page of warnings."))
    return found
