"""Promises that the tables make to each other."""

from __future__ import annotations

from datetime import date

import pytest

from nonnuoc import rules
from nonnuoc.domain import limits, units
from nonnuoc.rules.symbols import property_of

TODAY = date(2026, 11, 23)
PROPERTIES = rules.load("properties", on=TODAY)
BY_CODE = {entry["code"]: entry for entry in PROPERTIES.data["property"]}
UNITS = rules.load("units", on=TODAY).data
TT10 = rules.load("tt10", on=TODAY)
WQI = rules.load("vn_wqi", on=TODAY).data
AQI = rules.load("vn_aqi", on=TODAY).data
CODES = [
    "PM2.5", "PM10", "TSP", "SO2", "NO2", "NO", "NOx", "CO", "O3", "Temp", "RH", "pH", "DO", "TSS", "COD", "BOD5",
    "TOC", "N-NH4", "N-NO3", "N-NO2", "P-PO4", "TN", "TP", "Coliform", "E.coli", "Turbidity", "Conductivity",
    "As", "Cd", "Pb", "Cr6", "Cu", "Zn", "Hg", "Aldrin", "BHC", "Dieldrin", "DDTs", "Heptachlor", "Flow", "Cl2",
    "Color", "P", "H2S", "NH3", "O2", "VHg", "PM", "Rain", "WaterLevel", "VN_AQI", "VN_WQI",
]  # fmt: skip


def test_all_properties_are_there_once_each_in_its_place():
    entries = PROPERTIES.data["property"]
    assert sorted(entry["code"] for entry in entries) == sorted(CODES)
    assert len({entry["order"] for entry in entries}) == len(entries)


@pytest.mark.parametrize("code", CODES)
def test_property_has_names_in_both_languages_and_a_canonical_unit(code):
    entry = BY_CODE[code]
    assert entry["name_vi"]
    assert entry["name_en"]
    assert units.canonical(UNITS, entry["unit"]) == entry["unit"]


@pytest.mark.parametrize("row", TT10.data["symbol"], ids=lambda row: f"{row['medium']} {row['symbol']}")
def test_symbol_of_the_circular_is_understood_and_its_unit_convertible(row):
    assert property_of(PROPERTIES, row["medium"], row["symbol"]) == row["property"]
    if "unit" in row:
        assert units.factor(UNITS, row["unit"], BY_CODE[row["property"]]["unit"]) is not None


@pytest.mark.parametrize(
    ("medium", "symbol", "code"),
    [
        ("ambient_air", "PM2,5", "PM2.5"),
        ("ambient_air", "PM25", "PM2.5"),
        ("ambient_air", "pm2.5", "PM2.5"),
        ("ambient_air", " PM 10 ", "PM10"),
        ("surface_water", "NH4", "N-NH4"),
        ("wastewater", "Cl", "Cl2"),
        ("stack_emission", "P", "P"),
        ("stack_emission", "PM", "PM"),
        ("rain_and_river_level", "Mực nước", "WaterLevel"),
        ("surface_water", "NH4+", None),  # as the whole ion or as nitrogen? not guessed
        ("surface_water", "PM10", None),
        ("outer_space", "PM10", None),
    ],
)
def test_symbol_means_the_property_of_its_medium(medium, symbol, code):
    assert property_of(PROPERTIES, medium, symbol) == code


def test_symbols_name_only_known_properties():
    assert {code for codes in PROPERTIES.data["symbols"].values() for code in codes} <= set(CODES)


def test_indices_name_only_known_properties():
    assert set(AQI["hourly"]) | {code for group in WQI["groups"].values() for code in group} <= set(CODES)


def test_wqi_has_a_curve_for_every_parameter_of_its_groups_and_no_other():
    assert sorted(WQI["curves"]) == sorted(code for group in WQI["groups"].values() for code in group)


@pytest.mark.parametrize(("name", "medium"), [("qcvn05", "ambient_air"), ("qcvn08", "surface_water")])
def test_limits_of_our_properties_are_in_a_unit_they_convert_to(name, medium):
    known = [code for code in CODES if property_of(PROPERTIES, medium, code)]
    found = [one for code in known for one in limits.limits(rules.load(name, on=TODAY).data, code)]
    assert found
    for one in found:
        assert units.factor(UNITS, BY_CODE[one.property]["unit"], one.unit) == (1.0, 0.0), one


def test_status_codes_of_the_circular_and_of_the_field():
    states = {state["text"]: (state["code"], state["usable"]) for state in TT10.data["status"]}
    assert states == {"00": (0, True), "01": (1, False), "02": (2, False), "03": (3, False)}
    assert [state["text"] for state in TT10.data["status"] if state.get("evidence") == "C"] == ["03"]


def test_time_zone_of_the_circular_was_only_remembered():
    assert "time_zone" not in TT10.data
    assert TT10.data_with_unverified["time_zone"]["utc_offset_hours"] == 7


def test_special_waters_of_the_wqi_were_only_remembered():
    assert "minimum_special" not in WQI
    assert WQI["minimum"]["groups"] == 3
