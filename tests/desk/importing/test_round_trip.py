"""What is exported from any register and brought back changes nothing, whatever stands in it."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation

from nonnuoc.desk.importing import opening
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.places import geometry
from nonnuoc.records.places.models import River
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import fields, listing
from nonnuoc.records.registers.pattern.exporting import giving
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.importing import constraints, looking
from nonnuoc.records.registers.pattern.importing.plan import Said
from nonnuoc.records.registers.pattern.register import Register, Shape
from tests.records.accounts import staff
from tests.records.registers.pattern.importing import ground

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TEXTS = ("=1+1", "+84 206 385", "-5", "@SUM(A1)", "'=x", "''@y", "'quoted'", 'a "b"; c, d', "Đặng Thuỳ 1.0", "007",
         "# x", "hai\ndòng", "<b>&amp;</b>", "có", "12,5")  # fmt: skip
WANTED, TRIES = 4, 400


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """Every register with a few entries of made-up values; how many each has."""
    with django_db_blocker.unblock(), transaction.atomic():
        ground.land()
        staff.office("so")
        River.objects.create(code="song", name="Sông", source="thử")
        chance = random.Random(6)
        made = {register.key: _filled(register, chance) for register in _in_order()}
        yield made
        transaction.set_rollback(True)


def _in_order() -> list[Register]:
    """What others refer to first."""
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


def _filled(register: Register, chance: random.Random) -> int:
    count = 0
    for number in range(TRIES):
        entry = _entry(register, chance, number)
        try:
            if entry is None or [*constraints.broken(register, [entry]), *constraints.twice(register, [entry])]:
                continue
            entry.clean_fields()
            entry.clean()
            with transaction.atomic():
                entry.save()
        except (ValidationError, ValueError):
            continue
        except Exception as error:  # what only the database can tell
            assert "constraint" in str(error), error
            continue
        count += 1
        if count == WANTED:
            break
    return count


def _entry(register: Register, chance: random.Random, number: int) -> Any:
    full = chance.random()
    held: dict[str, Any] = {}
    for name in register.columns:
        field = fields.of(register, name)
        if name in ("code", "lon", "lat", "position_source"):
            continue
        needed = not field.blank and not field.null
        if needed or chance.random() < full:
            if (value := _value(register, name, chance)) is None and needed:
                return None
            if value is not None:
                held[name] = value
    entry = register.model(**held, code=f"{register.key[:12]}-{number}")
    if register.shape is not Shape.NONE and chance.random() < 0.7:
        _place(register, entry, chance)
    register.complete(entry)
    return entry


def _value(register: Register, name: str, chance: random.Random) -> Any:
    field, kind = fields.of(register, name), fields.kind(register, name)
    if kind is Kind.LINK:
        return chance.choice([*fields.links(register)[name]._default_manager.all()[:9], None])
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


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("register", every.REGISTERS, ids=lambda register: register.key)
def test_every_format_brought_back_changes_nothing(filled: dict[str, int], register: Register, language: str) -> None:
    assert filled[register.key] > 0
    formats = giving.FORMATS if language == "vi" else ("xlsx", "csv")
    with translation.override(language):
        for format_ in formats if register.shape is not Shape.NONE else ("xlsx", "csv"):
            for system in ("EPSG:4326", "EPSG:9210") if format_ in ("gpkg", "shp") else ("EPSG:4326",):
                exported = giving.export(register, SYSTEM, listing.Asked(), format_, system=system)
                body = b"".join(exported.chunks)
                unchanged = 0
                for layer in _layers(body) if format_ == "shp" else [""]:
                    table = opening.opened(register, exported.name, body, Said(layer=layer))
                    plan = looking.look(register, table, Said(), SYSTEM, province="EPSG:9210")
                    assert plan.faults == [], format_
                    assert [(one.entry.code, one.before, one.after) for one in plan.changed] == [], format_
                    assert plan.created == [], format_
                    unchanged += plan.unchanged
                assert unchanged == filled[register.key], format_


def _layers(body: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return [name.removesuffix(".shp") for name in archive.namelist() if name.endswith(".shp")]
