"""Files that are not what they should be: every fault by row and column, and nothing found out by asking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.facilities.declared import FACILITIES, ZONES
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.registers.pattern.importing import looking
from nonnuoc.records.registers.pattern.importing.places import Reading
from nonnuoc.records.registers.pattern.importing.plan import Plan, Said
from nonnuoc.records.registers.pattern.importing.table import Table
from tests.records.registers.pattern.importing import ground

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def land(db: None) -> Any:
    return ground.land()


def look(table: Table, by: Person | None = None, said: Said = ground.SAID) -> Plan:
    return looking.look(FACILITIES, table, said, access.of(by), province="EPSG:9210")


def told(plan: Plan) -> list[tuple[int, str, str]]:
    return [(one.number, one.heading, one.value) for one in plan.faults]


def test_titles_of_either_language_names_and_usual_words_are_columns(land: Any) -> None:
    plan = look(ground.sheet(["Danh sách cơ sở 2026"], ["Mã", "TÊN GỌI", "state", "Xã/phường", "Ngành nghề gì đó"]))
    assert plan.columns == [
        ("Mã", "code"),
        ("TÊN GỌI", "name"),
        ("state", "state"),
        ("Xã/phường", "commune"),
        ("Ngành nghề gì đó", ""),
    ]


def test_a_sound_row_is_an_entry_with_its_commune_from_where_it_lies(land: Any) -> None:
    west, east = land
    rows = [["A-1", "Xưởng giấy", "being built", 4800123456.0, date(2020, 5, 1), "Trà Một", 106.05, 22.65],
            ["", "Lò gạch", "", "", "1/6/2021", "", "106,15", "22,65"]]  # fmt: skip
    head = ["code", "name", "state", "business_code", "started", "commune", "lon", "lat"]
    plan = look(ground.sheet(head, *rows))
    assert plan.faults == []
    (_, paper), (_, kiln) = plan.created
    assert (paper.state, paper.business_code, paper.started, paper.commune) == (
        "building", "4800123456", date(2020, 5, 1), west,
    )  # fmt: skip
    assert (kiln.commune, kiln.lon, kiln.started, kiln.source) == (east, 106.15, date(2021, 6, 1), ground.SAID.source)
    assert (paper.code, kiln.code) == ("A-1", "F-00001")


def test_every_fault_of_a_file_is_named_at_once_by_row_and_column(land: Any) -> None:
    head = ["code", "name", "state", "started", "commune", "lon", "lat", "business_code", "polluting_type"]
    plan = look(
        ground.sheet(
            head,
            ["A-1", "x", "going", "", "", "", "", "", ""],
            ["A-2", "x", "", "31/02/2020", "", "", "", "", ""],
            ["A-3", "x", "", "", "Xã Không Có", "", "", "", ""],
            ["A-4", "x", "", "", "", "12,5x", "22", "", ""],
            ["A-5", "x", "", "", "", "106.1", "", "", ""],
            ["A-6", "x", "", "", "", "", "", "123", ""],
            ["A-7", "x" * 301, "", "", "", "", "", "", "maybe"],
            ["A-7", "again", "", "", "", "", "", "", ""],
            ["", "", "planned", "", "", "", "", "", ""],
        )
    )
    assert [(number, heading) for number, heading, _value in told(plan)] == [
        *[(2, "state"), (3, "started"), (4, "commune"), (5, "lon"), (6, "lat"), (7, "business_code")],
        *[(8, "name"), (8, "polluting_type"), (9, "code"), (10, "name")],
    ]
    assert (4, "commune", "Xã Không Có") in told(plan)
    assert plan.created == []


def test_a_code_that_is_there_changes_only_the_columns_of_the_file(land: Any) -> None:
    ground.facility("A-1", "Xưởng cũ", owner_name="Bà Lan", address="Tổ 9", state="planned")
    table = ground.sheet(["code", "name", "state", "address"], ["A-1", "Xưởng mới", "operating", ""])
    (change,) = look(table).changed
    assert change.before == {"name": "Xưởng cũ", "state": "planned"}
    assert change.after == {"name": "Xưởng mới", "state": "operating"}
    (cleared,) = look(table, said=replace(ground.SAID, clear=True)).changed
    assert (cleared.before["address"], cleared.after["address"]) == ("Tổ 9", None)


def test_what_changes_nothing_is_counted_as_such_also_without_codes(land: Any) -> None:
    ground.facility("A-1", "Xưởng", commune="01001")
    ground.facility("A-2", "Xưởng", commune="01001", address="Tổ 9")
    again = look(ground.sheet(["name", "commune", "address"], ["Xưởng", "01001", "Tổ 9"], ["Xưởng", "Trà Một", ""]))
    assert (again.unchanged, len(again.created), again.faults) == (2, 0, [])
    other = look(ground.sheet(["name", "commune", "address"], ["Xưởng", "01001", "Tổ 10"]))
    assert [entry.address for _number, entry in other.created] == ["Tổ 10"]
    assert "has this name already" in other.warnings[0].why


def test_a_withdrawn_entry_is_not_changed_by_a_file(land: Any) -> None:
    ground.facility("A-1", "Xưởng")
    keeping.withdraw(FACILITIES, "A-1", reason="đã dỡ", by=None)
    (fault,) = look(ground.sheet(["code", "name"], ["A-1", "Xưởng mới"])).faults
    assert "withdrawn" in fault.why


def test_of_an_entry_outside_ones_reach_the_file_tells_nothing(land: Any) -> None:
    west, _east = land
    officer = ground.officer("Hẹp", west)
    ground.facility("A-1", "Của xã khác", commune="01002", data_class="restricted")
    head = ["code", "name", "commune"]
    there = look(ground.sheet(head, ["A-1", "x", "01002"], ["A-2", "y", "01001"]), officer)
    none = look(ground.sheet(head, ["A-9", "x", "01002"], ["A-2", "y", "01001"]), officer)
    assert [(f.number, f.heading, f.why) for f in there.faults] == [(f.number, f.heading, f.why) for f in none.faults]
    assert [entry.code for _number, entry in there.created] == ["A-2"]
    moved = look(ground.sheet(head, ["A-2", "y", ""]), officer)
    assert moved.wrong == 1  # in no commune is outside, too


def test_an_entry_cannot_be_moved_out_of_ones_reach(land: Any) -> None:
    west, _east = land
    ground.facility("A-1", "Xưởng", commune="01001")
    plan = look(ground.sheet(["code", "commune"], ["A-1", "01002"]), ground.officer("Hẹp", west))
    assert (plan.changed, plan.wrong) == ([], 1)


def test_a_link_to_what_one_may_not_know_of_is_not_found(land: Any) -> None:
    west, _east = land
    secret = {"code": "z-1", "name": "Cụm kín", "kind": "cluster", "commune": "01002", "data_class": "restricted"}
    keeping.create(ZONES, secret | {"source": "thử"}, by=None)
    table = ground.sheet(
        ["code", "name", "commune", "zone"], ["A-1", "x", "01001", "z-1"], ["A-2", "y", "01001", "z-2"]
    )
    faults = look(table, ground.officer("Hẹp", west)).faults
    assert [fault.why.replace("z-1", "…") for fault in faults[:1]] == [
        fault.why.replace("z-2", "…") for fault in faults[1:]
    ]
    assert look(ground.sheet(["code", "name", "zone"], ["A-1", "x", "Cụm kín"])).faults == []


@pytest.mark.parametrize("system", ["EPSG:9210", "EPSG:3405"])
def test_coordinates_in_another_system_are_recognised_and_proposed_never_mended(land: Any, system: str) -> None:
    places = [(106.03 + i / 100, 22.62 + i / 200) for i in range(8)]
    written = [geometry.system(system).from_wgs84(*place) for place in places]
    rows = [[f"A-{i}", "x", float(x), float(y)] for i, (x, y) in enumerate(written)]
    table = ground.sheet(["code", "name", "x", "y"], *rows)
    plan = look(table)
    assert plan.proposal == Reading(system, False)
    assert plan.wrong == len(rows)
    mended = look(table, said=replace(ground.SAID, system=system))
    assert (mended.faults, mended.proposal) == ([], None)
    assert mended.created[0][1].lon == pytest.approx(places[0][0], abs=1e-8)


def test_swapped_axes_and_a_zone_beside_are_recognised_by_where_rows_say_they_lie(land: Any) -> None:
    rows = [[f"A-{i}", "x", 22.61 + i / 100, 106.01 + i / 100, "01001"] for i in range(8)]
    head = ["code", "name", "lon", "lat", "commune"]
    assert look(ground.sheet(head, *rows)).proposal == Reading("EPSG:4326", True)
    beside = [geometry.system("EPSG:9210").from_wgs84(106.01 + i / 100, 22.61 + i / 100) for i in range(8)]
    rows = [[f"A-{i}", "x", float(x), float(y), "01001"] for i, (x, y) in enumerate(beside)]
    plan = look(ground.sheet(head, *rows), said=replace(ground.SAID, system="EPSG:9213"))
    assert plan.proposal == Reading("EPSG:9210", False)


def test_outside_the_province_and_in_another_commune_are_told_and_no_fault(land: Any) -> None:
    head = ["code", "name", "lon", "lat", "commune"]
    plan = look(
        ground.sheet(
            head,
            ["A-1", "x", 105.0, 21.0, ""],
            ["A-2", "x", 106.05, 22.65, "01002"],
            *([f"B-{i}", "x", 106.05, 22.65, "01001"] for i in range(8)),
        )
    )
    assert plan.faults == []
    assert [(one.number, one.heading) for one in plan.warnings] == [(2, "lon"), (3, "commune")]
    assert plan.created[1][1].commune.code == "01002"  # the row's own word stays


def test_a_file_without_names_and_codes_says_so_once(land: Any) -> None:
    plan = look(ground.sheet(["state", "group"], ["planned", "I"], ["planned", "II"]))
    assert [(one.number, one.heading) for one in plan.faults] == [(0, "")]


def test_a_file_looks_up_what_it_needs_at_once(land: Any) -> None:
    def queries(count: int) -> int:
        rows = [[f"A-{i}", f"Xưởng {i}", "01001", 106.05, 22.65] for i in range(count)]
        table = ground.sheet(["code", "name", "commune", "lon", "lat"], *rows)
        with CaptureQueriesContext(connection) as asked:
            assert look(table).faults == []
        return len(asked)

    queries(1)  # the land is read once
    assert queries(2) == queries(60)
