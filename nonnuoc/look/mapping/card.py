"""What a click on the map shows: a name, its kind, three facts, and the way to its own page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from nonnuoc.look import distances
from nonnuoc.look.mapping.faces import Face
from nonnuoc.look.mapping.layers import Layer
from nonnuoc.look.registers import faces, telling
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import layers as monitoring
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places import selectors as places
from nonnuoc.records.registers.pattern import fields, reading

FACTS = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One thing."""

    layer: Layer
    name: str
    facts: tuple[tuple[str, str], ...]
    where: str  # how well its place is known, in a sentence; "": exactly
    page: str
    simulated: bool = False


def card(layer: Layer, code: str, rights: Rights, face: Face) -> Card | None:
    """That of this code; None where there is none, or none they may know of."""
    if layer.register is not None:
        return _of_entry(layer, code, rights, face)
    return _of_commune(layer, code, face) if layer.key == "communes" else _of_station(layer, code, rights, face)


def _of_entry(layer: Layer, code: str, rights: Rights, face: Face) -> Card | None:
    register = layer.register
    entry = reading.one(register, code, rights) if register else None
    if register is None or entry is None or entry.withdrawn:
        return None
    seen = reading.shown(register, entry, rights)
    looking = faces.of_desk(rights) if face.entry.startswith("desk-") else faces.PUBLIC
    columns = [name for name in (*register.listed, "commune", *register.own) if name in seen]
    told = ((name, telling.value(looking, register, entry, name)) for name in dict.fromkeys(columns))
    facts = [(fields.title(register, name), one.words) for name, one in told if one.state == "known" and not one.long]
    return Card(
        layer,
        entry.name,
        tuple(facts[:FACTS]),
        _where(reading.position(register, entry, rights)),
        face.page_of(layer, code),
        entry.simulated,
    )


def _where(place: reading.Position | None) -> str:
    if place is None:
        return _("Nobody here knows where it lies.")
    if place.metres is None:
        return ""
    said = {"distance": distances.kilometres(place.metres / 1000)}
    return _("Shown at a generalised point: the exact place is within %(distance)s.") % said


def _of_commune(layer: Layer, code: str, face: Face) -> Card | None:
    commune = places.commune_by_code(code)
    if commune is None:
        return None
    area: list[tuple[str | Promise, str]] = []
    if commune.area_km2 is not None:
        area = [(_("Area"), f"{telling.number(commune.area_km2)} km²")]
    facts = ((str(name), words) for name, words in [(_("Official code"), code), *area])
    return Card(layer, commune.full_name, tuple(facts), "", face.page_of(layer, code))


def _of_station(layer: Layer, code: str, rights: Rights, face: Face) -> Card | None:
    found = monitoring.STATIONS.read(rights)
    row = found.place(code)
    if row is None:
        return None
    held = {name: column[row] for name, column in found.columns.items()}
    facts = [
        (_("Watches"), str(Thing.Kind(held["kind"]).label)),
        (_("State"), str(Thing.State(held["state"]).label)),
        (_("Measures"), held["observes"] or telling.unknown().words),
    ]
    own = held["position"] == "own"
    where = "" if own else _("Its own position is not known; it is shown at the point of its commune.")
    return Card(layer, held["name"], tuple(facts), where, face.page_of(layer, code), held["simulated"])
