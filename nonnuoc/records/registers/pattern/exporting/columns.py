"""Columns of exported tables for people (titles, words) and for machines (names, plain values)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.places import geometry
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.pattern import fields
from nonnuoc.records.registers.pattern.exporting.rows import Row
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.importing import headings
from nonnuoc.records.registers.pattern.register import Register


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `value` gives of a row text, number, bool, date, aware datetime, or None."""

    name: str  # for machines
    title: str  # for people
    kind: Kind
    value: Callable[[Row], Any]


def for_people(register: Register, system: str) -> list[Column]:
    """Titles and words in the language of the moment; links as code and, beside it, as what they are called.

    Coordinates are of `system`: degrees, or metres east and north.
    """
    found: list[Column] = []
    for name in register.columns:
        kind, title = fields.kind(register, name), fields.title(register, name)
        if name in ("lon", "lat"):
            found.append(_coordinate(register, name, system))
        elif kind is Kind.LINK:
            found.append(Column(name, title, Kind.TEXT, _code(name)))
            found.append(Column(name + headings.NAMED, headings.named(register, name), Kind.TEXT, _called(name)))
        elif kind is Kind.CHOICE:
            found.append(Column(name, title, kind, _words(name, fields.choices(register, name))))
        else:
            found.append(Column(name, title, kind, _plain(name)))
    return found + _more(register)


def for_machines(register: Register) -> list[Column]:
    """Names of fields and plain values; the place is the geometry."""
    found: list[Column] = []
    for name in register.columns:
        kind, title = fields.kind(register, name), fields.title(register, name)
        if name in ("lon", "lat"):
            continue
        if kind is Kind.LINK:
            found.append(Column(name, title, Kind.TEXT, _code(name)))
            found.append(Column(name + headings.NAMED, headings.named(register, name), Kind.TEXT, _called(name)))
        else:
            found.append(Column(name, title, kind, _plain(name)))
    return found + _more(register)


def _more(register: Register) -> list[Column]:
    title = fields.title(register, "simulated")
    found = [Column("simulated", title, Kind.BOOLEAN, _plain("simulated"))]
    if register.coarse is not None:
        found.insert(0, Column("within_m", _("Place is within, metres"), Kind.NUMBER, lambda row: row.metres))
    return found


def _plain(name: str) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        held = row.held(name)
        if isinstance(held, datetime):
            return timezone.localtime(held)
        return float(held) if isinstance(held, Decimal) else held

    return value


def _code(name: str) -> Callable[[Row], Any]:
    return lambda row: getattr(row.held(name), "code", None)


def _called(name: str) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        target = row.held(name)
        return target.full_name if isinstance(target, Commune) else getattr(target, "name", None)

    return value


def _words(name: str, choices: dict[str, str]) -> Callable[[Row], Any]:
    def value(row: Row) -> Any:
        held = row.held(name)
        return None if held is None else choices.get(str(held), str(held))

    return value


def _coordinate(register: Register, name: str, system: str) -> Column:
    if system == geometry.WGS84:
        title = fields.title(register, name)
        return Column(name, title, Kind.NUMBER, (lambda row: row.lon) if name == "lon" else (lambda row: row.lat))
    told = {"system": system}
    title = (_("Easting, m (%(system)s)") if name == "lon" else _("Northing, m (%(system)s)")) % told
    place, projected = (0 if name == "lon" else 1), geometry.system(system)

    def value(row: Row) -> Any:
        if row.lon is None or row.lat is None:
            return None
        return round(float(projected.from_wgs84(row.lon, row.lat)[place]), 4)

    return Column(name, title, Kind.NUMBER, value)
