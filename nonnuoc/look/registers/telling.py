"""Values of a register in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from nonnuoc.look import figures
from nonnuoc.look.registers.faces import Face
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.pattern import fields, reading
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.models import Registered
from nonnuoc.records.registers.pattern.register import Cell, Register, of_model

MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Told:
    """A value in words. `link`: the page of what it names; `state`: known, unknown, or hidden from this reader."""

    words: str
    link: str = ""
    state: str = "known"
    figure: bool = False  # stands to the right in a table
    long: bool = False  # of several lines


def unknown() -> Told:
    return Told(_("not known yet"), state="unknown")


def value(face: Face, register: Register, entry: Registered, name: str) -> Told:
    """A column of an entry, which the reader may read."""
    held = getattr(entry, name)
    if held is None or held == "":
        return unknown()
    if isinstance(held, Model):
        return _linked(face, register, entry, name, held)
    kind = fields.kind(register, name)
    if kind is Kind.CHOICE:
        return Told(fields.choices(register, name).get(str(held), str(held)))
    return Told(plain(held), figure=kind in (Kind.NUMBER, Kind.INTEGER), long=kind is Kind.LONG)


def plain(held: Any) -> str:
    """A number, a date, a yes or no, or a text, as it is written here."""
    if isinstance(held, bool):
        return _("yes") if held else _("no")
    if isinstance(held, datetime):
        return figures.stamp(held)
    if isinstance(held, date):
        return f"{held:%d/%m/%Y}"
    if isinstance(held, int | float | Decimal):
        return number(float(held))
    return str(held)


def number(held: float) -> str:
    """With as many decimals as it has."""
    written = f"{held:.{MOST_DECIMALS}f}".rstrip("0").rstrip(".")
    return figures.number(held, len(written.partition(".")[2]))


def cell(face: Face, held: Cell) -> Told:
    """A cell of a table of what is linked."""
    if held.value is None or held.value == "":
        return unknown()
    link = face.entry(held.register, held.code) if held.register and held.code else ""
    link = reverse(held.route, args=[held.code]) if held.route else link
    words = str(held.value) if isinstance(held.value, Promise) else plain(held.value)
    numeric = isinstance(held.value, int | float | Decimal) and not isinstance(held.value, bool)
    return Told(words, link, figure=numeric)


def called(register: Register, n: int) -> str:
    """The name of so many of its entries inside a sentence."""
    return small(str(register.one if n == 1 else register.title))


def small(words: str) -> str:
    """With a small first letter, where it is not the first of an abbreviation."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def listed(parts: Sequence[str]) -> str:
    """One sentence of several parts."""
    return ", ".join(part for part in parts if part)


def name_of(target: Model) -> str:
    """What something that can be referred to is called: communes with their kind, as the law writes them."""
    return target.full_name if isinstance(target, Commune) else str(getattr(target, "name", target))


def _linked(face: Face, register: Register, entry: Registered, name: str, target: Any) -> Told:
    if not reading.named(register, entry, name, face.rights):
        return Told(_("not public") if not face.desk else _("not open to you"), state="hidden")
    if isinstance(target, Commune):
        return Told(target.full_name, face.address("commune", target.code) if not face.desk else "")
    if not isinstance(target, Registered):
        return Told(name_of(target))
    return Told(target.name, face.entry(of_model(type(target)).key, target.code))
