"""Lists find what was asked for, and nothing that the reader may not know."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import ANYBODY, Rights
from nonnuoc.records.registers.facilities.declared import FACILITIES, ZONES
from nonnuoc.records.registers.pattern import keeping, linking, listing, reading
from tests.records.accounts import staff
from tests.records.registers.pattern import kept

pytestmark = pytest.mark.django_db


def names(rights: Rights = ANYBODY, **query: str) -> list[str]:
    asked = listing.asked(FACILITIES, query)
    assert not asked.faults
    return [one.name for one in listing.page(FACILITIES, rights, asked).entries]


@pytest.mark.parametrize("text", ["tốc tát", "toc tat", "TOC", "mỏ  Tát", "F-00001", "tốc"])
def test_words_are_found_with_marks_and_without(text: str) -> None:
    kept.facility("Mỏ mangan Tốc Tát")
    kept.facility("Xưởng giấy bản")
    assert names(q=text) == ["Mỏ mangan Tốc Tát"]


def test_marks_count_where_they_are_typed() -> None:
    kept.facility("Trại lợn Bế")
    kept.facility("Trại lợn Bé")
    assert names(q="bế") == ["Trại lợn Bế"]
    assert names(q="be") == ["Trại lợn Bế", "Trại lợn Bé"]


def test_each_kind_of_filter() -> None:
    commune, zone = staff.commune("01273"), kept.zone(code="z1")
    kept.facility("A", state="operating", polluting_type=True, started="2020-05-01", zone=zone)
    kept.facility("B", state="closed", polluting_type=False, started="2024-05-01", commune=commune)
    kept.facility("C", **kept.PLACE)

    assert names(state="closed") == ["B"]
    assert names(state="-") == ["C"]
    assert names(polluting_type="true") == ["A"]
    assert names(polluting_type="-") == ["C"]
    assert names(zone="z1") == ["A"]
    assert names(zone="-") == ["B", "C"]
    assert names(started_from="2020-05-01", started_to="2020-05-01") == ["A"]
    assert names(started_from="01/01/2021") == ["B"]
    assert names(commune="01273") == ["B"]
    assert names(placed="yes") == ["C"]
    assert names(placed="no") == ["A", "B"]
    assert names(bbox="106,22,107,23") == ["C"]
    assert names(bbox="100,22,101,23") == []
    assert names(sort="-name") == ["C", "B", "A"]
    assert names(state="closed", q="a") == []


def test_what_cannot_be_understood_is_told_and_left_out() -> None:
    kept.facility("A")
    asked = listing.asked(FACILITIES, {"state": "flying", "started_from": "soon", "bbox": "1,2", "page": "-3"})
    assert set(asked.faults) == {"state", "started_from", "bbox"}
    assert listing.page(FACILITIES, ANYBODY, asked).count == 1
    assert listing.asked(FACILITIES, {"sort": "contact", "q": "a\x00b"}).sort == "code"


def test_the_withdrawn_are_listed_only_where_they_are_asked_for() -> None:
    made = kept.facility("A")
    keeping.withdraw(FACILITIES, made.code, reason="x", by=None)
    assert names() == []
    assert names(withdrawn="yes") == ["A"]


def test_nothing_is_found_out_by_asking() -> None:
    """Neither what is internal of a public entry, nor what is not public and a public entry refers to."""
    secret = kept.zone("Khu kín", code="kin", data_class="restricted")
    made = kept.facility("Công khai", zone=secret)
    kept.facility("Nội bộ", data_class="internal")
    officer = access.of(kept.officer())

    assert names() == ["Công khai"]
    assert names(zone="kin") == []
    assert names(officer, zone="kin") == ["Công khai"]
    assert linking.used(FACILITIES, "zone", ANYBODY, most=9) == []
    assert linking.like(FACILITIES, "zone", "khu", ANYBODY) == []
    assert linking.found(FACILITIES, "zone", "kin", ANYBODY) is None
    found = reading.one(FACILITIES, made.code, ANYBODY)
    assert reading.value(FACILITIES, found, "zone", ANYBODY) is None
    assert reading.value(FACILITIES, found, "zone", officer) == "kin"


def test_a_page_costs_the_same_for_one_entry_and_for_thirty(queries: Callable[[Callable[[], object]], int]) -> None:
    asked = listing.asked(FACILITIES, {})
    zone, commune = kept.zone(), staff.commune()
    kept.facility(zone=zone, commune=commune)

    def read() -> None:
        for entry in listing.page(FACILITIES, ANYBODY, asked).entries:
            assert reading.value(FACILITIES, entry, "zone", ANYBODY) == zone.code
            assert reading.value(FACILITIES, entry, "commune", ANYBODY) == commune.code

    one = queries(read)
    for _ in range(29):
        kept.facility(zone=zone, commune=commune)
    assert queries(read) == one == 2


def test_counts_and_places_of_a_list() -> None:
    kept.facility("A", **kept.PLACE)
    kept.facility("B")
    kept.zone()
    page = listing.page(FACILITIES, ANYBODY, listing.asked(FACILITIES, {}))
    assert (page.count, page.unplaced, page.pages) == (2, 1, 1)
    assert listing.standing(ZONES, ANYBODY)[0] == 1
