"""A rule of alarm in words: what it says, about what, from which level on, until when."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from nonnuoc import rules
from nonnuoc.look import figures, law, words
from nonnuoc.records.alerts.levels import bounding
from nonnuoc.records.alerts.levels import broken as levels_broken
from nonnuoc.records.alerts.levels.applying import Applied
from nonnuoc.records.alerts.levels.kinds import parameter
from nonnuoc.records.alerts.levels.unjudging import Unjudged
from nonnuoc.records.alerts.models import AlarmRule, Family, Severity
from nonnuoc.records.alerts.rulebook.reading import Standing
from nonnuoc.records.monitoring.streams import Stream

Kind = AlarmRule.Kind
#: Kinds whose level counts as passed once it is reached.
REACHED = frozenset({Kind.INDEX, Kind.LEVEL})


def told(rule: AlarmRule, field: str) -> str:
    """Its name, meaning or action in the reader's language."""
    return str(getattr(rule, f"{field}_en" if get_language() == "en" else f"{field}_vi"))


def heading(family: str) -> str:
    """Over the rules of a family."""
    return {
        Family.ENVIRONMENT: gettext("Environment"),
        Family.SILENCE: gettext("Silence"),
        Family.OPERATION: gettext("Operation of stations"),
        Family.SYSTEM: gettext("This system"),
    }[Family(family)]


def state(standing: Standing) -> str:
    """Whether it is switched on."""
    return {
        Standing.ON: gettext("switched on"),
        Standing.OFF: gettext("switched off"),
        Standing.ENDED: gettext("ended"),
        Standing.COMING: gettext("begins later"),
    }[standing]


def scope(rule: AlarmRule) -> str:
    """What it is about: parameter, kind of value, stations."""
    if rule.kind == Kind.LAG:
        return gettext("this system")
    parts = [bounding.INDICES[rule.basis]] if rule.basis in bounding.INDICES else []
    if rule.observed_property:
        parts.append(words.short(rule.observed_property))  # type: ignore[arg-type]  # names and code are all it asks
    if rule.procedure:
        parts.append(words.procedure(rule.procedure))
    if rule.thing:
        parts.append(rule.thing.name)
    elif rule.thing_kind:
        parts.append(gettext("stations of %(kind)s") % {"kind": words.kind(rule.thing_kind)})
    elif medium := bounding.MEDIUM.get(rule.basis):
        parts.append(gettext("stations of %(kind)s") % {"kind": words.kind(medium)})
    communes = [commune.full_name for commune in rule.communes.all()] if rule.pk else []
    if communes:
        parts.append(", ".join(communes))
    return ", ".join(parts) or gettext("everything at every station")


def steps(rule: AlarmRule) -> list[tuple[str, str]]:
    """(severity, from where on) of each step, mildest first."""
    if broken(rule):
        return []
    return [(str(Severity(step["severity"]).label), _step(rule, step)) for step in rule.steps]


def level(rule: AlarmRule) -> str:
    """The first step in few words, for a list; of a rule nothing can be judged by, why."""
    return broken(rule) or _step(rule, rule.steps[0])


def sentence(rule: AlarmRule) -> str:
    """What it says, whole: when it raises an alarm and when that ends."""
    if said := broken(rule):
        return said
    said = gettext("Raises an alarm on %(level)s.") % {"level": level(rule)}
    rest = [counting(rule), clearing(rule)]
    return " ".join([said, *(one for one in rest if one)])


def counting(rule: AlarmRule) -> str:
    """How many values it takes; empty of kinds that count none."""
    if rule.kind in (Kind.STUCK, Kind.STATUS) or rule.kind not in bounding.OWN.keys() | {Kind.INDEX}:
        return ""
    if rule.among == 1:
        return gettext("One value is enough.")
    return gettext("It takes %(need)d values within %(among)d intervals.") % {"need": rule.need, "among": rule.among}


def clearing(rule: AlarmRule) -> str:
    """What ends an alarm; empty of kinds that end with their cause."""
    if rule.kind not in bounding.OWN.keys() | {Kind.INDEX}:
        return gettext("It ends as soon as that is over.")
    parts = []
    if rule.kind not in (Kind.STUCK, Kind.STATUS):
        parts.append(_inside(rule))
    if rule.hold_s:
        parts.append(gettext("for %(span)s") % {"span": span(rule.hold_s)})
    return gettext("It ends when values are calm: %(how)s.") % {"how": ", ".join(parts)} if parts else ""


def span(seconds: float) -> str:
    """As long, in the largest unit that is whole."""
    size = next(one for one in (86_400, 3_600, 60, 1) if (seconds >= one and seconds % one == 0) or one == 1)
    n = int(seconds // size)
    said = {
        86_400: ngettext("%(n)d day", "%(n)d days", n),
        3_600: ngettext("%(n)d hour", "%(n)d hours", n),
        60: ngettext("%(n)d minute", "%(n)d minutes", n),
        1: ngettext("%(n)d second", "%(n)d seconds", n),
    }[size]
    return said % {"n": n}


def minutes(length: timedelta | None) -> str:
    """A median: a few minutes exactly, hours and days roundly; a dash of none."""
    if length is None:
        return "–"
    seconds = length.total_seconds()
    if seconds < 90 * 60:
        return span(max(60, round(seconds / 60) * 60))
    return span(round(seconds / 3600) * 3600) if seconds < 48 * 3600 else span(round(seconds / 86_400) * 86_400)


def judged(stream: Stream, applied: Sequence[Applied], names: Mapping[str, str], at: int) -> str:
    """ "PM2.5, 24-hour mean: over 45 µg/Nm³", what judges a datastream at a moment (µs)."""
    name = names.get(stream.property, stream.property)
    if stream.procedure not in ("raw", "sample") and not stream.property.startswith("VN_"):
        name = f"{name}, {words.procedure(stream.procedure)}"
    now = next((one for one in applied if one.since <= at < one.until), None)
    if now is None or now.signal in ("flat", "status"):
        return name
    return f"{name}: {bounds(now, 0, stream.unit)}"


def bounds(one: Applied, step: int, unit: str) -> str:
    """The level of a step, with its unit: of an index and of a height the number from which on it is passed."""
    above, below = one.above[step], one.below[step]
    sides = []
    if above < float("inf"):
        said = gettext("from %(level)s on") if one.kind in REACHED else gettext("over %(level)s")
        sides.append(said % {"level": number(_whole(above, 1) if one.kind == Kind.INDEX else above, unit)})
    if below > -float("inf"):
        said = gettext("%(level)s or less") if one.kind in REACHED else gettext("under %(level)s")
        sides.append(said % {"level": number(_whole(below, -1) if one.kind == Kind.INDEX else below, unit)})
    return gettext(" or ").join(sides)


def number(value: float, unit: str) -> str:
    """A level as its document prints it."""
    return f"{figures.number(value, len(f'{value:g}'.partition('.')[2]))} {figures.unit(unit)}".rstrip()


def _whole(level: float, sign: int) -> float:
    """An index is told as whole numbers: what lies over 150.5 is 151."""
    return math.ceil(level) if sign > 0 else math.floor(level)


def why(one: Unjudged) -> str:
    """Why no limit of law judges a property."""
    document = _document(one.table)
    return {
        "not_in_force": gettext("%(document)s is not in force."),
        "no_limit": gettext("%(document)s sets none for it."),
        "class_unknown": gettext("%(document)s sets one by the class of the reach, which is not known here."),
        "only_remembered": gettext("The number of %(document)s was only remembered, not seen: it judges nothing."),
        "unit": gettext("The unit of %(document)s is not registered as convertible."),
        "station_unknown": gettext("It is not known whose levels of %(document)s hold here."),
    }[one.reason] % {"document": document}


def broken(rule: AlarmRule) -> str:
    """Why a rule cannot be judged by, whatever it is switched to; empty of one that can."""
    found = levels_broken.reason(rule)
    if found is None:
        return ""
    return {
        "no_levels": gettext("It judges nothing: the rule has no levels. Change it and give it some."),
        "unreadable": gettext("It judges nothing: its levels cannot be read. Change it and write them anew."),
    }[found]


def _document(table: str) -> str:
    if table == bounding.LICENCE:
        return gettext("the facility's own licence")
    return rules.load(table, on=date.today()).number


def _step(rule: AlarmRule, step: Mapping[str, Any]) -> str:
    said = {
        Kind.LIMIT: _limit,
        Kind.INDEX: _category,
        Kind.LEVEL: _water,
        Kind.RATE: _rise,
    }.get(Kind(rule.kind))
    return said(rule, step) if said else _watched(rule)


def _limit(rule: AlarmRule, step: Mapping[str, Any]) -> str:
    if not rule.basis:
        return _own(rule, step)
    times = float(step.get("times", 1))
    document = _document(rule.basis)
    if times == 1:
        return gettext("values beyond the limit of %(document)s") % {"document": document}
    said = {"times": figures.number(times, 0 if times == int(times) else 1), "document": document}
    return gettext("values beyond %(times)s times the limit of %(document)s") % said


def _own(rule: AlarmRule, step: Mapping[str, Any]) -> str:
    sides = []
    if step.get("above") is not None:
        sides.append(gettext("over %(level)s") % {"level": number(float(step["above"]), rule.unit)})
    if step.get("below") is not None:
        sides.append(gettext("under %(level)s") % {"level": number(float(step["below"]), rule.unit)})
    return gettext("values %(sides)s") % {"sides": gettext(" or ").join(sides)}


def _category(rule: AlarmRule, step: Mapping[str, Any]) -> str:
    scheme = bounding.INDICES[rule.basis]
    found = law.categories(scheme, date.today())
    category = found[int(step["category"]) - 1]
    said = {"index": scheme, "category": category.word, "low": category.low, "high": category.high}
    return gettext("%(index)s %(category)s (%(low)d–%(high)d) or worse") % said


def _water(rule: AlarmRule, step: Mapping[str, Any]) -> str:
    if not rule.basis:
        return _own(rule, step)
    return gettext("flood alarm level %(n)d") % {"n": int(step["alarm"])}


def _rise(rule: AlarmRule, step: Mapping[str, Any]) -> str:
    said = {
        "level": number(float(step["above"]), rule.unit),
        "span": span(float(rule.parameters.get("span_s", bounding.SPAN_S))),
    }
    return gettext("a rise by more than %(level)s within %(span)s") % said


def _watched(rule: AlarmRule) -> str:
    def has(name: str) -> float:
        return parameter(rule, name)

    if rule.kind == Kind.STUCK:
        lasting = has("for_s")
        if not lasting:
            return gettext("a value that rests longer than its quality check allows")
        return gettext("a value that rests, %(span)s longer than its quality check allows") % {"span": span(lasting)}
    if rule.kind == Kind.STATUS:
        states = ", ".join(words.status(code) or str(code) for code in rule.parameters.get("statuses", ()))
        return gettext("the instrument in the state %(states)s for %(span)s") % {
            "states": states,
            "span": span(has("for_s")),
        }
    if rule.kind == Kind.SILENCE:
        said = {"intervals": figures.number(has("intervals"), 0), "span": span(has("at_least_s"))}
        return gettext("no value for %(intervals)s intervals, %(span)s at least") % said
    if rule.kind == Kind.CLOCK:
        return gettext("a clock that is off by more than %(span)s") % {"span": span(has("off_s"))}
    if rule.kind == Kind.AVAILABILITY:
        said = {"percent": figures.number(has("below_percent"), 0), "span": span(has("days") * 86_400)}
        return gettext("less than %(percent)s %% usable values over %(span)s") % said
    if rule.kind == Kind.REFUSED:
        said = {"n": figures.number(has("files"), 0), "span": span(has("within_s"))}
        return gettext("%(n)s files refused within %(span)s") % said
    return gettext("files that wait for more than %(span)s") % {"span": span(has("behind_s"))}


def _inside(rule: AlarmRule) -> str:
    clear = rule.steps[0].get("clear") if rule.steps and not rule.basis else None
    if clear is not None:
        return gettext("back at %(level)s") % {"level": number(float(clear), rule.unit)}
    default = bounding.LEVEL_CLEAR_BY if rule.basis == "water_levels" else None
    by = rule.parameters.get("clear_by", default)
    if by is not None:
        return gettext("%(by)s inside the level") % {"by": number(float(by), rule.unit or ("m" if default else ""))}
    percent = float(rule.parameters.get("clear_percent", bounding.CLEAR_PERCENT))
    return gettext("%(percent)s %% inside the level") % {"percent": figures.number(percent, 0)}
