"""Drafts: everything a warning says before a person has touched it, out of an incident or out of an earlier warning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from nonnuoc.records.alerts.models import Alarm, AlarmRule, Family, Incident, Severity
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places.models import Commune
from nonnuoc.records.warnings import describing, words
from nonnuoc.records.warnings.models import PublicWarning
from nonnuoc.records.warnings.words import LANGUAGES

Certainty, Urgency = PublicWarning.Certainty, PublicWarning.Urgency
CAP_SEVERITY = {
    Severity.MINOR: PublicWarning.Severity.MINOR,
    Severity.MODERATE: PublicWarning.Severity.MODERATE,
    Severity.SEVERE: PublicWarning.Severity.SEVERE,
    Severity.EXTREME: PublicWarning.Severity.EXTREME,
}
#: Which words of data/instructions.toml speak of what such a station measures.
HAZARDS = {
    Thing.Kind.AMBIENT_AIR: "air",
    Thing.Kind.SURFACE_WATER: "water",
    Thing.Kind.GROUNDWATER: "groundwater",
    Thing.Kind.WASTEWATER: "discharge",
    Thing.Kind.STACK_EMISSION: "emission",
    Thing.Kind.RAIN_AND_RIVER_LEVEL: "flood",
}
LONGEST = timedelta(days=7)  # what an update may hold; who wants more looks at it again by then
CANCELLED_FOR = timedelta(hours=1)  # a cancellation is news for so long at least


@dataclass(frozen=True)
class Drafted:
    """The fields of a draft, its communes, and whether it rests on invented data."""

    facts: dict[str, Any]
    communes: Sequence[Commune] = ()
    simulated: bool = False


def blank(at: datetime) -> dict[str, Any]:
    """What a warning begins with that rests on no incident."""
    hours = words.hazards()["other"].hours
    return {
        "urgency": Urgency.EXPECTED,
        "severity": PublicWarning.Severity.MODERATE,
        "certainty": Certainty.LIKELY,
        "effective": at,
        "expires": at + timedelta(hours=hours),
    }


def of(incident: Incident, *, at: datetime) -> Drafted:
    """Of an incident of the environment. Raises ValidationError for one of our own stations or systems."""
    if incident.family != Family.ENVIRONMENT:
        raise ValidationError(
            gettext("Only what happens in the environment is a reason to warn; this incident is of: %(family)s.")
            % {"family": incident.get_family_display()}
        )
    chain = ("rule", "thing__commune", "thing__river", "datastream__observed_property")
    alarms = list(incident.alarms.select_related(*chain).order_by("id"))
    lead = _leading(alarms)
    thing = incident.thing or (lead.thing if lead else None)
    hazard = words.hazards()[_hazard(thing, lead)]
    facts: dict[str, Any] = {
        "category": hazard.category,
        "severity": CAP_SEVERITY[Severity(incident.severity)],
        "certainty": _certainty(alarms),
        "urgency": _urgency(incident),
        "effective": at,
        "onset": incident.onset,
        "expires": at + timedelta(hours=hazard.hours),
        "instructions": describing.instructions(hazard, alarms),
        "river": thing.river if thing else None,
    }
    for language in LANGUAGES:
        facts |= {
            f"event_{language}": hazard.event[language],
            f"headline_{language}": describing.headline(hazard, thing, lead, language),
            f"description_{language}": describing.description(incident, alarms, language),
            f"area_{language}": describing.area(thing, language),
        }
    communes = [thing.commune] if thing and thing.commune else []
    things = [thing, *(one.thing for one in alarms)]
    return Drafted(facts, communes, any(one.simulated for one in things if one))


def again(head: PublicWarning, *, at: datetime) -> Drafted:
    """An update: the words of what it changes, the values and the end as they would be now."""
    facts = _words(head)
    length = min(head.expires - head.effective, LONGEST)
    facts |= {"effective": at, "expires": max(head.expires, at + length)}
    if head.incident is not None and head.incident.cleared is None:
        now = of(head.incident, at=at).facts
        fresh = ("severity", "urgency", "certainty", "description_vi", "description_en")
        facts |= {name: now[name] for name in fresh}
    return Drafted(facts, list(head.communes.all()), head.simulated)


def cancelled(head: PublicWarning, why: str, *, at: datetime) -> Drafted:
    """A cancellation: the same place, nothing to be done any more. `why` is said as written, in both languages."""
    return _cancelled(head, {language: words.said("cancelled", language, why=why) for language in LANGUAGES}, at)


def cancelled_automatically(head: PublicWarning, since: datetime, *, at: datetime) -> Drafted:
    """A cancellation by the machine: the values have been back since."""
    told = {
        language: words.said("cancelled_automatically", language, when=describing.moment(since, language))
        for language in LANGUAGES
    }
    return _cancelled(head, told, at)


def _cancelled(head: PublicWarning, told: dict[str, str], at: datetime) -> Drafted:
    facts = _words(head) | {
        "severity": PublicWarning.Severity.MINOR,
        "urgency": Urgency.PAST,
        "certainty": Certainty.UNLIKELY,
        "effective": at,
        "expires": max(head.expires, at + CANCELLED_FOR),
        "instructions": [
            {"audience": "everyone", "response": "AllClear"}
            | {language: words.said("cancelled_instruction", language) for language in LANGUAGES}
        ],
    }
    for language in LANGUAGES:
        plain = getattr(head, f"headline_{language}")
        facts[f"headline_{language}"] = words.cut(words.said("cancelled_headline", language, headline=plain))
        facts[f"description_{language}"] = told[language]
    return Drafted(facts, list(head.communes.all()), head.simulated)


def _words(head: PublicWarning) -> dict[str, Any]:
    """What a message takes over from the one it changes."""
    kept = (
        *("status", "category", "urgency", "severity", "certainty", "onset"),
        *("event_vi", "event_en", "headline_vi", "headline_en", "description_vi", "description_en", "instructions"),
        *("river", "reach", "polygon", "area_vi", "area_en"),
    )
    return {name: getattr(head, name) for name in kept}


def _leading(alarms: Sequence[Alarm]) -> Alarm | None:
    """The alarm to speak of: one that goes on before one that is over, the gravest, the first."""
    return min(alarms, key=lambda one: (one.cleared is not None, -one.severity, one.onset, one.id), default=None)


def _hazard(thing: Thing | None, lead: Alarm | None) -> str:
    if lead is not None and lead.rule.kind == AlarmRule.Kind.LEVEL:
        return "flood"
    return HAZARDS.get(Thing.Kind(thing.kind), "other") if thing else "other"


def _certainty(alarms: Sequence[Alarm]) -> str:
    """Observed where a value that the checks do not doubt is beyond its level."""
    return Certainty.OBSERVED if any(one.beyond > one.suspect for one in alarms) else Certainty.LIKELY


def _urgency(incident: Incident) -> str:
    if incident.cleared is not None:
        return Urgency.PAST
    return Urgency.IMMEDIATE if incident.severity >= Severity.SEVERE else Urgency.EXPECTED
