"""How much of the province is under forest, and of what nobody knows."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from nonnuoc.records.accounts import access
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.nature import cover, forest
from nonnuoc.records.registers.nature.forest import CHANGES, FORESTS
from nonnuoc.records.registers.nature.models import Forest
from nonnuoc.records.registers.pattern import keeping
from tests.records.registers.nature import wild

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_communes() -> None:
    """Each of 100 km²."""
    wild.communes()


def grown(commune: str, ha: float, origin: str = "natural", function: str = "protection", **facts: object) -> Forest:
    told = {"commune": commune, "area_ha": ha, "origin": origin, "function": function, "year": 2025, "source": "test"}
    return keeping.create(FORESTS, {**told, "data_class": "public", **facts}, by=None)


def test_the_share_is_of_the_whole_province_and_young_plantations_do_not_count():
    grown(wild.WEST, 5000)
    grown(wild.WEST, 500, "planted", "production")
    grown(wild.WEST, 900, "young", "production")
    grown(wild.EAST, 5731)
    grown(wild.EAST, 9000, year=2024)
    found = forest.cover_now(access.ANYBODY)
    assert (found.year, found.forest_ha, found.land_ha, found.missing) == (2025, 11231.0, 20000.0, ())
    assert found.percent == pytest.approx(56.155)
    assert forest.FORESTS.about(access.ANYBODY)[0] == "Cuối năm 2025, rừng che phủ 56,16 % diện tích tỉnh."


def test_a_share_of_what_is_not_known_whole_is_not_told():
    grown(wild.WEST, 5000)
    found = forest.cover_now(access.ANYBODY)
    assert (found.percent, found.at_least, found.missing) == (None, 25.0, ("xã C01448",))
    grown(wild.EAST, 0)  # none there is something known
    assert forest.cover_now(access.ANYBODY).percent == 25.0
    Commune.objects.filter(code=wild.EAST).update(area_km2=None)
    found = forest.cover_now(access.ANYBODY)
    assert (found.percent, found.at_least) == (None, None)


def test_nothing_known_is_told_as_that():
    assert forest.cover_now(access.ANYBODY) is None
    grown(wild.WEST, 5000, data_class="internal")
    assert forest.cover_now(access.ANYBODY) is None
    assert forest.cover_now(access.SYSTEM) is not None
    assert (cover.TARGET_PERCENT, cover.TARGET_YEAR) == (56.15, 2030)


def test_forest_stands_once_a_year_and_somewhere():
    one = grown(wild.WEST, 5000)
    assert one.name == "rừng phòng hộ, tự nhiên, xã C01447, 2025"
    with pytest.raises(ValidationError):
        grown(wild.WEST, 1)
    with pytest.raises(ValidationError):
        grown("", 1)
    keeping.withdraw(FORESTS, one.code, reason="wrong", by=None)
    grown(wild.WEST, 4000)
    with pytest.raises(ValidationError):
        keeping.restore(FORESTS, one.code, reason="right after all", by=None)


def test_a_conversion_goes_somewhere_else():
    told = {"commune": wild.WEST, "area_ha": 3, "decision": "QĐ 1", "decided": "2026-01-01", "source": "test"}
    made = keeping.create(CHANGES, {**told, "before": "protection", "after": "production"}, by=None)
    assert made.name == "rừng phòng hộ → rừng sản xuất, QĐ 1"
    with pytest.raises(ValidationError):
        keeping.create(CHANGES, {**told, "before": "production", "after": "production"}, by=None)
