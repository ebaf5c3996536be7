"""Air, water, rain: what a commune's own stations say, or which is the nearest and why that is not the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.look import figures, law, words
from nonnuoc.portal import rows
from nonnuoc.portal.sections import Answer, Elsewhere, Part
from nonnuoc.portal.surroundings import Near, Surroundings
from nonnuoc.records.monitoring.models import Thing

Kind = Thing.Kind
#: What people ask for comes under headings of its own; the rest of the kinds share one.
SHOWN = (Kind.AMBIENT_AIR, Kind.SURFACE_WATER, Kind.RAIN_AND_RIVER_LEVEL)
OTHERS = tuple(kind for kind in rows.ORDER if kind not in SHOWN)


@dataclass(frozen=True, slots=True)
class Group:
    """The stations of one kind, the commune's own first."""

    kind: str
    heading: str
    stations: list[Near]


def air(place: Surroundings) -> Part:
    return _medium(place, Kind.AMBIENT_AIR)


def water(place: Surroundings) -> Part:
    return _medium(place, Kind.SURFACE_WATER)


def rain(place: Surroundings) -> Part:
    return _medium(place, Kind.RAIN_AND_RIVER_LEVEL)


def others(place: Surroundings) -> Part | None:
    """Groundwater, wastewater, stacks: only where a station stands in the commune itself."""
    groups = [_group(place, kind) for kind in OTHERS if place.own(kind)]
    return Part({"groups": groups, "place": place}) if groups else None


def _medium(place: Surroundings, kind: str) -> Part:
    group = _group(place, kind)
    return Part({"groups": [group], "place": place}, answer(place, kind, group.stations))


def _group(place: Surroundings, kind: str) -> Group:
    return Group(kind, words.kind_group(kind), place.own(kind) + place.others(kind))


def answer(place: Surroundings, kind: str, stations: Sequence[Near]) -> Answer:
    """From its own station if one reports; else that nobody measures it here, and what the nearest one says."""
    own = [near for near in stations if near.own]
    telling = next((near for near in own if near.reading), None)
    if telling:
        return _measured(place, kind, telling)
    elsewhere = next((near for near in stations if not near.own and near.reading), None)
    active = [near for near in own if near.station.state == Thing.State.ACTIVE]
    if active:
        then = f"{active[0].station.name}: {active[0].row.state}."
        return Answer(_unknown(kind) % {"commune": place.name}, then, elsewhere=_elsewhere(kind, elsewhere))
    then = _then(own, bool(stations), elsewhere)
    return Answer(_unmeasured(kind) % {"commune": place.name}, then, elsewhere=_elsewhere(kind, elsewhere))


def _measured(place: Surroundings, kind: str, near: Near) -> Answer:
    now, time = near.row.now, near.time or place.at
    when = figures.when(time, place.at)
    said = {"commune": place.name, "river": near.station.river, "when": when, "values": near.reading}
    if now:
        said["values"] = gettext("%(word)s (%(value)s)") % {"word": now.category.word, "value": now.value}
    facts = [near.station.name, figures.age(place.at - time)]
    if near.station.index and near.station.index.indicative:
        facts.append(gettext("indicative"))
    facts += [told for told in (near.row.silence, near.row.clock) if told]
    return Answer(
        sentence=_subject(kind, near.station.river) % said,
        then=(now.category.advice or now.category.use) if now else near.row.state,
        now=now,
        facts=tuple(facts),
        validated=near.validated,
        advice=now.category if now and now.category.sensitive else None,
    )


def _elsewhere(kind: str, near: Near | None) -> Elsewhere | None:
    return Elsewhere(near, _not_here(kind)) if near else None


def _then(own: Sequence[Near], any_station: bool, elsewhere: Near | None) -> str:
    parts = [f"{near.station.name}: {near.row.state}." for near in own]
    if any_station and not elsewhere:
        parts.append(gettext("No station of this kind in the province measures now."))
    elif not any_station:
        parts.append(gettext("No station of this kind is registered in the whole province."))
    return " ".join(parts)


def _subject(kind: str, river: str) -> str:
    if kind == Kind.AMBIENT_AIR:
        return gettext("Air in %(commune)s at %(when)s: %(values)s.")
    if kind == Kind.RAIN_AND_RIVER_LEVEL:
        return gettext("Rain and river level in %(commune)s at %(when)s: %(values)s.")
    if river:
        return gettext("Water of the %(river)s in %(commune)s at %(when)s: %(values)s.")
    return gettext("Water in %(commune)s at %(when)s: %(values)s.")


def _unmeasured(kind: str) -> str:
    return {
        Kind.AMBIENT_AIR: gettext("No station measures the air in %(commune)s."),
        Kind.SURFACE_WATER: gettext("No station measures rivers or lakes in %(commune)s."),
        Kind.RAIN_AND_RIVER_LEVEL: gettext("No station measures rain or river level in %(commune)s."),
    }[Kind(kind)]


def _unknown(kind: str) -> str:
    return {
        Kind.AMBIENT_AIR: gettext("How the air in %(commune)s is now is not known."),
        Kind.SURFACE_WATER: gettext("How the water in %(commune)s is now is not known."),
        Kind.RAIN_AND_RIVER_LEVEL: gettext("Rain and river level in %(commune)s are not known now."),
    }[Kind(kind)]


def _not_here(kind: str) -> str:
    return {
        Kind.AMBIENT_AIR: gettext(
            "What it measures is the air there, perhaps in another valley; it is not the air here."
        ),
        Kind.SURFACE_WATER: gettext(
            "It measures the water there, perhaps of another river; it says nothing of the water here."
        ),
        Kind.RAIN_AND_RIVER_LEVEL: gettext("Rain in the mountains is local: what falls there need not fall here."),
    }[Kind(kind)]


def decision(place: Surroundings) -> tuple[str, str]:
    """Number and address of the Decision the advice is quoted from."""
    return law.decision("VN_AQI", timezone.localdate(place.at))
