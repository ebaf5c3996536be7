"""Occurrences come in files by the hundred: named by their scientific names, unjudged, coarse from the first moment."""

from __future__ import annotations

import pytest

from nonnuoc.records.accounts import access
from nonnuoc.records.registers.nature.forest import FORESTS
from nonnuoc.records.registers.nature.models import Occurrence
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.nature.species import SPECIES, STATUSES
from nonnuoc.records.registers.pattern import keeping_many, reading
from nonnuoc.records.registers.pattern.importing import looking
from nonnuoc.records.registers.pattern.importing.plan import Plan, Said
from nonnuoc.records.registers.pattern.register import Register
from tests.records.registers.nature import wild
from tests.records.registers.pattern.importing import ground

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SAID = Said(source="điều tra 2026", position_source="GPS")


def look(register: Register, *rows: tuple[object, ...]) -> Plan:
    return looking.look(register, ground.sheet(*rows, register=register), SAID, access.SYSTEM)


def test_a_survey_comes_in_by_scientific_names_and_is_coarse_at_once():
    wild.communes()
    kind = wild.species("Onis simulata", "km-10")
    old = wild.species("Vetus simulata", accepted=kind.code)
    rows = (
        ("loài", "day", "số cá thể", "vĩ độ", "kinh độ"),
        ("Onis simulata L., 1758", "1/3/2026", 2, 22.6661, 106.257),
        ("vetus simulata", "2026-03-02", None, 22.61, 106.21),
    )
    plan = look(OCCURRENCES, *rows)
    assert plan.faults == []
    assert look(OCCURRENCES, *rows).digest() == plan.digest()  # codes are drawn, what was agreed to is the same
    moment = wild.found(kind).changed
    keeping_many.write(OCCURRENCES, [one for _row, one in plan.created], [], by=None, reason="f", at=moment)
    made = list(Occurrence.objects.filter(source="điều tra 2026").order_by("day"))
    assert [one.species for one in made] == [kind, old]
    assert [(one.state, one.data_class, one.coarse_lon) for one in made] == [("reported", "internal", 106.25)] * 2
    assert all(one.code.startswith("oc-") for one in made)
    assert reading.position(OCCURRENCES, made[0], access.ANYBODY).metres == 7610.0


def test_a_species_nobody_knows_is_a_fault_that_names_it():
    wild.species("Onis simulata")
    plan = look(OCCURRENCES, ("loài", "day"), ("Ignota prima", "1/3/2026"))
    assert [(one.number, one.value) for one in plan.faults] == [(2, "Ignota prima")]


def test_lists_and_tables_of_forest_need_no_names():
    wild.communes()
    wild.species("Onis simulata")
    heads = ("loài", "danh mục loài", "văn bản ban hành danh mục", "nhóm hoặc bậc")
    plan = look(STATUSES, heads, ("Onis simulata", "Sách đỏ Việt Nam", "Sách đỏ (mô phỏng)", "EN"))
    assert (plan.faults, [one.category for _row, one in plan.created]) == ([], ["EN"])
    heads = ("xã", "mục đích sử dụng", "nguồn gốc", "diện tích, ha", "cuối năm")
    plan = look(FORESTS, heads, (wild.WEST, "rừng phòng hộ", "tự nhiên", "12,5", 2025))
    assert (plan.faults, [one.area_ha for _row, one in plan.created]) == ([], [12.5])


def test_species_get_their_codes_from_their_names():
    plan = look(SPECIES, ("tên khoa học", "tên thường gọi"), ("Onis simulata", "Cá giả"), ("Alia lata", None))
    assert [(one.code, one.name) for _row, one in plan.created] == [
        ("onis-simulata", "Cá giả"),
        ("alia-lata", "Alia lata"),
    ]
