"""What is exported from any register and brought back changes nothing, whatever stands in it."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from nonnuoc.desk.importing import opening
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.places.models import River
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import listing
from nonnuoc.records.registers.pattern.exporting import giving
from nonnuoc.records.registers.pattern.importing import looking
from nonnuoc.records.registers.pattern.importing.plan import Said
from nonnuoc.records.registers.pattern.register import Register, Shape
from tests.records.accounts import staff
from tests.records.registers import made_up
from tests.records.registers.pattern.importing import ground

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """Every register with a few entries of made-up values; how many each has."""
    with django_db_blocker.unblock(), transaction.atomic():
        ground.land()
        staff.office("so")
        River.objects.create(code="song", name="Sông", source="thử")
        chance = random.Random(6)
        made = {key: len(entries) for key, entries in made_up.filled(chance).items()}
        yield made
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("register", "language"),
    # Titles and words are of the same making in every register: of the other language every fourth
    [*((one, "vi") for one in every.REGISTERS), *((one, "en") for one in every.REGISTERS[::4])],
    ids=lambda value: getattr(value, "key", value),
)
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
