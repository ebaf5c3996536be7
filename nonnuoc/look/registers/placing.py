"""Where an entry lies, in words: coordinates, how exactly, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from nonnuoc.look import distances, figures
from nonnuoc.look.registers import drawing
from nonnuoc.look.registers.drawing import Drawing
from nonnuoc.look.registers.faces import Face
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Register, Shape

EXACT, COARSE = 5, 2  # decimals of degrees: about a metre, about a kilometre


@dataclass(frozen=True, slots=True)
class Place:
    """What the page says of the place; `sentence` alone where none is known."""

    sentence: str
    coordinates: str = ""
    source: str = ""
    lon: float | None = None
    lat: float | None = None
    drawing: Drawing | None = None


def of(face: Face, register: Register, entry: Any) -> Place | None:
    """None where entries of the register have no place at all."""
    if register.shape is Shape.NONE:
        return None
    at = reading.position(register, entry, face.rights)
    if at is None:
        return Place(_("Nobody has registered yet where it lies."))
    shape = _shape(register, entry) if reading.exact(register, entry, face.rights) else None
    drawn = drawing.draw(at.lon, at.lat, metres=at.metres, shape=shape)
    shown = reading.shown(register, entry, face.rights)
    source = entry.position_source if "position_source" in shown else ""
    if at.metres:
        said = _("Somewhere within %(far)s around this point. Exactly where is not told, to protect it.")
        sentence, decimals = said % {"far": distances.kilometres(at.metres / 1000)}, COARSE
    else:
        sentence, decimals = "", EXACT
    return Place(sentence, degrees(at.lon, at.lat, decimals), source, at.lon, at.lat, drawn)


def degrees(lon: float, lat: float, decimals: int = EXACT) -> str:
    """ "22,66580° N, 106,25800° E", in the reader's language."""
    told = {"lat": figures.number(abs(lat), decimals), "lon": figures.number(abs(lon), decimals)}
    north = _("%(lat)s° N") % told if lat >= 0 else _("%(lat)s° S") % told
    east = _("%(lon)s° E") % told if lon >= 0 else _("%(lon)s° W") % told
    return f"{north}, {east}"


def _shape(register: Register, entry: Any) -> Any:
    """Its line or area, read only here; None where it is a point."""
    if register.shape is Shape.POINT or entry.shape is None:
        return None
    return geometry.from_wkb(bytes(entry.shape))
