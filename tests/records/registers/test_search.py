"""The search over everything: as names are typed here, the best first, and nothing that one may not read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nonnuoc.look.searching import coordinates
from nonnuoc.records.accounts import access
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places.models import River, RiverAlias
from nonnuoc.records.registers import search
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.pattern import keeping
from tests import factories
from tests.records.accounts import staff
from tests.records.registers.nature import wild
from tests.records.registers.pattern import kept

pytestmark = pytest.mark.django_db


def names(text: str, rights: access.Rights = access.ANYBODY, limit: int = 10) -> dict[str, list[str]]:
    return {group.kind: [hit.name for hit in group.hits] for group in search.found(text, rights, limit=limit)}


def test_marks_count_where_they_are_typed() -> None:
    kept.facility("Trạm bơm Lý Bôn")
    kept.facility("Trà Lĩnh, cơ sở giết mổ")
    kept.facility("Xưởng chè Trà")
    assert names("tra") == {"facilities": ["Trà Lĩnh, cơ sở giết mổ", "Trạm bơm Lý Bôn", "Xưởng chè Trà"]}
    assert names("trà") == {"facilities": ["Trà Lĩnh, cơ sở giết mổ", "Xưởng chè Trà"]}
    assert names("trá") == {}
    assert names("co so tra") == names("CƠ SỞ trà") == {"facilities": ["Trà Lĩnh, cơ sở giết mổ"]}
    assert names("  ") == names("\0") == names("“”") == {}


def test_the_code_itself_comes_first_then_names_that_begin_so() -> None:
    kept.facility("Xưởng F-1", code="zz-9")
    kept.facility("F-1 giấy", code="aa-1")
    kept.facility("Mỏ chì kẽm", code="F-1")
    (group,) = search.found("f-1", access.ANYBODY)
    assert [(hit.code, hit.rank) for hit in group.hits] == [("F-1", 0), ("aa-1", 1), ("zz-9", 2)]
    (group,) = search.found("f-1", access.ANYBODY, limit=2)
    assert (len(group.hits), group.count) == (2, 3)


def test_rivers_by_their_other_names_stations_communes_and_entries_together(
    queries: Callable[[Callable[[], object]], int],
) -> None:
    river = River.objects.create(code="bang-giang", name="Bằng Giang", source="test")
    RiverAlias.objects.create(river=river, name="Bằng")
    factories.station("KK01", kind=Thing.Kind.AMBIENT_AIR)
    staff.commune("01273")
    kept.facility("Bằng Lăng")
    assert names("song bang") == {"rivers": ["sông Bằng Giang"]}
    assert names("kk01") == {"stations": ["Trạm KK01"]}
    assert names("bang") == {"rivers": ["sông Bằng Giang"], "facilities": ["Bằng Lăng"]}
    asked = queries(lambda: search.found("bang", access.ANYBODY))
    for number in range(3):
        kept.facility(f"Bằng {number}")
    assert queries(lambda: search.found("bang", access.ANYBODY)) == asked <= 7


def test_what_one_may_not_read_is_neither_found_nor_counted() -> None:
    villager = kept.villager("01273")
    near = staff.commune("01273")
    kept.facility("Lò đốt công khai")
    kept.facility("Lò đốt nội bộ ở đây", data_class="internal", commune=near)
    kept.facility("Lò đốt nội bộ nơi khác", data_class="internal", commune=staff.commune("01290"))
    entry = kept.facility("Lò đốt đã bỏ")
    keeping.withdraw(FACILITIES, entry.code, reason="test", by=None)
    assert names("lo dot") == {"facilities": ["Lò đốt công khai"]}
    assert names("lo dot", access.of(villager))["facilities"] == ["Lò đốt công khai", "Lò đốt nội bộ ở đây"]
    assert search.found("lo dot", access.ANYBODY)[0].count == 1
    assert search.found("nội bộ nơi khác", access.of(villager)) == []


def test_of_a_protected_species_the_point_is_the_generalised_one() -> None:
    wild.communes()
    found = wild.found(wild.species("Onis simulata", "km-10"))
    assert (found.lon, found.generalised) == (106.257, True)
    hits = [hit for group in search.found(found.code, access.ANYBODY) for hit in group.hits]
    assert hits and all((hit.lon, hit.lat) == (found.coarse_lon, found.coarse_lat) and hit.metres for hit in hits)
    (hit,) = search.found(found.code, access.SYSTEM)[0].hits
    assert (hit.kind, hit.lon, hit.metres) == (OCCURRENCES.key, 106.257, None)


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("22.66, 106.25", "WGS 84"),
        ("106.25 22.66", "WGS 84"),
        ("22.66°N; 106.25°E", "WGS 84"),
        ("2506829.34, 551188.11", "VN-2000"),
    ],
)
def test_coordinates_are_understood_in_either_order(text: str, system: str) -> None:
    spot = coordinates.read(text)
    assert spot and spot.system.startswith(system)
    assert (spot.lon, spot.lat) == pytest.approx((106.25, 22.66), abs=0.001)


@pytest.mark.parametrize("text", ["", "Trà Lĩnh", "1, 2", "22.66", "nan, inf", "500, 600", "22.66, 106.25, 3"])
def test_other_numbers_are_no_coordinates(text: str) -> None:
    assert coordinates.read(text) is None
