"""What is given out is what the list shows its reader, and nothing a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest
import shapely
from django.utils import translation

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import ANYBODY, SYSTEM, Rights
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.registers.facilities.declared import FACILITIES, ZONES
from nonnuoc.records.registers.nature.declared import REGISTERS as NATURE
from nonnuoc.records.registers.pattern import keeping, listing
from nonnuoc.records.registers.pattern.exporting import giving
from nonnuoc.records.registers.pattern.register import Register
from tests.records.accounts import staff
from tests.records.registers.pattern.importing import ground

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def land() -> Any:
    with translation.override("en"):
        yield ground.land()


def given(register: Register, rights: Rights, format_: str, query: dict[str, str] | None = None, **more: str) -> bytes:
    asked = listing.asked(register, query or {})
    return b"".join(giving.export(register, rights, asked, format_, **more).chunks)


def rows(register: Register, rights: Rights, query: dict[str, str] | None = None, **more: str) -> list[dict[str, str]]:
    text = given(register, rights, "csv", query, **more).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_everybody_gets_what_everybody_may_read_and_the_filters_hold(land: Any) -> None:
    ground.facility("A-1", "Công khai", data_class="public", contact="Bà Lan 0912", commune="01001", state="planned")
    ground.facility("A-2", "Nội bộ", commune="01001")
    (row,) = rows(FACILITIES, ANYBODY)
    assert (row["Code"], row["Contact"], row["Commune – name"], row["State"]) == ("A-1", "", "xã Trà Một", "planned")
    assert [one["Contact"] for one in rows(FACILITIES, SYSTEM, {"state": "planned"})] == ["Bà Lan 0912"]
    narrowed = access.of(ground.officer("Hẹp", land[1]))
    assert [one["Code"] for one in rows(FACILITIES, narrowed)] == ["A-1"]


def test_a_link_to_what_is_not_for_the_reader_stays_out() -> None:
    keeping.create(ZONES, {"code": "z-1", "name": "Cụm", "kind": "cluster", "source": "thử"}, by=None)
    ground.facility("A-1", "Công khai", data_class="public", zone="z-1")
    assert rows(FACILITIES, ANYBODY)[0]["Zone"] == ""
    assert "z-1" not in given(FACILITIES, ANYBODY, "geojson").decode()
    assert rows(FACILITIES, SYSTEM)[0]["Zone"] == "z-1"


def test_where_a_protected_species_was_found_is_told_as_coarsely_as_its_page_tells_it() -> None:
    species, register = (next(one for one in NATURE if one.key == key) for key in ("species", "occurrences"))
    one = species.model._default_manager.create(code="vuon", name="Vượn", source="thử", data_class="public")
    exact = {"lon": 106.0512345, "lat": 22.6512345, "position_source": "gặp ở hang Ngườm", "generalised": True}
    coarse = {"coarse_lon": 106.05, "coarse_lat": 22.65, "coarse_m": 5000}
    facts = {"species": one, "source": "sổ của ông Páo", **exact, **coarse}
    needed = {"name": "Vượn", "code": "oc-1", "day": date(2025, 5, 1)}
    register.model._default_manager.bulk_create([register.model(**needed, **facts)])
    someone = staff.person("Đọc")
    staff.task(someone, staff.office("hdnd"), Role.READER)
    reader = access.of(someone)
    (row,) = rows(register, reader)
    assert (row["Longitude"], row["Latitude"], row["Place is within, metres"]) == ("106.05", "22.65", "5000.0")
    for format_ in ("csv", "geojson", "gpkg", "xlsx"):
        told = given(register, reader, format_)
        assert not [secret for secret in (b"106.0512", "Ngườm".encode(), "Páo".encode()) if secret in told]
    assert rows(register, SYSTEM)[0]["Longitude"] == "106.0512345"


def test_a_text_stays_a_text_and_a_number_a_number() -> None:
    ground.facility("A-1", "=1+1", owner_name="-5", capacity="'=x", commune="01001", lon=106.05, lat=22.65,
                    position_source="đo", started="2020-05-01")  # fmt: skip
    (row,) = rows(FACILITIES, SYSTEM)
    assert (row["Name"], row["Owner"], row["Capacity"], row["Longitude"]) == ("'=1+1", "'-5", "''=x", "106.05")
    sheet = openpyxl.load_workbook(io.BytesIO(given(FACILITIES, SYSTEM, "xlsx"))).worksheets[0]
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (cells["Name"].value, cells["Name"].data_type, cells["Name"].quotePrefix) == ("=1+1", "s", True)
    assert (cells["Longitude"].value, cells["Longitude"].data_type) == (106.05, "n")
    assert cells["In operation since"].is_date


def test_coordinates_are_given_in_the_system_asked_for() -> None:
    ground.facility("A-1", "x", lon=106.05, lat=22.65, position_source="đo")
    (row,) = rows(FACILITIES, SYSTEM, system="EPSG:9210")
    assert 500_000 < float(row["Easting, m (EPSG:9210)"]) < 600_000
    assert 2_500_000 < float(row["Northing, m (EPSG:9210)"]) < 2_510_000
    for system, format_ in (("EPSG:9210", "geojson"), ("EPSG:27700", "csv"), ("EPSG:4326", "dwg")):
        with pytest.raises(giving.NoSuchExportError):
            given(FACILITIES, SYSTEM, format_, system=system)


def test_geojson_says_nowhere_where_nobody_knows_and_turns_rings_the_right_way() -> None:
    ring = shapely.Polygon([(106.0, 22.6), (106.0, 22.61), (106.01, 22.61), (106.01, 22.6)])  # clockwise
    facts = {"kind": "cluster", "source": "thử", "position_source": "đo", "shape": shapely.to_wkb(ring)}
    keeping.create(ZONES, {"code": "z-1", "name": "Cụm", **facts}, by=None)
    keeping.create(ZONES, {"code": "z-2", "name": "Cụm", "kind": "park", "source": "thử"}, by=None)
    first, second = json.loads(given(ZONES, SYSTEM, "geojson"))["features"]
    assert shapely.is_ccw(shapely.geometry.shape(first["geometry"]).exterior)
    assert (second["geometry"], second["id"], second["properties"]["kind"]) == (None, "z-2", "park")
