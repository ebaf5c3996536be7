"""What an incident is to the public, in sentences of either language: what was measured where, beyond which article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from nonnuoc import rules
from nonnuoc.domain import index
from nonnuoc.records.alerts.attending import wording
from nonnuoc.records.alerts.levels import passed
from nonnuoc.records.alerts.models import Alarm, AlarmRule, Incident
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.warnings import words
from nonnuoc.records.warnings.words import LANGUAGES, Hazard

#: The table that names an index's categories, and which of their texts speak to whom.
INDICES = {"VN_AQI": "vn_aqi", "VN_WQI": "vn_wqi"}
ADVICE = {"everyone": "advice", "sensitive": "advice_sensitive"}
#: Means, which sentences name after their window.
MEANS = ("mean_1h", "mean_8h", "mean_24h")
MOST = 5  # alarms that are told one by one, the gravest first


def headline(hazard: Hazard, thing: Thing | None, lead: Alarm | None, language: str) -> str:
    """One line of at most 160 characters: what, where, how much."""
    names = {"event": hazard.event[language], "place": area(thing, language)}
    amount = _value(lead, lead.peak, language) if lead else ""
    if lead is None or not amount:
        return words.cut(words.said("headline_plain", language, **names))
    return words.cut(words.said("headline", language, what=_what(lead, language, short=True), value=amount, **names))


def description(incident: Incident, alarms: Sequence[Alarm], language: str) -> str:
    """What was measured, since when, what that means for health or use, and the articles it is held against."""
    gravest = _gravest_first(alarms)
    told = _measured(gravest[:MOST], language)
    if incident.cleared is None:
        told.append(words.said("since", language, when=moment(incident.onset, language)))
    else:
        span = {"since": moment(incident.onset, language), "until": moment(incident.cleared, language)}
        told.append(words.said("until", language, **span))
    entry = next(filter(None, map(category, gravest)), None)
    if entry is not None and f"health_{language}" in entry:
        told.append(entry[f"health_{language}"])
    elif entry is not None and f"use_{language}" in entry:
        told.append(words.said("use", language, use=entry[f"use_{language}"]))
    if any(one.suspect for one in alarms):
        told.append(words.said("doubted", language))
    with override(language):
        articles = dict.fromkeys(wording.article(one.rule.article) for one in gravest[:MOST])
    if articles:
        told.append(words.said("basis", language, articles="; ".join(articles)))
    return " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in told)


def instructions(hazard: Hazard, alarms: Sequence[Alarm]) -> list[dict[str, str]]:
    """What each audience is to do: the Decision's own advice of the index category where there is one, else ours."""
    entry = next(filter(None, map(category, _gravest_first(alarms))), None)
    said = []
    for one in hazard.instructions:
        advice = ADVICE.get(one["audience"], "")
        if entry is not None and advice and f"{advice}_vi" in entry:
            one = {**one, **{language: entry[f"{advice}_{language}"] for language in LANGUAGES}}
        said.append(dict(one))
    return said


def category(alarm: Alarm) -> Mapping[str, Any] | None:
    """The category of an index that its alarm reached, as the table in force then has it; None for other values."""
    entries, place = _category(alarm)
    return entries[place] if place >= 0 else None


def category_number(alarm: Alarm) -> int:
    """Which one that is, counted from 1, the best; 0: none. Both Decisions list the best first."""
    return _category(alarm)[1] + 1


def area(thing: Thing | None, language: str) -> str:
    """Where it is, as people say it; empty where nobody knows."""
    if thing is None:
        return ""
    commune = thing.commune
    return words.said(commune.kind, language, name=commune.name) if commune else thing.name


def moment(at: datetime, language: str) -> str:
    """14:05 ngày 23/11/2026; 14:05 on 23 November 2026."""
    local = timezone.localtime(at)
    return f"{local:%H:%M} ngày {local:%d/%m/%Y}" if language == "vi" else f"{local:%H:%M on} {local.day} {local:%B %Y}"


def _category(alarm: Alarm) -> tuple[Sequence[Mapping[str, Any]], int]:
    """The categories of the index's table, and which one its worst value lies in; -1 for none."""
    if alarm.datastream is None or alarm.peak is None:
        return (), -1
    table = INDICES.get(alarm.datastream.observed_property.code)
    found = rules.find(table, timezone.localtime(alarm.peak_time or alarm.onset).date()) if table else None
    if found is None:
        return (), -1
    entries = found.data["category"]
    return entries, int(index.category(alarm.peak, entries))


def _gravest_first(alarms: Sequence[Alarm]) -> list[Alarm]:
    return sorted(alarms, key=lambda one: (-one.severity, one.onset, one.id))


def _measured(alarms: Sequence[Alarm], language: str) -> list[str]:
    """What the alarms found, a sentence a station."""
    stations: dict[str, dict[str, None]] = {}
    for alarm in alarms:
        stations.setdefault(alarm.thing.name if alarm.thing else "", {})[_part(alarm, language)] = None
    return [
        words.said("at_station", language, station=station, parts="; ".join(parts)).removeprefix(": ")
        for station, parts in stations.items()
    ]


def _part(alarm: Alarm, language: str) -> str:
    """What one alarm found."""
    amount, level = _value(alarm, alarm.peak, language), _value(alarm, _limit(alarm), language)
    names = {"what": _what(alarm, language), "value": amount, "when": moment(alarm.peak_time or alarm.onset, language)}
    if (entry := category(alarm)) is not None:
        return words.said("index", language, category=entry[f"name_{language}"], **names)
    if not amount or not level or alarm.rule.kind == AlarmRule.Kind.RATE:
        return str(getattr(alarm.rule, f"name_{language}"))
    if number := _step(alarm).get("alarm"):
        return words.said("flood", language, alarm=number, level=level, **names)
    return words.said("measured_low" if _is_under(alarm) else "measured", language, level=level, **names)


def _limit(alarm: Alarm) -> float | None:
    """What the document itself allows."""
    found = passed.of(alarm)
    return found.limit if found else None


def _is_under(alarm: Alarm) -> bool:
    return alarm.peak is not None and alarm.level is not None and alarm.peak < alarm.level


def _step(alarm: Alarm) -> Mapping[str, Any]:
    """The step of its rule that it reached."""
    steps: Sequence[Mapping[str, Any]] = alarm.rule.steps
    return steps[alarm.step] if alarm.step < len(steps) else {}


def _what(alarm: Alarm, language: str, *, short: bool = False) -> str:
    if alarm.datastream is None:
        return str(getattr(alarm.rule, f"name_{language}"))
    observed, procedure = alarm.datastream.observed_property, alarm.datastream.procedure
    name: str = observed.code if observed.code in INDICES else getattr(observed, f"name_{language}")
    return words.said(procedure, language, name=name) if procedure in MEANS and not short else name


def _value(alarm: Alarm, number: float | None, language: str) -> str:
    with override(language):
        return wording.value(alarm, number)
