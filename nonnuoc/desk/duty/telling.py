"""What is said of incidents on the duty desk: where, what, since when, whose it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import get_language, gettext, ngettext

from nonnuoc.look import figures, words
from nonnuoc.records.alerts.levels import passed
from nonnuoc.records.alerts.models import Alarm, AlarmRule, Family, Incident
from nonnuoc.records.alerts.selectors import Listed, Part, Standing
from nonnuoc.records.monitoring import selectors as monitoring

Kind = AlarmRule.Kind


def where(incident: Incident) -> str:
    """The station; what is of none is of the network, or of this system."""
    if incident.thing is not None:
        return incident.thing.name
    return gettext("This system") if incident.family == Family.SYSTEM else gettext("The whole network")


def what(one: Listed) -> str:
    """In one line: "PM2.5, 24-hour mean 68 µg/Nm³, limit 45", or how many are silent; with how many more there are."""
    if one.lead is None:
        return str(one.incident.get_family_display())
    if one.incident.family == Family.SILENCE and one.incident.thing is None:
        return ngettext("%(n)d station is silent", "%(n)d stations are silent", one.stations) % {"n": one.stations}
    if one.incident.family == Family.SILENCE and one.alarms > 1:
        return ngettext("%(n)d parameter is silent", "%(n)d parameters are silent", one.alarms) % {"n": one.alarms}
    said, more = _value(one.lead) or name(one.lead), one.alarms - 1
    if not more:
        return said
    return ngettext("%(what)s, and %(n)d more", "%(what)s, and %(n)d more", more) % {"what": said, "n": more}


def name(alarm: Alarm) -> str:
    """The name of its rule, with the parameter where the rule is about any."""
    said = alarm.rule.name_en if get_language() == "en" else alarm.rule.name_vi
    if alarm.datastream is None or alarm.rule.observed_property_id is not None:
        return said
    return f"{words.short(monitoring.observed(alarm.datastream))}: {said}"


def measured(alarm: Alarm) -> str:
    """ "PM2.5, 24-hour mean"; empty of what has no datastream."""
    if alarm.datastream is None:
        return ""
    observed = monitoring.observed(alarm.datastream)
    if observed.code.startswith("VN_") or alarm.datastream.procedure in ("raw", "sample"):
        return words.short(observed)
    return f"{words.short(observed)}, {words.procedure(alarm.datastream.procedure)}"


def value(alarm: Alarm, number: float | None) -> str:
    """A value of it with its unit; empty for none."""
    if alarm.datastream is None or number is None or number != number:
        return ""
    observed = alarm.datastream.observed_property
    return f"{figures.number(number, observed.decimals)} {figures.unit(observed.unit)}".rstrip()


def level(alarm: Alarm, unit: str = "") -> str:
    """The level that was passed, as its document prints it: "45", "from 151 on", "twice": "2 × 45"."""
    found = passed.of(alarm)
    return printed(alarm, found, unit) if found else ""


def printed(alarm: Alarm, found: passed.Passed, unit: str = "") -> str:
    """The same of any step of its rule."""
    said = f"{_plain(found.limit)} {unit}".rstrip()
    if alarm.rule.kind == Kind.INDEX:
        under = alarm.peak is not None and alarm.peak <= found.limit
        return (gettext("%(level)s or less") if under else gettext("from %(level)s on")) % {"level": said}
    return said if found.times == 1 else f"{_plain(found.times)} × {said}"


def _plain(number: float) -> str:
    return figures.number(number, len(f"{number:g}".partition(".")[2]))


def now(alarm: Alarm | None, at: datetime) -> str:
    """What its datastream says now, where that is another than its peak and not old; else empty."""
    stream = alarm.datastream if alarm else None
    if alarm is None or stream is None or alarm.peak is None or stream.latest_time is None:
        return ""
    old = at - stream.latest_time > timedelta(hours=3)
    if old or stream.latest_time == alarm.peak_time or stream.latest_value is None:
        return ""
    said = {"value": value(alarm, stream.latest_value), "when": figures.when(stream.latest_time, at)}
    return gettext("%(value)s at %(when)s") % said if said["value"] else ""


def span(length: timedelta) -> str:
    """How long: "12 minutes", "2 h 05 min", "3 days 4 h"."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return gettext("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": rest}
    days, rest = divmod(hours, 24)
    return ngettext("%(n)d day %(hours)d h", "%(n)d days %(hours)d h", days) % {"n": days, "hours": rest}


def lasting(incident: Incident, at: datetime) -> str:
    """Since when, and how long, by the time of the event."""
    since = figures.when(incident.onset, at)
    if incident.cleared is None:
        said = {"since": since, "length": span(at - incident.onset)}
        return gettext("since %(since)s, for %(length)s") % said
    until = figures.when(incident.cleared, at)
    said = {"since": since, "until": until, "length": span(incident.cleared - incident.onset)}
    return gettext("from %(since)s to %(until)s, %(length)s") % said


def whose(incident: Incident, at: datetime) -> str:
    """Who looks after it, or how long nobody has."""
    if incident.state == Incident.State.CLOSED:
        return str(incident.get_outcome_display())
    if incident.assigned_to is not None:
        who = gettext("given to %(name)s") % {"name": incident.assigned_to.name}
        return who if incident.acknowledged else f"{who}, {_unanswered(incident, at)}"
    if incident.acknowledged_by is not None:
        return gettext("%(name)s looks after it") % {"name": incident.acknowledged_by.name}
    return _unanswered(incident, at) if incident.acknowledged is None else gettext("looked after")


def silenced(incident: Incident, at: datetime) -> str:
    """Until when no messages go out; empty while they do."""
    if incident.silenced_until is None or incident.silenced_until <= at:
        return ""
    return gettext("no messages until %(when)s") % {"when": figures.when(incident.silenced_until, at)}


def answer(standing: Standing) -> tuple[str, str]:
    """The sentence somebody on watch came for, and what else there is."""
    first = (
        ngettext("%(n)d incident needs somebody.", "%(n)d incidents need somebody.", standing.waiting)
        % {"n": standing.waiting}
        if standing.waiting
        else gettext("Nothing needs you now.")
    )
    parts = []
    if standing.looked_after:
        parts.append(
            ngettext("%(n)d is looked after", "%(n)d are looked after", standing.looked_after)
            % {"n": standing.looked_after}
        )
    if standing.over:
        parts.append(
            ngettext("%(n)d is over and can be closed", "%(n)d are over and can be closed", standing.over)
            % {"n": standing.over}
        )
    if standing.silences:
        said = ngettext("%(n)d is about silence", "%(n)d are about silence", standing.silences)
        parts.append(said % {"n": standing.silences})
    else:
        parts.append(gettext("no silence is reported"))
    rest = ", ".join(parts)
    return first, f"{rest[0].upper()}{rest[1:]}."


def heading(part: Part) -> str:
    """Of a part of the list."""
    return {
        Part.WAITS: gettext("Needs somebody"),
        Part.LOOKED_AFTER: gettext("Looked after"),
        Part.OVER: gettext("Over, not closed yet"),
    }[part]


def line(one: Listed) -> str:
    """ "Trạm Tân Giang: PM2.5 …", for a sentence or a title."""
    return f"{where(one.incident)}: {what(one)}"


def _unanswered(incident: Incident, at: datetime) -> str:
    return gettext("nobody has answered for %(length)s") % {"length": span(at - incident.opened)}


def _value(alarm: Alarm) -> str:
    """ "PM2.5, 24-hour mean 68 µg/Nm³, limit 45"."""
    peak = value(alarm, alarm.peak)
    if not peak or alarm.level is None:
        return ""
    said = {"what": measured(alarm), "value": peak, "level": level(alarm)}
    if alarm.rule.kind == Kind.RATE:
        return gettext("%(what)s rose by %(value)s, threshold %(level)s") % said
    if alarm.rule.kind == Kind.LIMIT:
        return gettext("%(what)s %(value)s, limit %(level)s") % said
    return gettext("%(what)s %(value)s, level %(level)s") % said
