"""Step 1: the number in a sentence, how sure it is, when it was computed, and what it was before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from nonnuoc.domain import index
from nonnuoc.domain.quality import LATE
from nonnuoc.look import figures, law, words
from nonnuoc.look.timeline import Event
from nonnuoc.portal import why_mean
from nonnuoc.portal.rows import Mark
from nonnuoc.portal.why_case import INDICES, Case
from nonnuoc.portal.why_values import Counts
from nonnuoc.records.monitoring import recomputing
from nonnuoc.records.monitoring.lineage import Change, Procedure

CLOSE = 1e-9  # relative: what two orders of the same sum may differ by
CHANGES = 40  # listed


@dataclass(frozen=True, slots=True)
class Again:
    """The same calculation, done while the page was made."""

    same: bool
    figure: str
    stored: str


@dataclass(frozen=True, slots=True)
class Use:
    """A number that this one enters."""

    what: str
    link: str


def figure(case: Case) -> str:
    """The number as it is shown: an index whole, a value with its unit; empty where there is none."""
    if math.isnan(case.value):
        return ""
    if case.source.procedure in INDICES:
        return str(int(index.rounded(case.value)))
    about = case.source.observed
    return f"{figures.number(case.value, about.decimals)}\N{NO-BREAK SPACE}{figures.unit(about.unit)}".rstrip()


def category(case: Case) -> law.Category | None:
    """The class of an index."""
    if case.working is None or math.isnan(case.value):
        return None
    return law.category(case.source.observed.code, int(index.rounded(case.value)), case.day)


def mark(case: Case) -> Mark:
    """Its mark; a hollow one for what is no index."""
    found = category(case)
    if found is None:
        return Mark("insufficient", 1, "?", indexed=False)
    return Mark(found.css, found.rank, figure(case), indexed=True)


def name(case: Case) -> str:
    """VN_AQI, PM2.5 (24-hour mean)."""
    short = words.short(case.source.observed)
    plain = (Procedure.AQI_1H, Procedure.AQI_24H, Procedure.WQI, Procedure.RAW, Procedure.SAMPLE)
    return short if case.source.procedure in plain else f"{short} ({words.procedure(case.source.procedure)})"


def when(case: Case) -> str:
    """The moment, or the day, that it is about."""
    if case.source.procedure == Procedure.AQI_24H:
        return gettext("on %(day)s") % {"day": f"{case.day:%d/%m/%Y}"}
    return gettext("at %(when)s") % {"when": figures.stamp(case.moment).replace(" ", "\N{NO-BREAK SPACE}")}


def question(case: Case) -> str:
    """What the reader came to ask."""
    said = {"what": name(case), "place": case.station.place, "when": when(case), "value": figure(case)}
    if not said["value"]:
        return gettext("Why is there no %(what)s for %(place)s %(when)s?") % said
    if found := category(case):
        said["value"] = f"{said['value']} ({found.word})"
    return gettext("Why is %(what)s at %(place)s %(when)s %(value)s?") % said


def again(case: Case) -> Again | None:
    """The number computed anew, beside the one that is stored; None for a measured one, and where no rule held."""
    if case.source.procedure in recomputing.MEASURED:
        return None
    if case.source.procedure in INDICES:
        if case.working is None:
            return None
        value = case.working.value
    else:
        hourly = recomputing.hourly_sources(case.streams, case.source)
        if not hourly:
            return None
        width = recomputing.HOURS[Procedure(case.source.procedure)]
        window = recomputing.hours(case.held, hourly[0], case.time, width)
        value, _ = why_mean.computed(case, window, case.source.procedure)
    same = math.isclose(value, case.value, rel_tol=CLOSE, abs_tol=CLOSE) or (
        math.isnan(value) and math.isnan(case.value)
    )
    return Again(same, exact(case, value), exact(case, case.value))


def exact(case: Case, value: float) -> str:
    """With two decimals more than people are shown."""
    if math.isnan(value):
        return gettext("not enough data")
    about = case.source.observed
    return f"{figures.number(value, about.decimals + 2)} {figures.unit(about.unit)}".rstrip()


def doubts(case: Case, counts: Counts | None) -> list[str]:
    """What makes the number less than sure."""
    if counts is None or case.source.procedure in recomputing.MEASURED:
        flags = words.flags(case.quality)
        return [flags] if flags else []
    flags = "" if math.isnan(case.value) else words.flags(case.quality & ~LATE)
    said = [flags] if flags else []
    if counts.suspect:
        said.append(
            ngettext("%(n)d doubted value is in it", "%(n)d doubted values are in it", counts.suspect)
            % {"n": counts.suspect}
        )
    if counts.refused:
        said.append(
            ngettext("%(n)d refused value is not in it", "%(n)d refused values are not in it", counts.refused)
            % {"n": counts.refused}
        )
    if counts.late:
        said.append(ngettext("%(n)d value came late", "%(n)d values came late", counts.late) % {"n": counts.late})
    return said


def computed(case: Case, told: datetime | None, changes: list[Change]) -> str:
    """When the number came to be what it is."""
    mine = [one for one in changes if one.datastream_id == case.source.id and one.time == case.moment]
    if mine:
        return gettext("It has stood like this since %(when)s; before that it was another.") % {
            "when": figures.stamp(mine[0].until)
        }
    if case.source.procedure in recomputing.MEASURED and told is not None:
        return gettext("Received at %(when)s, never changed since.") % {"when": figures.stamp(told)}
    if case.source.latest_time == case.moment and case.source.latest_received:
        return gettext("Computed at %(when)s, never changed since.") % {
            "when": figures.stamp(case.source.latest_received)
        }
    if told is None:
        return gettext("Never changed since it was first computed.")
    return gettext(
        "It could be known from %(when)s on, when the file that completes it arrived; never changed since."
    ) % {"when": figures.stamp(told)}


def past(case: Case, changes: list[Change]) -> list[Event]:
    """What the number was before, when that ended and why, the newest first."""
    mine = [one for one in changes if one.datastream_id == case.source.id and one.time == case.moment]
    return [Event(one.until, _was(case, one), _because(one), _receipt(one)) for one in mine[:CHANGES]]


def changed_inputs(case: Case, changes: list[Change]) -> list[Event]:
    """What was changed of the measured values it stands on."""
    of = {source.id: source for source in case.streams.every if source.procedure in recomputing.MEASURED}
    found = [one for one in changes if one.datastream_id in of and one.datastream_id != case.source.id]
    events = []
    for one in found[:CHANGES]:
        about = of[one.datastream_id].observed
        value = "–" if math.isnan(one.value) else figures.number(one.value, about.decimals)
        said = gettext("%(what)s of %(when)s was %(value)s until then") % {
            "what": words.short(about),
            "when": figures.stamp(one.time),
            "value": f"{value} {figures.unit(about.unit)}".rstrip(),
        }
        events.append(Event(one.until, said, _because(one), _receipt(one)))
    return events


def uses(case: Case) -> list[Use]:
    """The means and indices this number enters."""
    end = -(-case.time // recomputing.HOUR) * recomputing.HOUR
    found = []
    for one in case.streams.every:
        if case.source.id not in one.inputs or not one.active or one.procedure == Procedure.AQI_24H:
            continue
        time = case.time if one.procedure == Procedure.WQI else end
        if one.latest_time and one.latest_time.timestamp() * 1e6 >= time:
            found.append(Use(f"{words.short(one.observed)} ({words.procedure(one.procedure)})", case.link(one, time)))
    return found


def limit(case: Case) -> tuple[law.Limit, bool] | None:
    """(what the law allows of such a mean, whether this one is over it)."""
    averaging = law.AVERAGING.get(Procedure(case.source.procedure))
    if averaging is None or math.isnan(case.value):
        return None
    found = law.limits(case.station.kind, case.source.observed.code, case.day)
    one = next((limit for limit in found if limit.averaging == averaging), None)
    return (one, case.value > one.value) if one else None


def _was(case: Case, one: Change) -> str:
    value = exact(case, one.value)
    flags = words.flags(one.quality)
    said = gettext("until then: %(value)s") % {"value": value}
    return f"{said} ({flags})" if flags and not math.isnan(one.value) else said


def _because(one: Change) -> str:
    return {
        "recomputed": gettext("computed anew, because values it stands on arrived or were judged otherwise"),
        "corrected": gettext("computed anew, because a person had corrected a value it stands on"),
        "judged": gettext("judged again, when its neighbours in time had arrived"),
        "delivery": gettext("the station sent another value for the same time"),
        "person": gettext("judged by an authorised person"),
    }[one.cause]


def _receipt(one: Change) -> str:
    return reverse("receipt", args=[one.delivery]) if one.delivery else ""
