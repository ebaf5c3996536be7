"""A preview as it is shown: the sentence, the stations with their incidents, each on its chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonnuoc.desk.alarm_rules import wording
from nonnuoc.look import figures, plot, words
from nonnuoc.look.plot import Bound
from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.levels import applying
from nonnuoc.records.alerts.levels.applying import Applied
from nonnuoc.records.alerts.levels.bounding import Version
from nonnuoc.records.alerts.models import AlarmRule, Severity
from nonnuoc.records.alerts.rulebook import reading as rulebook
from nonnuoc.records.alerts.rulebook.previewing import WITHOUT_PAST, Preview, Raised, Spot
from nonnuoc.records.monitoring import timeseries
from nonnuoc.records.monitoring.rows import micros, moment
from nonnuoc.records.monitoring.selectors import Property
from nonnuoc.records.monitoring.streams import Stream

PERIODS = ("30d", "90d", "year", "365d")
MOST_CHARTS = 8  # on one page; each is a read of its own
LISTED = 20  # incidents of a station
POINTS = 366


@dataclass(frozen=True, slots=True)
class Line:
    """What would have been one incident."""

    since: str
    until: str
    lasting: str
    severity: str
    rank: int
    what: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One datastream with the spans the rule would have marked."""

    title: str
    sentence: str
    plot: plot.Plot


@dataclass(frozen=True, slots=True)
class Place:
    """A station where something would have been raised."""

    code: str
    name: str
    simulated: bool
    number: int
    lines: list[Line]
    more: int
    charts: list[Chart]


@dataclass(frozen=True, slots=True)
class Shown:
    """All of one portion."""

    answer: str
    looked: str
    places: list[Place]
    quiet: int  # stations where nothing would have been raised
    next: int | None
    seen: int
    stations: int
    left_out: bool  # not every chart is drawn
    impossible: str


def span(period: str, at: datetime) -> tuple[datetime, datetime]:
    """From when to when a named period reaches."""
    if period == "year":
        return timezone.localtime(at).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0), at
    days = {"30d": 30, "90d": 90, "365d": 365}[period]
    return at - timedelta(days=days), at


def period_words() -> list[tuple[str, str]]:
    """The periods that can be chosen."""
    said = (_("30 days"), _("90 days"), _("since January"), _("365 days"))
    return list(zip(PERIODS, said, strict=True))


def of(version: Version, found: Preview) -> Shown:
    """The preview in words and pictures; a query for each chart."""
    names = rulebook.properties()
    raised = sorted((spot for spot in found.spots if spot.raised), key=lambda spot: -len(spot.raised))
    room = MOST_CHARTS
    places = []
    for spot in raised:
        charts = list(_charts(version, spot, found, names, room))
        room -= len(charts)
        places.append(_place(spot, names, charts))
    seen = found.next if found.next is not None else found.stations
    kinds = sum(len({one.datastream_id for raised_ in spot.raised for one in raised_.alarms}) for spot in raised)
    return Shown(
        answer=_answer(found, len(raised)),
        looked=_looked(found, seen),
        places=places,
        quiet=len(found.spots) - len(raised),
        next=found.next,
        seen=seen,
        stations=found.stations,
        left_out=kinds > MOST_CHARTS,
        impossible=_("What this kind of rule goes by is not kept: it cannot be previewed.")
        if version.rule.kind in WITHOUT_PAST
        else "",
    )


def _answer(found: Preview, stations: int) -> str:
    if not found.stations:
        return _("No station is within its scope: it would judge nothing.")
    said = {"n": found.incidents, "since": figures.day(found.since)}
    if not found.incidents:
        return _("Since %(since)s it would have raised nothing.") % said
    first = ngettext(
        "Since %(since)s it would have raised %(n)d incident",
        "Since %(since)s it would have raised %(n)d incidents",
        found.incidents,
    )
    second = ngettext("at %(n)d station.", "at %(n)d stations.", stations) % {"n": stations}
    return f"{first % said} {second}"


def _looked(found: Preview, seen: int) -> str:
    said = {"first": found.start + 1, "last": seen, "all": found.stations, "values": figures.number(found.values)}
    if found.start == 0 and seen == found.stations:
        text = ngettext("%(all)d station was looked at", "%(all)d stations were looked at", found.stations) % said
    else:
        text = _("Stations %(first)d to %(last)d of %(all)d were looked at") % said
    return _("%(text)s, %(values)s values.") % {"text": text, **said} if found.values else f"{text}."


def _place(spot: Spot, names: Mapping[str, Property], charts: list[Chart]) -> Place:
    streams = {stream.id: stream for stream, _applied in spot.where.streams}
    newest = sorted(spot.raised, key=lambda one: one.onset, reverse=True)
    station = spot.where.station
    return Place(
        code=station.code,
        name=station.name,
        simulated=station.simulated,
        number=len(spot.raised),
        lines=[_line(one, streams, names) for one in newest[:LISTED]],
        more=max(0, len(newest) - LISTED),
        charts=charts,
    )


def _line(one: Raised, streams: Mapping[int, Stream], names: Mapping[str, Property]) -> Line:
    said = {}
    for alarm in sorted(one.alarms, key=lambda alarm: -alarm.severity):
        stream = streams.get(alarm.datastream_id or 0)
        if stream is not None and stream.id not in said:
            said[stream.id] = _peak(alarm, stream, names[stream.property])
    return Line(
        since=figures.stamp(one.onset),
        until=figures.stamp(one.cleared) if one.cleared else _("goes on"),
        lasting=wording.minutes(one.cleared - one.onset) if one.cleared else "",
        severity=str(Severity(one.severity).label),
        rank=one.severity,
        what=", ".join(said.values()),
    )


def _peak(alarm: Found, stream: Stream, observed: Property) -> str:
    name = words.short(observed)
    if alarm.peak is None:
        return name
    return f"{name} {figures.number(alarm.peak, observed.decimals)} {figures.unit(stream.unit)}".rstrip()


def _charts(version: Version, spot: Spot, found: Preview, names: Mapping[str, Property], room: int) -> Iterator[Chart]:
    alarms: dict[int, list[Found]] = {}
    for one in spot.raised:
        for alarm in one.alarms:
            alarms.setdefault(alarm.datastream_id or 0, []).append(alarm)
    judged = {stream.id: (stream, applied) for stream, applied in spot.where.streams}
    most_first = sorted((id for id in alarms if id in judged), key=lambda id: -len(alarms[id]))
    for id in most_first[:room]:
        stream, applied = judged[id]
        series = timeseries.over(id, found.since, found.until, POINTS)
        marked = [(alarm.onset, alarm.cleared or found.until) for alarm in alarms[id]]
        reached = max(alarm.step for alarm in alarms[id])
        drawn = plot.plot([series], _bounds(applied, stream, found, reached), marked)
        if drawn is not None:
            yield _chart(version.rule, spot, stream, names[stream.property], len(marked), found, drawn)


def _chart(
    rule: AlarmRule, spot: Spot, stream: Stream, observed: Property, number: int, found: Preview, drawn: plot.Plot
) -> Chart:
    measured = words.short(observed)
    if stream.procedure not in ("raw", "sample"):
        measured = f"{measured}, {words.procedure(stream.procedure)}"
    if unit := figures.unit(stream.unit):
        measured = f"{measured} ({unit})"
    said = {"what": measured, "where": spot.where.station.name, "n": number}
    title = ngettext("%(what)s at %(where)s: %(n)d alarm", "%(what)s at %(where)s: %(n)d alarms", number) % said
    ends = {"since": figures.day(found.since), "until": figures.day(found.until), "name": wording.told(rule, "name")}
    return Chart(title, _("%(since)s to %(until)s; shaded where “%(name)s” would have been on.") % ends, drawn)


def _bounds(applied: tuple[Applied, ...], stream: Stream, found: Preview, reached: int) -> list[Bound]:
    """The levels up to the gravest that was reached, the mildest last: that one is named."""
    bounds = []
    for one in applied:
        since, until = max(one.since, micros(found.since)), min(one.until, micros(found.until))
        if since >= until or one.signal != "value":
            continue
        source = one.document.partition(",")[0]
        if since > micros(found.since):
            source = _("%(document)s, since %(day)s") % {"document": source, "day": figures.day(moment(since))}
        for level in list(applying.levels_of(one))[::-1]:
            if level.step <= reached:
                says = f"{Severity(level.severity).label}: {wording.bounds(one, level.step, stream.unit)}"
                bounds.append(Bound(level.value, moment(since), moment(until), says, source))
    return bounds
