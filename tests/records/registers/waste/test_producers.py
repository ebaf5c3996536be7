"""Extended producer responsibility: what is late, and four eyes before anybody is named in public. The seed."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.registers.pattern import keeping, reading, seeding
from nonnuoc.records.registers.waste import declarations, praising, tables
from nonnuoc.records.registers.waste.declared import DECLARATIONS, PRODUCERS, SITES
from nonnuoc.records.registers.waste.models import Declaration, Producer, Site
from tests.records.registers.waste import scene

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 1)


@pytest.fixture
def producer() -> Producer:
    facts = {"code": "nsx-1", "name": "Nhà sản xuất", "facility": scene.facility("nsx").code, "source": "test"}
    return keeping.create(PRODUCERS, facts, by=None)


def declared(producer: Producer, code: str = "kb-1", **facts) -> Declaration:
    plain = {"code": code, "name": code, "producer": producer.code, "year": 2025, "kind": "packaging", "source": "test"}
    return keeping.create(DECLARATIONS, plain | {"state": "declared"} | facts, by=None)


def test_what_is_due_follows_from_a_typed_rate_with_its_source(producer):
    with pytest.raises(ValidationError):
        declared(producer, rate_percent=22)
    one = declared(producer, rate_percent=22, rate_source="văn bản X", market_t=50, recycled_t=8, due_vnd=9, paid_vnd=4)
    found = declarations.standing(one, DAY)
    assert (found.due_t, found.short_t, found.unpaid_vnd) == (pytest.approx(11), pytest.approx(3), 5)
    bare = declarations.standing(declared(producer, "kb-2"), DAY)
    assert (bare.due_t, bare.short_t, bare.unpaid_vnd, bare.late) == (None, None, None, None)


def test_late_is_known_only_with_a_day_and_never_once_settled(producer):
    with_day = {"due": "2026-03-31", "due_source": "văn bản X"}
    late = declared(producer, "a", **with_day)
    settled = declared(producer, "b", **with_day, state="settled")
    declared(producer, "c")
    assert declarations.standing(late, DAY).late is True
    assert declarations.standing(late, date(2026, 3, 31)).late is False
    assert declarations.standing(settled, DAY).late is False
    order = [one.declaration.code for one in praising.standings(access.SYSTEM, DAY)]
    assert order == ["a", "c", "b"]


def test_two_people_name_a_producer_in_public_and_take_it_back(producer):
    hoa, lan = scene.officer("Hoa"), scene.person("Lan", Role.LEADER, scene.office("province-2", "province"))
    praise = praising.propose(producer, year=2025, words="tái chế vượt mức", by=hoa)
    assert praising.propose(producer, year=2025, words="khác", by=hoa) == praise
    with pytest.raises(PermissionDenied):
        praising.decide(praise.id, publish=True, by=hoa)
    with pytest.raises(PermissionDenied):
        praising.decide(praise.id, publish=True, by=scene.person("Xa", Role.READER, scene.office("hdnd", "council")))
    assert reading.one(PRODUCERS, producer.code, access.ANYBODY) is None
    assert praising.decide(praise.id, publish=True, by=lan).state == "published"
    shown = reading.one(PRODUCERS, producer.code, access.ANYBODY)
    (table,) = tables.of_producer(shown, access.ANYBODY)  # what it declared stays inside
    assert [[cell.value for cell in row] for row in table.rows] == [[2025, "tái chế vượt mức"]]
    with pytest.raises(ValidationError):
        praising.take_back(praise.id, why="", by=lan)
    praising.take_back(praise.id, why="sai số liệu", by=lan)
    assert reading.one(PRODUCERS, producer.code, access.ANYBODY) is None


def test_the_seed_has_every_name_of_the_plan_and_none_besides():
    for commune in {entry["commune"] for entry in _seed()}:
        scene.commune(commune, commune)
    assert seeding.load((SITES,), "cao_bang") == 17
    assert seeding.load((SITES,), "cao_bang") == 0
    of = Site.objects.values_list("ordered", "kind")
    assert sum(one == ("upgrade", "area") for one in of) == 11
    assert sum(one == ("build", "area") for one in of) == 3
    assert sum(one == ("build", "hazardous") for one in of) == 2
    assert not Site.objects.exclude(lon=None, area_ha=None, capacity_t_day=None).exists()  # the plan tells none
    assert "11." in tables.about_sites(access.ANYBODY)[0]
    provincial = Site.objects.get(kind="provincial")
    assert (provincial.target_from_ha, provincial.target_to_ha, provincial.pilot_to_ha) == (30, 40, 3)


def _seed():
    return tomllib.loads((SITES.seed / "cao_bang.toml").read_text(encoding="utf-8"))["entry"]
