"""What is missing at a station, since when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from nonnuoc.domain.quality import Flag
from nonnuoc.look import figures, words
from nonnuoc.portal.asked import iso
from nonnuoc.portal.kept import kept
from nonnuoc.records.monitoring import gaps
from nonnuoc.records.monitoring.gaps import Gap, Instrument
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.selectors import Latest, Property, StationNow

Procedure = Datastream.Procedure
DAYS = 30
LISTED = 8  # gaps of one instrument; what follows is counted


@dataclass(frozen=True, slots=True)
class Told:
    """A gap in words."""

    since: datetime
    until: datetime | None  # None: it lasts
    length: str
    why: str
    query: str


@dataclass(frozen=True, slots=True)
class Line:
    """One instrument over the last days. `percent` of the time that its values cover."""

    name: str
    percent: int
    total: str
    count: int
    gaps: list[Told]
    unlisted: int


@dataclass(frozen=True, slots=True)
class Missing:
    """What a station lacks now, and what it lacked."""

    index: str  # what its index lacks, empty when there is one
    silent: list[Latest]
    never: list[str]
    gaps: SafeString  # of the last days, drawn


def missing(station: StationNow, at: datetime) -> Missing | None:
    """None for a station that is not meant to measure, or has no instrument that measures by the clock."""
    timed = [one for one in station.latest if one.interval_s and one.procedure == Procedure.RAW]
    if station.state != Thing.State.ACTIVE or not timed:
        return None
    heard = [one for one in timed if one.time]
    asked = at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0)
    instruments = tuple(_instrument(station, one) for one in heard)
    index = station.index
    return Missing(
        index=words.lacking(index) if index and not (index.current and index.value is not None) else "",
        silent=[one for one in heard if one.silent_since],
        never=[words.name(one.observed) for one in timed if not one.time],
        gaps=_drawn(instruments, asked, get_language()),
    )


def _instrument(station: StationNow, one: Latest) -> tuple[Property, Instrument]:
    mean = station.means.get(one.observed.code, {}).get(Procedure.MEAN_1H)
    return one.observed, Instrument(one.datastream_id, mean.datastream_id if mean else None, one.interval_s or 0)


@kept(seconds=600, most=500)
def _drawn(instruments: tuple[tuple[Property, Instrument], ...], until: datetime, _language: str | None) -> SafeString:
    """The gaps of the last days; `until` moves on every ten minutes, and the answer with it."""
    found = gaps.of([instrument for _, instrument in instruments], until - timedelta(days=DAYS), until)
    lines = [_line(observed, one, found.get(one.datastream_id, [])) for observed, one in instruments]
    context = {
        "lines": [line for line in lines if line.count],
        "whole": [line.name for line in lines if not line.count],
        "days": DAYS,
        "asked": until,
    }
    return render_to_string("portal/gaps.html", context)


def _line(observed: Property, one: Instrument, found: list[Gap]) -> Line:
    interval = timedelta(seconds=one.interval_s)
    lost = sum((gap.until - gap.since - (timedelta() if gap.open else interval) for gap in found), timedelta())
    span = timedelta(days=DAYS)
    return Line(
        name=words.name(observed),
        percent=int(100 * max(0.0, 1 - lost / span)),
        total=length(lost),
        count=len(found),
        gaps=[_told(gap, observed) for gap in found[:LISTED]],
        unlisted=max(0, len(found) - LISTED),
    )


def _told(gap: Gap, observed: Property) -> Told:
    query = f"?property={observed.code}&mean={Procedure.RAW}"
    around = (gap.until - gap.since) / 4 + timedelta(hours=1)
    span = f"&since={iso(gap.since - around)}&until={iso(gap.until + around)}#chart"
    return Told(gap.since, None if gap.open else gap.until, length(gap.until - gap.since), why(gap), query + span)


def why(gap: Gap) -> str:
    """The reasons its rows give, in words; without rows no file brought anything."""
    if not gap.failed and not gap.missing:
        return gettext("no file brought a value")
    parts = []
    if gap.status and (said := words.status(gap.status)):
        parts.append(gettext("the instrument reported: %(status)s") % {"status": said})
    elif gap.failed:
        parts.append(words.flags(int(Flag.FAIL) | gap.checks))
    if gap.missing:
        parts.append(gettext("the file said that there was no value"))
    return "; ".join(parts)


def length(span: timedelta) -> str:
    """35 minutes, 5,1 hours, 2,4 days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return gettext("%(n)s hours") % {"n": figures.number(minutes / 60, 1)}
    return gettext("%(n)s days") % {"n": figures.number(minutes / 1440, 1)}
