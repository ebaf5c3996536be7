"""A register as a layer for maps and other machines (places/layers.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import shapely
from django.conf import settings
from django.utils import translation

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import geometry, layers
from nonnuoc.records.places.layers import Features, Field, Layer
from nonnuoc.records.registers.pattern import fields, reading
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.register import Register, Shape

_KINDS = {Kind.INTEGER: "integer", Kind.NUMBER: "number", Kind.BOOLEAN: "boolean", Kind.TIME: "date-time"}
_PLACE = ("lon", "lat")  # the geometry says it


def of(register: Register) -> Layer:
    """The layer of a register: of every entry the reader may read, the columns and the place they may know."""
    with translation.override("en"):
        return Layer(
            key=register.key,
            title=str(register.title),
            description=str(register.description),
            read=_reader(register),
            fields=(
                *(_field(register, name) for name in _names(register)),
                Field("metres", "Place is within, metres", "number"),
            )
            if register.coarse
            else tuple(_field(register, name) for name in _names(register)),
            shape="any" if register.shape is Shape.NONE else str(register.shape.value),
            keywords=(str(register.subject.label),),
            address="register-entry",
            arguments=(register.key,),
        )


def _names(register: Register) -> tuple[str, ...]:
    return tuple(name for name in register.columns if name not in _PLACE)


def _field(register: Register, name: str) -> Field:
    kind = fields.kind(register, name)
    choices = tuple(fields.choices(register, name)) if kind is Kind.CHOICE else ()
    said = {language: _title(register, name, language) for language, _ in settings.LANGUAGES}
    return Field(name, said["en"], _KINDS.get(kind, "string"), choices=choices, said=said)


def _title(register: Register, name: str, language: str) -> str:
    with translation.override(language):
        return fields.title(register, name)


def _reader(register: Register) -> Callable[[Any], Features]:
    def read(rights: Rights) -> Features:
        entries = list(
            reading.readable(register, rights)
            .defer(None)
            .defer(*reading.large(register))
            .select_related(*reading.linked(register))
            .order_by("code")
        )
        names = _names(register)
        seen = [frozenset(reading.shown(register, entry, rights)) for entry in entries]
        columns: dict[str, tuple[Any, ...]] = {
            name: tuple(
                _value(register, entry, name, rights) if name in known else None
                for entry, known in zip(entries, seen, strict=True)
            )
            for name in names
        }
        places = [reading.position(register, entry, rights) for entry in entries]
        if register.coarse:
            columns["metres"] = tuple(place.metres if place else None for place in places)
        shapes = [_shape(register, entry, place, rights) for entry, place in zip(entries, places, strict=True)]
        return Features(tuple(entry.code for entry in entries), layers.shapes(shapes), columns)

    return read


def _value(register: Register, entry: Any, name: str, rights: Rights) -> Any:
    value = reading.value(register, entry, name, rights)
    held = getattr(entry, name)
    return held if isinstance(held, datetime) else value if not isinstance(held, date) else held.isoformat()


def _shape(register: Register, entry: Any, place: reading.Position | None, rights: Rights) -> Any:
    if place is None:
        return None
    if entry.shape is not None and place.metres is None and reading.exact(register, entry, rights):
        return geometry.from_wkb(bytes(entry.shape))
    return shapely.Point(place.lon, place.lat)
