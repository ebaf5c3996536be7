"""Entries of every register with made-up values, for tests that go over all of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.db import models, transaction

from nonnuoc.records.places import geometry
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import fields
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.importing import constraints
from nonnuoc.records.registers.pattern.register import Register, Shape

TEXTS = ("=1+1", "+84 206 385", "-5", "@SUM(A1)", "'=x", "''@y", "'quoted'", 'a "b"; c, d', "Đặng Thuỳ 1.0", "007",
         "# x", "hai\ndòng", "<b>&amp;</b>", "có", "12,5")  # fmt: skip
WANTED = 4


def in_order() -> list[Register]:
    """All registers, what others refer to first."""
    left, found = list(every.REGISTERS), list[Register]()
    while left:
        known = {one.model for one in found}
        ready = [one for one in left if all(m in known or m is one.model or not _needs(one, n, m) for n, m in
                                            fields.links(one).items())]  # fmt: skip
        found += ready or left
        left = [one for one in left if one not in found]
    return found


def _needs(register: Register, name: str, model: type[models.Model]) -> bool:
    return any(one.model is model for one in every.REGISTERS) and not fields.of(register, name).null


def filled(chance: random.Random) -> dict[str, list[Any]]:
    """A few entries of every register, by its key."""
    return {register.key: fill(register, chance) for register in in_order()}


def fill(
    register: Register, chance: random.Random, wanted: int = WANTED, change: Callable[[Any], None] = lambda _entry: None
) -> list[Any]:
    """Entries that the database takes, each changed before it is saved."""
    made: list[Any] = []
    targets = {name: list(model._default_manager.all()[:9]) for name, model in fields.links(register).items()}
    for number in range(max(400, 3 * wanted)):
        tried = entry(register, chance, number, targets)
        if tried is not None and _is_taken(register, tried, change):
            made.append(tried)
        if len(made) == wanted:
            break
    return made


def _is_taken(register: Register, tried: Any, change: Callable[[Any], None]) -> bool:
    try:
        if [*constraints.broken(register, [tried]), *constraints.twice(register, [tried])]:
            return False
        tried.clean_fields()
        tried.clean()
        change(tried)
        with transaction.atomic():
            tried.save()
    except (ValidationError, ValueError):
        return False
    except Exception as error:  # what only the database can tell
        assert "constraint" in str(error), error
        return False
    return True


def entry(register: Register, chance: random.Random, number: int, targets: dict[str, list[Any]]) -> Any:
    """One entry, unsaved; None where it would refer to what there is not."""
    full = chance.random()
    held: dict[str, Any] = {}
    for name in register.columns:
        field = fields.of(register, name)
        if name in ("code", "lon", "lat", "position_source"):
            continue
        needed = not field.blank and not field.null
        if needed or chance.random() < full:
            if (value := _value(register, name, chance, targets)) is None and needed:
                return None
            if value is not None:
                held[name] = value
    made = register.model(**held, code=f"{register.key[:12]}-{number}")
    if register.shape is not Shape.NONE and chance.random() < 0.7:
        _place(register, made, chance)
    register.complete(made)
    return made


def _value(register: Register, name: str, chance: random.Random, targets: dict[str, list[Any]]) -> Any:
    field, kind = fields.of(register, name), fields.kind(register, name)
    if kind is Kind.LINK:
        return chance.choice([*targets[name], None])
    if kind is Kind.CHOICE:
        return chance.choice(list(fields.choices(register, name)))
    most = getattr(field, "max_length", None) or 60
    return {
        Kind.BOOLEAN: lambda: chance.random() < 0.5,
        Kind.INTEGER: lambda: chance.randrange(1, 2030),
        Kind.NUMBER: lambda: round(chance.uniform(0, 90), chance.randrange(3)),
        Kind.DATE: lambda: date(2000 + chance.randrange(26), 1 + chance.randrange(12), 1 + chance.randrange(28)),
        Kind.TIME: lambda: datetime(2020, 5, 1 + chance.randrange(28), 7, 30, tzinfo=UTC),
    }.get(kind, lambda: chance.choice(TEXTS)[:most].strip())()


def _place(register: Register, entry: Any, chance: random.Random) -> None:
    lon, lat = 106.02 + chance.random() / 10, 22.62 + chance.random() / 20
    entry.lon, entry.lat, entry.position_source = lon, lat, "đo"
    shape = {
        Shape.POLYGON: shapely.box(lon, lat, lon + 0.01234567, lat + 0.007654321),
        Shape.LINE: shapely.LineString([(lon, lat), (lon + 0.01, lat + 0.012345678), (lon + 0.02, lat)]),
    }.get(register.shape)
    if shape is not None and chance.random() < 0.7:
        inside = shapely.point_on_surface(shape)
        entry.shape, entry.lon, entry.lat = geometry.to_wkb(shape), inside.x, inside.y
