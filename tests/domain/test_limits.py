from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nonnuoc import rules
from nonnuoc.domain import limits
from nonnuoc.domain.limits import BEYOND, UNKNOWN, Limit

TODAY = date(2026, 11, 23)
AIR = rules.load("qcvn05", on=TODAY).data
WATER = rules.load("qcvn08", on=TODAY)
EVERY = [Limit(**entry) for data in (AIR, WATER.data_with_unverified) for entry in data["limit"]]


@pytest.mark.parametrize(
    ("parameter", "averaging", "maximum"),
    [
        ("SO2", "1h", 350), ("SO2", "24h", 125), ("SO2", "year", 50),
        ("CO", "1h", 30000), ("CO", "8h", 10000),
        ("NO2", "1h", 200), ("NO2", "24h", 100), ("NO2", "year", 40),
        ("O3", "1h", 200), ("O3", "8h", 120),
        ("TSP", "1h", 300), ("TSP", "24h", 200), ("TSP", "year", 100),
        ("PM10", "24h", 100), ("PM10", "year", 50), ("PM2.5", "24h", 45), ("PM2.5", "year", 25),
    ],
)  # fmt: skip
def test_table_1_of_qcvn_05_is_complete(parameter, averaging, maximum):
    allowed = limits.limit(AIR, parameter, averaging=averaging)
    assert (allowed.maximum, allowed.unit) == (maximum, "µg/Nm3")


@pytest.mark.parametrize(("day", "maximum"), [(date(2025, 12, 31), 50), (date(2026, 1, 1), 45)])
def test_daily_limit_of_fine_particles_steps_down_with_2026(day, maximum):
    data = rules.load("qcvn05", on=day).data
    assert limits.limit(data, "PM2.5", averaging="24h").maximum == maximum
    assert limits.limit(data, "PM2.5", averaging="year").maximum == 25
    assert len(limits.limits(data, "PM2.5")) == 2


def test_a_limit_of_another_averaging_time_is_none():
    assert limits.limit(AIR, "PM2.5", averaging="1h") is None
    assert limits.limit(AIR, "PM2.5") is None


def test_table_2_of_qcvn_05_knows_no_benzidine_at_all():
    none = limits.limit(AIR, "Benzidine", averaging="1h")
    assert limits.exceeds([0, 0.001, np.nan], none).tolist() == [False, True, False]


def test_exceeds_is_over_the_maximum_and_not_at_it():
    allowed = limits.limit(AIR, "PM2.5", averaging="24h")
    assert limits.exceeds([44.9, 45, 45.1, np.nan], allowed).tolist() == [False, False, True, False]
    assert limits.within([44.9, 45, 45.1, np.nan], allowed).tolist() == [True, True, False, False]


def test_exceeds_counts_what_is_under_a_minimum():
    acidity = limits.limit(WATER.data, "pH", water="river", grade="B")
    assert limits.exceeds([5.9, 6.0, 7, 8.5, 8.6], acidity).tolist() == [True, False, False, False, True]
    oxygen = limits.limit(WATER.data, "DO", water="river", grade="B")
    assert limits.exceeds([4.9, 5.0], oxygen).tolist() == [True, False]


def test_table_1_of_qcvn_08_needs_no_class():
    assert limits.limit(WATER.data, "As").maximum == 0.01
    assert limits.limit(WATER.data, "Aldrin").unit == "µg/L"


@pytest.mark.parametrize(
    ("parameter", "water", "grade"),
    [("DO", "river", "A"), ("TSS", "river", "B"), ("TOC", "river", "C"), ("COD", "river", "D"), ("pH", "lake", "A")],
)
def test_a_remembered_number_is_no_limit_unless_asked_for(parameter, water, grade):
    assert limits.limit(WATER.data, parameter, water=water, grade=grade) is None
    asked = limits.limit(WATER.data_with_unverified, parameter, water=water, grade=grade)
    assert asked.evidence == "M"


def test_no_limit_in_the_data_carries_the_mark_of_memory():
    assert {entry.get("evidence", "V") for entry in (*AIR["limit"], *WATER.data["limit"])} == {"V"}


@pytest.mark.parametrize("allowed", EVERY, ids=str)
def test_every_limit_bounds_something(allowed):
    bounds = (allowed.minimum, allowed.maximum, allowed.below, allowed.above)
    assert allowed.not_detectable or any(bound is not None for bound in bounds)


def test_no_limit_is_set_twice():
    keys = [(one.property, one.averaging, one.water, one.grade, one.unit) for one in EVERY]
    assert len(keys) == len(set(keys))


def test_grade_of_oxygen_demand_in_a_river():
    assert limits.grade(WATER.data, "BOD5", [4, 4.1, 6, 10, 10.1, np.nan], water="river").tolist() == [
        0, 1, 1, 2, 3, UNKNOWN,
    ]  # fmt: skip


def test_grade_of_acidity_in_a_river():
    assert limits.grade(WATER.data, "pH", [5.9, 6.2, 7, 8.5, 8.6], water="river").tolist() == [3, 1, 0, 0, 3]


def test_grade_is_unknown_where_a_better_class_is_only_remembered():
    oxygen = [7.0, 5.5, 3.0]
    assert limits.grade(WATER.data, "DO", oxygen, water="river").tolist() == [UNKNOWN] * 3
    assert limits.grade(WATER.data_with_unverified, "DO", oxygen, water="river").tolist() == [0, 1, 3]
    assert limits.grade(WATER.data, "DO", oxygen, water="lake").tolist() == [0, 1, UNKNOWN]


def test_oxygen_below_the_worst_class_is_beyond_it():
    assert limits.grade(WATER.data_with_unverified, "DO", [1.9], water="river").tolist() == [BEYOND]


def test_grade_that_hangs_on_floating_trash_is_unknown():
    assert limits.grade(WATER.data_with_unverified, "TSS", [20, 90, 150], water="river").tolist() == [0, 1, UNKNOWN]


def test_grade_of_a_property_without_classes_is_unknown():
    assert limits.grade(WATER.data, "As", [0.001], water="river").tolist() == [UNKNOWN]


@settings(max_examples=40)
@given(st.sampled_from(EVERY), hnp.arrays(float, 10, elements=st.floats(allow_nan=True)))
def test_a_value_keeps_a_limit_or_breaks_it_and_nan_does_neither(allowed, values):
    inside, outside = limits.within(values, allowed), limits.exceeds(values, allowed)
    assert np.array_equal(inside ^ outside, ~np.isnan(values))
    assert not (inside & outside).any()


@settings(max_examples=40)
@given(st.sampled_from(["BOD5", "TP", "TN", "Coliform"]), hnp.arrays(float, 10, elements=st.floats(0, 1e5)))
def test_more_of_a_pollutant_is_never_a_better_class(parameter, values):
    assert (np.diff(limits.grade(WATER.data, parameter, np.sort(values), water="river")) >= 0).all()
