"""What stands around an incident, in words: neighbours, weather, and whether it is one instrument or the air."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from nonnuoc.desk.duty import telling
from nonnuoc.look import distances, figures, words
from nonnuoc.records.alerts.models import Alarm
from nonnuoc.records.alerts.surroundings import Near, Reading, Weather
from nonnuoc.records.monitoring.models import Thing


@dataclass(frozen=True, slots=True)
class NearLine:
    """One neighbour; `number` is that of its mark on the map."""

    number: int
    near: Near
    where: str
    then: str
    now: str
    marked: bool  # it stands on the map


@dataclass(frozen=True, slots=True)
class WeatherLine:
    """One property of the weather."""

    name: str
    then: str
    now: str
    where: str


def lines(near: Sequence[Near], lead: Alarm | None, at: datetime) -> list[NearLine]:
    """In the order they were found in."""
    return [
        NearLine(number, one, where(one), _then(one, lead), _reading(one.now, lead, at), one.lon is not None)
        for number, one in enumerate(near, start=1)
    ]


def verdict(near: Sequence[Near], lead: Alarm | None) -> str:
    """What the neighbours say of the peak; empty where nothing can be compared."""
    if lead is None or lead.datastream is None or lead.level is None:
        return ""
    heard = [one for one in near if one.beyond is not None]
    if not heard:
        return gettext("No neighbour measured this at that time. Look at the instrument first.")
    over = sum(bool(one.beyond) for one in heard)
    said = {"n": over, "all": len(heard), "medium": _medium(lead)}
    if not over:
        told = gettext(
            "Of %(all)d neighbours that measured this then, none had passed the level: it may be this place alone, or"
            " this instrument. Look at its state and its last calibration."
        )
        return told % said
    told = gettext(
        "Of %(all)d neighbours that measured this then, %(n)d had passed the same level: it speaks for the %(medium)s,"
        " not for a fault of the instrument."
    )
    return told % said


def where(one: Near) -> str:
    """ "12 km to the north-east", "9 km upstream on the same river"."""
    if one.river_km is not None:
        far = {"km": distances.kilometres(abs(one.river_km))}
        return gettext("%(km)s downstream") % far if one.downstream else gettext("%(km)s upstream") % far
    parts = [gettext("same river")] if one.same_river else []
    if one.km is None or one.bearing is None:
        parts.append(gettext("position unknown"))
    else:
        said = {"km": distances.kilometres(one.km), "direction": distances.direction(one.bearing)}
        parts.append(gettext("%(km)s to the %(direction)s") % said)
    return ", ".join(parts)


def weather(found: Sequence[Weather], at: datetime) -> list[WeatherLine]:
    """With the station where it is not its own."""
    return [
        WeatherLine(
            words.name(one.observed),
            _figure(one.then, one.observed.decimals, one.observed.unit),
            _figure(one.now, one.observed.decimals, one.observed.unit, at),
            gettext("%(station)s, %(km)s away") % {"station": one.station, "km": distances.kilometres(one.km)}
            if one.km
            else "",
        )
        for one in found
    ]


def _away(one: Weather) -> str:
    said = {"station": one.station, "km": distances.kilometres(one.km)}
    return gettext("%(station)s, %(km)s away") % said if one.km else ""


def _medium(lead: Alarm) -> str:
    kind = lead.thing.kind if lead.thing else ""
    if kind == Thing.Kind.AMBIENT_AIR:
        return gettext("air")
    return gettext("water") if kind in (Thing.Kind.SURFACE_WATER, Thing.Kind.GROUNDWATER) else gettext("place")


def _then(one: Near, lead: Alarm | None) -> str:
    if one.then is None:
        return gettext("does not measure it")
    return telling.value(lead, one.then.value) if lead and one.then.value is not None else gettext("no value")


def _reading(reading: Reading | None, lead: Alarm | None, at: datetime) -> str:
    if reading is None or lead is None or reading.time is None:
        return ""
    said = telling.value(lead, reading.value) or gettext("no value")
    return f"{said} ({figures.when(reading.time, at)})"


def _figure(reading: Reading, decimals: int, unit: str, at: datetime | None = None) -> str:
    if reading.value is None or reading.time is None:
        return "–"
    said = f"{figures.number(reading.value, decimals)} {figures.unit(unit)}".rstrip()
    return f"{said} ({figures.when(reading.time, at)})" if at else said
