"""An incident in sentences, in the language that is active: for messages, which are made where no page is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

from nonnuoc.records.alerts.models import Alarm, Family, Incident

#: Units as they are written for people; the records keep them plain.
UNITS = {"-": "", "µg/Nm3": "µg/Nm³", "mg/Nm3": "mg/Nm³", "µg/m3": "µg/m³", "mg/m3": "mg/m³", "m3/h": "m³/h"}
#: Parameters and stations that a message names; of more it says how many.
CODES_LISTED, STATIONS_LISTED = 4, 10
#: Names that are read for it.
MOST = 50


@dataclass(frozen=True, slots=True)
class About:
    """An incident with what its alarms say of it."""

    incident: Incident
    lead: Alarm | None  # the alarm to speak of
    stations: int
    simulated: bool  # some of it is invented
    beyond: int  # values beyond a level
    suspect: int  # of these, how many the checks doubt
    codes: tuple[str, ...]  # of properties, MOST at most
    names: tuple[str, ...]  # of stations, MOST at most, where they are several
    whole: bool  # silent: nothing of the station speaks


def words(about: About, language: str) -> dict[str, str]:
    """What differs from language to language: headline, what, value, level, sure, meaning, action and so on."""
    lead, incident = about.lead, about.incident
    rule = lead.rule if lead else None
    return {
        "headline": _headline(about, language),
        "kind": capfirst(incident.get_family_display()),
        "grave": str(incident.get_severity_display()),
        "rule": getattr(rule, f"name_{language}") if rule else "",
        "meaning": getattr(rule, f"meaning_{language}") if rule else "",
        "action": getattr(rule, f"action_{language}") if rule else "",
        "value": value(lead, lead.peak) if lead else "",
        "limit": value(lead, lead.level) if lead else "",
        "what": _listed(about.codes, CODES_LISTED) if incident.thing else "",
        "names": _listed(about.names, STATIONS_LISTED, about.stations),
        "sure": _sure(about) if incident.family == Family.ENVIRONMENT else "",
    }


def stamp(moment: datetime) -> str:
    """14:05 23/11/2026, local."""
    return f"{moment.astimezone(timezone.get_default_timezone()):%H:%M %d/%m/%Y}"


def unit(alarm: Alarm) -> str:
    """The unit of its values: of a share of values percent, of what waits seconds, else the property's."""
    kinds = {alarm.rule.Kind.AVAILABILITY: "%", alarm.rule.Kind.LAG: "s"}
    plain = alarm.rule.unit or (alarm.datastream.observed_property.unit if alarm.datastream else "")
    return kinds.get(alarm.rule.Kind(alarm.rule.kind), UNITS.get(plain, plain))


def value(alarm: Alarm, number: float | None) -> str:
    """A value or a level of it with its unit; empty for none."""
    if number is None or not math.isfinite(number):
        return ""
    counted = alarm.rule.kind in (alarm.rule.Kind.AVAILABILITY, alarm.rule.Kind.LAG)
    decimals = alarm.datastream.observed_property.decimals if alarm.datastream and not counted else 1
    return f"{figure(number, decimals)} {unit(alarm)}".strip()


def figure(number: float, decimals: int) -> str:
    """So many decimals, or two significant digits where it is too small for them."""
    if number and round(number, decimals) == 0:
        decimals = 1 - math.floor(math.log10(abs(number)))
    text = f"{number:.{decimals}f}"
    return text if get_language() == "en" else text.replace(".", ",")


def _headline(about: About, language: str) -> str:
    """One line: where, what, how much."""
    incident, lead = about.incident, about.lead
    if incident.family == Family.SILENCE and lead is not None:
        return _silence(about)
    where = incident.thing.name if incident.thing else gettext("This system")
    if lead is None:
        return f"{where}: {incident.get_family_display()}"
    what, told = getattr(lead.rule, f"name_{language}"), value(lead, lead.peak)
    return f"{where}: {what} – {told}" if told else f"{where}: {what}"


def _silence(about: About) -> str:
    thing = about.incident.thing
    said = {"where": thing.name if thing else "", "when": stamp(about.incident.onset), "n": about.stations}
    if thing is None:
        told = ngettext(
            "%(n)d station is silent since %(when)s", "%(n)d stations are silent since %(when)s", about.stations
        )
        return told % said
    if about.whole:
        return gettext("%(where)s: the whole station is silent since %(when)s") % said
    return gettext("%(where)s: %(what)s is silent since %(when)s") % {
        "what": _listed(about.codes, CODES_LISTED),
        **said,
    }


def _listed(names: Sequence[str], most: int, there: int = 0) -> str:
    """The first of them, and how many more there are."""
    more = max(there, len(names)) - most
    shown = [*names[:most], gettext("%(n)d more") % {"n": more}] if more > 0 and names else names
    return ", ".join(shown)


def _sure(about: About) -> str:
    if not about.suspect:
        return gettext("The checks doubt none of the values.")
    said = {"suspect": about.suspect, "beyond": about.beyond}
    return gettext("The checks doubt %(suspect)d of %(beyond)d values.") % said
