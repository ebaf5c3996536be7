from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc import rules
from nonnuoc.domain import units

TABLE = rules.load("units", on=date(2026, 11, 23)).data
DIRECT = [(rule["from"], rule["to"]) for rule in TABLE["conversion"]]


def test_every_spelling_is_registered_folded_and_every_unit_by_its_own_name():
    for spelling, unit in TABLE["spellings"].items():
        assert units.folded(spelling) == spelling
        assert units.canonical(TABLE, unit) == unit


@pytest.mark.parametrize(
    ("spelling", "unit"),
    [
        ("ug/Nm3", "µg/Nm3"),
        ("µg/Nm³", "µg/Nm3"),  # micro sign U+00B5
        ("μg/Nm3", "µg/Nm3"),  # Greek mu U+03BC
        (" UG / NM3 ", "µg/Nm3"),
        ("mg/l", "mg/L"),
        ("oC", "°C"),
        ("℃", "°C"),
        ("", "-"),
        ("pH", "-"),
        ("uS/cm", "µS/cm"),
        ("m³/h", "m3/h"),
        ("%vol", "%V"),
    ],
)
def test_spelling_of_the_field_is_understood(spelling, unit):
    assert units.canonical(TABLE, spelling) == unit


@pytest.mark.parametrize("spelling", ["mg", "µg/ft3", "parts", "mg/Nm4"])
def test_unknown_spelling_is_none(spelling):
    assert units.canonical(TABLE, spelling) is None
    assert units.factor(TABLE, spelling, "mg/L") is None


@given(st.text(alphabet="µμ°ºgmGNnL/³3 %-\t\u200b", max_size=8))
def test_folding_twice_is_folding_once(text):
    assert units.folded(units.folded(text)) == units.folded(text)


@pytest.mark.parametrize("rule", TABLE["conversion"], ids=lambda rule: f"{rule['from']} to {rule['to']}")
def test_conversion_is_between_canonical_units_and_tells_its_reason(rule):
    assert {rule["from"], rule["to"]} <= set(TABLE["spellings"].values())
    assert rule["reason"].strip()


def test_every_pair_is_registered_once():
    assert len(DIRECT) == len(set(DIRECT))


def test_way_there_and_back_is_the_identity():
    for frm, to in DIRECT:
        back = units.factor(TABLE, to, frm)
        if back is not None:
            there = units.factor(TABLE, frm, to)
            assert there[0] * back[0] == pytest.approx(1)


@pytest.mark.parametrize(
    ("frm", "to", "value", "expected"),
    [
        ("mg/m3", "µg/Nm3", 0.035, 35),
        ("ug/m3", "µg/Nm3", 35, 35),
        ("mg/Nm3", "µg/Nm3", 1.2, 1200),
        ("mg/m3", "mg/Nm3", 80, 80),
        ("µg/L", "mg/L", 50, 0.05),
        ("mg/L", "µg/L", 0.0001, 0.1),
        ("mS/cm", "µS/cm", 0.42, 420),
        ("S/m", "µS/cm", 0.042, 420),
        ("°F", "°C", 212, 100),
        ("°F", "°C", 32, 0),
        ("K", "°C", 273.15, 0),
        ("mbar", "kPa", 1013.25, 101.325),
        ("mmHg", "kPa", 760, 101.325),
        ("m3/day", "m3/h", 240, 10),
        ("L/s", "m3/h", 10, 36),
        ("cm", "m", 250, 2.5),
        ("CFU/100mL", "MPN/100mL", 1500, 1500),
    ],
)
def test_conversion_gives_the_known_value(frm, to, value, expected):
    factor, offset = units.factor(TABLE, frm, to)
    assert value * factor + offset == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_same_unit_in_another_spelling_is_the_identity():
    assert units.factor(TABLE, "ug/Nm3", "µg/Nm3") == (1.0, 0.0)


@pytest.mark.parametrize(("frm", "to"), [("mg/L", "µg/Nm3"), ("°C", "%"), ("ppm", "mg/L"), ("NTU", "mg/L")])
def test_what_is_not_registered_is_not_converted(frm, to):
    assert units.factor(TABLE, frm, to) is None
    assert units.factor(TABLE, frm, to, parameter="SO2") is None


@pytest.mark.parametrize(
    ("parameter", "factor"), [("SO2", 2.62), ("NO2", 1.88), ("O3", 1.96), ("CO", 1.145), ("NO", 1.23)]
)
def test_ppb_of_a_gas_at_25_degrees_and_one_atmosphere(parameter, factor):
    assert units.factor(TABLE, "ppb", "ug/Nm3", parameter=parameter)[0] == pytest.approx(factor, rel=3e-3)
    ppm = units.factor(TABLE, "ppm", "mg/Nm3", parameter=parameter)[0]
    assert ppm == pytest.approx(units.factor(TABLE, "ppb", "ug/Nm3", parameter=parameter)[0])


def test_ppb_without_a_molar_mass_is_not_converted():
    assert units.factor(TABLE, "ppb", "µg/Nm3") is None
    assert units.factor(TABLE, "ppb", "µg/Nm3", parameter="PM2.5") is None


def test_molar_volume_follows_from_temperature_and_pressure():
    gas = TABLE["gas"]
    expected = 8.314462618 * (273.15 + gas["temperature_c"]) / (gas["pressure_kpa"] * 1000)
    assert gas["molar_volume_m3"] == pytest.approx(expected, rel=1e-7)
