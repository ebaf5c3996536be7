"""An incident in sentences, in the language that is active: for messages, which are made where no page is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

from nonnuoc.records.alerts.levels import passed
from nonnuoc.records.alerts.models import Alarm, Family, Incident, Severity

#: Units as they are written for people; the records keep them plain.
UNITS = {"-": "", "µg/Nm3": "µg/Nm³", "mg/Nm3": "mg/Nm³", "µg/m3": "µg/m³", "mg/m3": "mg/m³", "m3/h": "m³/h"}
#: Parameters and stations that a message names; of more it says how many.
CODES_LISTED, STATIONS_LISTED = 4, 10
#: Names that are read for it.
MOST = 50
#: What the article of a rule begins with that no law lays down.
CONVENTIONS = ("convention", "quy ước")


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
    document: str = ""  # what the level of `lead` rests on


def words(about: About, language: str) -> dict[str, str]:
    """What differs from language to language: headline, what, value, level, sure, meaning, action and so on."""
    lead, incident = about.lead, about.incident
    return {
        "headline": _headline(about, language),
        "kind": capfirst(str(Family(incident.family).label)),
        "grave": str(Severity(incident.severity).label),
        "ended": str(Incident.Outcome(incident.outcome).label) if incident.outcome else "",
        **(_of_network() if _is_of_network(incident) else _of_rule(about, language)),
        "value": value(lead, lead.peak) if lead else "",
        "limit": level(lead) if lead else "",
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
    if alarm.rule.kind == alarm.rule.Kind.INDEX:  # half up, as it is put into a category
        number, decimals = math.floor(number + 0.5), 0
    return f"{figure(number, decimals)} {unit(alarm)}".strip()


def level(alarm: Alarm) -> str:
    """What was passed, in words that name the document's own number; empty for none."""
    found = passed.of(alarm)
    if found is None or not math.isfinite(found.limit):
        return ""
    if alarm.rule.kind == alarm.rule.Kind.INDEX:
        if _is_under(alarm):
            return gettext("the category up to %(number)d") % {"number": found.limit}
        return gettext("the category from %(number)d on") % {"number": found.limit}
    said = {"limit": value(alarm, found.limit), "times": f"{found.times:g}", "number": _step(alarm).get("alarm")}
    if said["number"]:
        return gettext("flood alarm level %(number)s: %(limit)s") % said
    if found.times == 1:
        return gettext("level %(limit)s") % said
    if _is_under(alarm):
        return gettext("one part in %(times)s of the limit of %(limit)s") % said
    return gettext("%(times)s times the limit of %(limit)s") % said


def article(text: str) -> str:
    """What a rule rests on, as it is read: a convention is called one in the reader's language."""
    kind, colon, why = text.partition(":")
    if colon and kind.strip().lower() in CONVENTIONS:
        return gettext("convention: %(why)s") % {"why": why.strip()}
    return text


def figure(number: float, decimals: int) -> str:
    """So many decimals, or two significant digits where it is too small for them."""
    if number and round(number, decimals) == 0:
        decimals = 1 - math.floor(math.log10(abs(number)))
    text = f"{number:.{decimals}f}"
    return text if get_language() == "en" else text.replace(".", ",")


def _is_under(alarm: Alarm) -> bool:
    return alarm.peak is not None and alarm.level is not None and alarm.peak < alarm.level


def _step(alarm: Alarm) -> Mapping[str, Any]:
    """The step of its rule that it reached."""
    steps: Sequence[Mapping[str, Any]] = alarm.rule.steps
    return steps[alarm.step] if alarm.step < len(steps) else {}


def _of_rule(about: About, language: str) -> dict[str, str]:
    rule = about.lead.rule if about.lead else None
    return {
        "rule": getattr(rule, f"name_{language}") if rule else "",
        "meaning": getattr(rule, f"meaning_{language}") if rule else "",
        "action": getattr(rule, f"action_{language}") if rule else "",
        "document": article(about.document or rule.article) if rule else "",
    }


def _is_of_network(incident: Incident) -> bool:
    return incident.family == Family.SILENCE and incident.thing is None


def _of_network() -> dict[str, str]:
    """Of many stations at once speaks no rule of a parameter."""
    return {
        "rule": gettext("Many stations silent at once"),
        "meaning": gettext(
            "Stations that fell silent within the same quarter of an hour have one cause more often than many: the"
            " line, the power, the provider of the mobile network, or the machine here that receives."
        ),
        "action": gettext(
            "First look whether this system receives from any station, and whether its own connection works. Then ask"
            " the provider and the power company. Drive to single stations only when the others are back."
        ),
        "document": gettext(
            "convention: %(why)s",
        )
        % {"why": gettext("at least five stations, and a tenth of those that send, within a quarter of an hour")},
    }


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
