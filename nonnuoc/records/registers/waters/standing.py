"""Saying on which reach or reservoir a station stands. What its values are judged by follows from it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring import waters as monitoring
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import OF_THING
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Register, of_model
from nonnuoc.records.registers.waters.models import Reach, Reservoir, StationOnWater


@transaction.atomic
def put(
    water: Reach | Reservoir, code: str, *, km: float | None = None, source: str, by: Person | None
) -> StationOnWater:
    """The station of this code stands on this water, and on no other any more.

    km  along the reach's river, None unknown; a reservoir has none

    Who may write the water's entry may say so. Raises ValidationError by field and PermissionDenied.
    """
    register = of_model(type(water))
    through = access.require(by, register.keep, reading.subject(register, water)).lent
    thing = _station(code, by)
    _check(water, thing, km, source)
    held = StationOnWater.objects.filter(thing=thing).first()
    before = _told(held) if held else {}
    placed = held or StationOnWater(thing=thing)
    placed.reach, placed.reservoir = (water, None) if isinstance(water, Reach) else (None, water)
    placed.km, placed.source = km, source.strip()
    if held and _told(placed) == before:
        return placed
    placed.save()
    audit.record(by, "water.station_put", _named(register, water), before=before, after=_told(placed), through=through)
    return placed


@transaction.atomic
def take(water: Reach | Reservoir, code: str, *, by: Person | None) -> None:
    """The station does not stand on this water. Raises PermissionDenied."""
    register = of_model(type(water))
    through = access.require(by, register.keep, reading.subject(register, water)).lent
    held = water.stations.filter(thing__code=code).select_related("thing").first()
    if held is not None:
        before = _told(held)
        held.delete()
        audit.record(by, "water.station_taken", _named(register, water), before=before, through=through)


def _station(code: str, by: Person | None) -> Thing:
    """One that this person may know of: what they may not read, they cannot ask about."""
    readable = access.of(by).readable()
    found = Thing.objects.filter(readable, code=code.strip()).first()
    if found is None:
        raise ValidationError({"station": _("There is no station with the code “%(code)s”.") % {"code": code[:40]}})
    return found


def _check(water: Reach | Reservoir, thing: Thing, km: float | None, source: str) -> None:
    wrong: dict[str, Any] = {}
    if thing.kind not in monitoring.LEVELLED:
        wrong["station"] = _("%(name)s does not watch a river or a lake.") % {"name": thing.name}
    if water.simulated and not thing.simulated:
        wrong["station"] = _("This water is invented, the station is not: an invented class judges no real values.")
    if km is not None and isinstance(water, Reservoir):
        wrong["km"] = _("A reservoir has no kilometres; leave it empty.")
    elif km is not None and isinstance(water, Reach) and not _on(water, km):
        said = {"from": water.from_km, "to": water.to_km}
        wrong["km"] = _("The reach goes from kilometre %(from)s to %(to)s; this lies outside.") % said
    if not source.strip():
        wrong["source"] = _("Say who says that it stands there: a document, a visit.")
    if wrong:
        raise ValidationError(wrong)


def _on(reach: Reach, km: float) -> bool:
    return (reach.from_km is None or km >= reach.from_km) and (reach.to_km is None or km <= reach.to_km)


def _told(placed: StationOnWater) -> dict[str, Any]:
    water = placed.reach or placed.reservoir
    return {
        "station": placed.thing.code,
        "water": water.code if water else None,
        "km": placed.km,
        "source": placed.source,
    }


def _named(register: Register, water: Reach | Reservoir) -> str:
    return f"{register.key} {water.code}"


def possible(rights: Rights, *, simulated: bool) -> dict[str, str]:
    """Code -> name of the stations that could stand on a water, by code; on an invented one only invented stations."""
    found = Thing.objects.filter(rights.readable(), kind__in=monitoring.LEVELLED).exclude(state=Thing.State.RETIRED)
    found = found.filter(simulated=True) if simulated else found
    return dict(found.order_by("code").values_list("code", "name"))


def on(water: Reach | Reservoir, rights: Rights) -> list[StationOnWater]:
    """The stations on a water that may be read, downstream."""
    readable = rights.readable(**OF_THING)
    found = water.stations.filter(readable).select_related("thing")
    return list(found.order_by("km", "thing__code"))
