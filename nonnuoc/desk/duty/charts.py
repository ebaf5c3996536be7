"""The charts of an incident: what its datastreams said around it, the levels that were passed, the excursion marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.duty import telling
from nonnuoc.look import figures, plot, series_json, words
from nonnuoc.look.plot import Bound
from nonnuoc.records.alerts import selectors
from nonnuoc.records.alerts.attending.wording import article
from nonnuoc.records.alerts.levels import applying, passed
from nonnuoc.records.alerts.models import Alarm, Family, Incident
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring import timeseries
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.rows import micros, moment

MOST = 3  # charts on a page: of more parameters the gravest
POINTS = 366
SHORTEST, LONGEST = timedelta(hours=6), timedelta(days=3)  # shown before and after
MOST_ASKED = timedelta(days=400)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Chart:
    """One datastream around the incident."""

    stream: Datastream
    since: datetime
    until: datetime
    title: str
    sentence: str
    unit: str
    decimals: int
    limits: Sequence[Bound]
    plot: plot.Plot | None
    validated: bool
    flagged: int


class Wanted(forms.Form):
    """What a chart asks for: which stream, which time, how many points."""

    stream = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    since = forms.DateTimeField()
    until = forms.DateTimeField()
    points = forms.IntegerField(min_value=10, max_value=2000, required=False)

    def clean(self) -> dict[str, Any]:
        """A span there can be."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and not timedelta(0) < until - since <= MOST_ASKED:
            raise forms.ValidationError("`until` must lie after `since`, at most 400 days.")
        return cleaned


@allowed("incidents.read", "GET", "HEAD")
def series(request: Entered, identity: int) -> HttpResponse:
    """One datastream of an incident over [since, until), thinned to `points`, for whoever may see the incident."""
    incident = selectors.by_id(identity, request.rights)
    asked = Wanted(request.GET)
    if incident is None:
        raise Http404
    if not asked.is_valid():
        return JsonResponse({"status": 400, "title": "Bad request", "errors": asked.errors}, status=400)
    told = asked.cleaned_data
    own = [one for one in selectors.alarms(incident.id) if one.datastream_id == told["stream"]]
    if not own or own[0].datastream is None:
        raise Http404
    since, until = told["since"], told["until"]
    found = timeseries.over(told["stream"], since, until, told["points"] or 600)
    return JsonResponse(
        series_json.told(found, levels(own, since, until), excursions(own, timezone.now()))
    )  # fmt: skip


def of(incident: Incident, alarms: Sequence[Alarm], at: datetime) -> list[Chart]:
    """Those of its datastreams, the gravest alarm's first."""
    streams: dict[int, list[Alarm]] = {}
    for alarm in alarms:
        if alarm.datastream_id is not None:
            streams.setdefault(alarm.datastream_id, []).append(alarm)
    since, until = around(incident, at)
    return [_chart(own, since, until, at) for own in list(streams.values())[:MOST]]


def around(incident: Incident, at: datetime) -> Span:
    """From when to when its charts reach: the excursion, and as much again before and after it, within bounds."""
    end = incident.cleared or at
    margin = min(max(end - incident.onset, SHORTEST), LONGEST)
    since = (incident.onset - margin).replace(second=0, microsecond=0)
    until = max(min(end + margin, at), since + SHORTEST).replace(second=0, microsecond=0)
    return since, until + timedelta(minutes=1)


def excursions(alarms: Sequence[Alarm], at: datetime) -> list[Span]:
    """From when to when each alarm lasted; one that goes on, until now."""
    return [(one.onset, one.cleared or max(at, one.last_beyond)) for one in alarms]


def levels(alarms: Sequence[Alarm], since: datetime, until: datetime) -> list[Bound]:
    """The levels of the rules that raised these alarms, as they held over the span; else those that were passed."""
    stream_id, codes = alarms[0].datastream_id, {one.code for one in alarms}
    applied = applying.of_streams([stream_id])[stream_id] if stream_id is not None else ()
    every = [level for one in applied if one.code in codes for level in applying.levels_of(one)]
    within = [one for one in every if one.since < micros(until) and one.until > micros(since)]
    if within:
        return [_bound(one, alarms[0], since, until) for one in within]
    return list(_passed(alarms, since, until))


def _chart(alarms: list[Alarm], since: datetime, until: datetime, at: datetime) -> Chart:
    lead = alarms[0]
    stream = lead.datastream
    assert stream is not None  # noqa: S101 - they were gathered by it
    found = timeseries.over(stream.id, since, until, POINTS)
    limits = levels(alarms, since, until)
    observed = monitoring.observed(stream)
    return Chart(
        stream, since, until, _title(lead), _sentence(lead, found), figures.unit(observed.unit), observed.decimals,
        limits, plot.plot([found], limits, excursions(alarms, at)), bool(found.validated.any()),
        len(found.flagged_time),
    )  # fmt: skip


def _title(lead: Alarm) -> str:
    """What is seen."""
    measured = telling.measured(lead)
    peak = telling.value(lead, lead.peak)
    if not peak or lead.incident.family != Family.ENVIRONMENT:
        return f"{measured}: {telling.name(lead)}" if lead.rule.observed_property_id else telling.name(lead)
    if lead.peak_time is None:
        return f"{measured}: {peak}"
    said = {"what": measured, "value": peak, "when": figures.stamp(lead.peak_time)}
    return gettext("%(what)s reached %(value)s at %(when)s") % said


def _sentence(lead: Alarm, found: timeseries.Series) -> str:
    """The same for those who cannot see it."""
    observed = monitoring.observed(lead.datastream)  # type: ignore[arg-type]  # its chart is drawn
    said = {"name": words.name(observed), "since": figures.stamp(found.since), "until": figures.stamp(found.until)}
    first = gettext("%(name)s from %(since)s to %(until)s; the excursion is shaded.") % said
    if not found.summary.count:
        nothing = gettext("No usable value.")
        return f"{first} {nothing}"
    low, high, last = (
        figures.number(one, observed.decimals) for one in (found.summary.low, found.summary.high, found.summary.last)
    )
    unit = figures.unit(observed.unit)
    second = gettext("Between %(low)s and %(high)s %(unit)s, last %(last)s.")
    return f"{first} {second % {'low': low, 'high': high, 'unit': unit, 'last': last}}".replace(" .", ".")


def _bound(level: applying.Level, alarm: Alarm, since: datetime, until: datetime) -> Bound:
    begins = max(level.since, micros(since))
    ends = min(level.until, micros(until))
    source = article(level.document)
    if level.since > 0:
        source = gettext("%(document)s, since %(day)s") % {
            "document": source,
            "day": figures.day(moment(level.since)),
        }
    found = passed.of_step(alarm.rule, level.step, level.value, under=level.side == "below")
    if found.times != 1:
        source = ""  # no document says so; what it says is the step of once
    return Bound(level.value, moment(begins), moment(ends), _says(alarm, found), source)


def _passed(alarms: Sequence[Alarm], since: datetime, until: datetime) -> Iterator[Bound]:
    seen = set()
    for one in alarms:
        if one.level is not None and (one.code, one.level) not in seen:
            seen.add((one.code, one.level))
            found = passed.of(one)
            assert found is not None  # noqa: S101 - it has a level
            yield Bound(
                one.level, since, until, _says(one, found), article(one.rule.article) if found.times == 1 else ""
            )


def _says(alarm: Alarm, found: passed.Passed) -> str:
    unit = figures.unit(alarm.datastream.observed_property.unit) if alarm.datastream else ""
    word = gettext("limit") if alarm.rule.kind == "limit" else gettext("level")
    return f"{word}: {telling.printed(alarm, found, unit)}"
