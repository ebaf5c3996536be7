"""How far it is from contaminated ground to what it could reach, intakes and urban areas; and who watches near by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places import nearness
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model
from nonnuoc.records.registers.waters.models import Intake, UrbanArea

EACH = 3  # of a kind
WATCHING = {
    Thing.Kind.SURFACE_WATER: _("station of surface water"),
    Thing.Kind.GROUNDWATER: _("well or station of groundwater"),
}


@dataclass(frozen=True, slots=True)
class Near:
    """Something at a distance in a straight line."""

    what: Promise | str
    name: str
    km: float
    register: str = ""  # with `code`: its entry
    code: str = ""


def near(lon: float, lat: float, rights: Rights, *, simulated: bool = False) -> list[Near]:
    """The nearest of each kind whose place the reader may know, nearest first; invented ones for the invented alone."""
    kinds = (_entries(Intake, rights, simulated), _entries(UrbanArea, rights, simulated), *_stations(rights, simulated))
    found: list[Near] = []
    for kind in kinds:
        at = list(kind)
        if at:
            km, _bearing = nearness.between(lon, lat, [one[0] for one in at], [one[1] for one in at])
            away = sorted((Near(what, name, float(far), key, code) for far, (_x, _y, what, name, key, code) in
                           zip(km, at, strict=True)), key=lambda one: one.km)  # fmt: skip
            found += away[:EACH]
    return sorted(found, key=lambda one: one.km)


_At = tuple[float, float, "Promise | str", str, str, str]


def _entries(model: type[Intake] | type[UrbanArea], rights: Rights, simulated: bool) -> Iterable[_At]:
    register = of_model(model)
    placed = reading.readable(register, rights).filter(lon__isnull=False)
    for one in placed if simulated else placed.filter(simulated=False):
        yield one.lon, one.lat, register.one, one.name, register.key, one.code


def _stations(rights: Rights, simulated: bool) -> Iterable[list[_At]]:
    here = FilteredRelation("locations", condition=Q(locations__until=None))
    placed = Thing.objects.filter(rights.readable(), kind__in=WATCHING).annotate(here=here).exclude(here__lon=None)
    placed = placed.exclude(state=Thing.State.RETIRED)
    known = placed if simulated else placed.filter(simulated=False)
    rows = list(known.values_list("here__lon", "here__lat", "kind", "name"))
    for kind, words in WATCHING.items():
        yield [(lon, lat, words, name, "", "") for lon, lat, found, name in rows if found == kind]
