from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nonnuoc import rules
from nonnuoc.domain import air, averages
from nonnuoc.domain.index import Reason, category, rounded
from nonnuoc.domain.quality import Flag

HERE = Path(__file__).parent
TABLE = rules.load("vn_aqi", on=date(2026, 11, 23)).data
COLUMNS = sorted(TABLE["breakpoints"])


def golden(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sub_index(column: str, concentration: object) -> np.ndarray:
    return air.sub_index(concentration, TABLE["breakpoints"][column], TABLE["levels"])


# --- what the Decision prints


@pytest.mark.parametrize(
    "row", golden("vn_aqi_examples.csv"), ids=lambda row: f"{row['column']} {row['concentration']}"
)
def test_sub_index_recomputes_the_printed_example(row):
    value = sub_index(row["column"], float(row["concentration"]))
    assert value == pytest.approx(float(row["exact"]))
    assert rounded(value) == float(row["shown"])


def test_one_printed_number_is_an_error_of_the_document():
    wrong = [row for row in golden("vn_aqi_examples.csv") if row["shown"] != row["printed"]]
    assert [(row["column"], row["concentration"], row["printed"]) for row in wrong] == [("NO2", "118.7", "60")]


def test_nowcast_recomputes_the_printed_example():
    (row,) = (row for row in golden("vn_aqi_series.csv") if row["what"] == "nowcast")
    hours = np.array(row["values"].split(), dtype=float)
    assert round(float(air.nowcast(hours)[-1]), 1) == float(row["expected"])


def test_highest_8_hour_mean_recomputes_the_printed_example():
    (row,) = (row for row in golden("vn_aqi_series.csv") if row["what"] == "highest_8h_mean")
    hours = np.array(row["values"].split(), dtype=float)
    means = averages.rolling(hours, np.full(hours.shape, Flag.GOOD, dtype=np.int16), width=8, threshold=75)
    highest = averages.trailing_max(means.value, width=24)[-1]
    assert round(float(highest), 1) == float(row["expected"])


def test_hourly_index_of_the_printed_example_is_led_by_nitrogen_dioxide():
    index = air.hourly(TABLE, {"O3": [136.1], "NO2": [118.7], "PM2.5": [20.3]})
    assert rounded(index.value) == [59]  # the document says 60, see the table of examples
    assert index.parameters[index.leading[0]] == "NO2"
    assert index.reason[0] == Reason.COMPLETE


def test_daily_index_of_the_printed_example_is_110():
    index = air.daily(TABLE, {"O3_8h": [89.3], "O3_1h": [114.6], "NO2": [130.8], "PM2.5": [55.7]})
    assert rounded(index.value) == [110]
    assert index.parameters[index.leading[0]] == "PM2.5"
    assert rounded(index.sub[index.parameters.index("O3")]) == [45]  # the larger of 45 and 36


# --- the table


@pytest.mark.parametrize("column", COLUMNS)
def test_sub_index_is_exact_and_continuous_at_every_breakpoint(column):
    points = [(bp, level) for bp, level in zip(TABLE["breakpoints"][column], TABLE["levels"], strict=True) if bp == bp]
    bp, level = np.array(points).T
    assert sub_index(column, bp) == pytest.approx(level)
    assert sub_index(column, bp[1:] - 1e-9) == pytest.approx(level[1:], abs=1e-6)
    assert sub_index(column, bp[:-1] + 1e-9) == pytest.approx(level[:-1], abs=1e-6)


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "O3_8h"])
def test_sub_index_ends_at_500(column):
    last = TABLE["breakpoints"][column][-1]
    assert sub_index(column, [last, last + 1, last * 10]).tolist() == [500, 500, 500]


def test_eight_hour_ozone_above_400_has_no_index():
    assert sub_index("O3_8h", 400) == 300
    assert np.isnan(sub_index("O3_8h", 400.1))


@pytest.mark.parametrize("impossible", [np.nan, -0.1, np.inf, -np.inf])
def test_sub_index_of_what_is_no_measurement_is_nan(impossible):
    assert all(np.isnan(sub_index(column, impossible)) for column in COLUMNS)


@settings(max_examples=40)
@given(st.sampled_from(COLUMNS), hnp.arrays(float, 20, elements=st.floats(0, 1e6)))
def test_sub_index_is_monotone_and_bounded(column, concentrations):
    index = sub_index(column, np.sort(concentrations))
    index = index[~np.isnan(index)]
    assert (np.diff(index) >= 0).all()
    assert ((index >= 0) & (index <= 500)).all()


@settings(max_examples=40)
@given(hnp.arrays(float, 10, elements=st.floats(allow_nan=True, allow_infinity=True)))
def test_nan_never_becomes_a_number(values):
    index = air.hourly(TABLE, {"PM2.5": values, "O3": values})
    none = ~((values >= 0) & np.isfinite(values))
    assert np.array_equal(np.isnan(index.value), none)
    assert np.array_equal(index.leading == -1, none)
    assert np.array_equal(index.reason != Reason.COMPLETE, none)


# --- NowCast


def test_nowcast_keywords_are_those_of_the_table():
    x = np.random.default_rng(1).gamma(2, 20, 50)
    assert np.array_equal(air.nowcast(x), air.nowcast(x, **TABLE["nowcast"]), equal_nan=True)


def test_nowcast_with_half_weight_follows_the_literal_formula_when_complete():
    hours = np.array([5.0, 80, 20, 60, 30, 100, 10, 40, 70, 90, 15, 50])  # w* = 0.05
    newest_first = hours[::-1]
    literal = sum(0.5**i * c for i, c in enumerate(newest_first, start=1))
    assert air.nowcast(hours)[-1] == pytest.approx(literal)


def test_nowcast_with_half_weight_and_a_gap_does_not_lose_the_gaps_share():
    hours = np.array([5.0, 80, 20, 60, 30, 100, 10, 40, 70, 60, 60, np.nan])
    weights = 0.5 ** np.arange(1, 12)
    expected = (weights * hours[-2::-1]).sum() / weights.sum()
    assert air.nowcast(hours)[-1] == pytest.approx(expected)
    assert air.nowcast(hours)[-1] > (weights * hours[-2::-1]).sum() / 2 * 1.9  # the literal sum is half of it


def test_nowcast_with_larger_weight_leaves_missing_hours_out_of_both_sums():
    hours = np.array([20.0, np.nan, 25, 22, np.nan, 24, 21, 23, 20, 25, np.nan, 22])
    w = 20 / 25
    there = ~np.isnan(hours[::-1])
    weights = w ** np.arange(12)
    assert air.nowcast(hours)[-1] == pytest.approx((weights * hours[::-1])[there].sum() / weights[there].sum())


@pytest.mark.parametrize(
    ("latest", "enough"),
    [
        ([1, 1, 1], True),
        ([1, 1, np.nan], True),
        ([1, np.nan, 1], True),
        ([np.nan, 1, 1], True),
        ([np.nan, np.nan, 1], False),
        ([1, np.nan, np.nan], False),
        ([np.nan] * 3, False),
    ],
)
def test_nowcast_needs_two_of_the_latest_three_hours(latest, enough):
    hours = np.array([1.0] * 9 + latest)
    assert np.isnan(air.nowcast(hours)[-1]) == (not enough)
    assert air.recent_hours(hours)[-1] == np.isfinite(latest).sum()


def test_nowcast_knows_nothing_before_the_first_hour():
    assert np.isnan(air.nowcast([7.0, 7, 7])).tolist() == [True, False, False]


@pytest.mark.parametrize("length", [0, 1, 2, 5, 11, 12, 13])
def test_nowcast_keeps_the_shape_of_short_series(length):
    assert air.nowcast(np.ones((3, length))).shape == (3, length)


def test_nowcast_takes_negative_and_infinite_hours_as_missing():
    clean = [10.0, 12, np.nan, 11, 10, np.nan, 12]
    dirty = [10.0, 12, -5, 11, 10, np.inf, 12]
    assert np.array_equal(air.nowcast(clean), air.nowcast(dirty), equal_nan=True)


@settings(max_examples=50)
@given(st.floats(0, 2000), hnp.arrays(bool, 30))
def test_nowcast_of_a_constant_is_the_constant(value, gaps):
    result = air.nowcast(np.where(gaps, np.nan, value))
    assert result[~np.isnan(result)] == pytest.approx(value)


@settings(max_examples=10)
@given(hnp.arrays(float, (2, 20), elements=st.one_of(st.just(np.nan), st.floats(0, 1000))))
def test_nowcast_is_that_of_each_window_alone_and_between_its_extremes(hours):
    together = air.nowcast(hours)
    for row in range(2):
        for hour in range(20):
            window = hours[row, max(hour - 11, 0) : hour + 1]
            alone = air.nowcast(window)[-1]
            assert together[row, hour] == pytest.approx(alone, nan_ok=True)
            if not np.isnan(alone):
                low, high = np.nanmin(window), np.nanmax(window)
                assert low * (1 - 2**-12) - 1e-9 <= alone <= high + 1e-9  # 2**-12: the literal formula


# --- the index


def test_gases_alone_make_no_index():
    index = air.hourly(TABLE, {"O3": [500.0], "NO2": [50.0]})
    assert np.isnan(index.value[0])
    assert index.leading[0] == -1
    assert index.reason[0] == Reason.NO_PARTICLES
    assert index.sub[index.parameters.index("O3"), 0] == 225  # still there to be shown


def test_reason_tells_too_few_hours_from_not_measured():
    missing = np.array([np.nan, np.nan])
    index = air.hourly(TABLE, {"PM2.5": missing, "O3": [10.0, 10.0]}, seen={"PM2.5": [True, False]})
    assert index.reason.tolist() == [Reason.PARTICLES_TOO_FEW, Reason.NO_PARTICLES]


@pytest.mark.parametrize("particles", ["PM10", "PM2.5"])
def test_either_kind_of_particles_is_enough(particles):
    assert air.hourly(TABLE, {particles: [10.0]}).reason[0] == Reason.COMPLETE


def test_daily_ozone_falls_back_to_the_hour_when_eight_hours_are_off_the_table():
    index = air.daily(TABLE, {"PM2.5": [10.0, 10], "O3_1h": [450.0, np.nan], "O3_8h": [420.0, 420.0]})
    ozone = index.sub[index.parameters.index("O3")]
    assert ozone[0] == pytest.approx(212.5)
    assert np.isnan(ozone[1])
    assert rounded(index.value).tolist() == [213, 20]


def test_parameters_are_property_codes_in_one_order_for_hours_and_days():
    hour, day = air.hourly(TABLE, {"PM10": [1.0]}), air.daily(TABLE, {"PM10": [1.0]})
    assert hour.parameters == day.parameters == ("PM2.5", "PM10", "O3", "NO2", "SO2", "CO")
    assert hour.sub.shape == (6, 1)


def test_led_by_gives_the_leading_parameters_number_and_0_for_none():
    index = air.hourly(TABLE, {"PM2.5": [10.0, 10.0, np.nan], "NO2": [20.0, 400.0, 400.0]})
    assert index.led_by({"PM2.5": 7, "NO2": 9}).tolist() == [7, 9, 0]
    assert index.led_by({"PM2.5": 7}).tolist() == [7, 0, 0]


def test_unknown_pollutant_is_refused_by_name():
    with pytest.raises(KeyError, match="NOx"):
        air.hourly(TABLE, {"NOx": [1.0]})


@settings(max_examples=40)
@given(hnp.arrays(float, (6, 15), elements=st.one_of(st.just(np.nan), st.floats(0, 5000))))
def test_index_is_its_leading_parameters_index_and_none_is_higher(values):
    names = ("PM2.5", "PM10", "O3", "NO2", "SO2", "CO")
    index = air.hourly(TABLE, dict(zip(names, values, strict=True)))
    there = index.leading >= 0
    assert np.array_equal(there, ~np.isnan(values[:2]).all(axis=0))
    columns = np.flatnonzero(there)
    assert np.array_equal(index.value[columns], index.sub[index.leading[columns], columns])
    assert np.array_equal(index.value[columns], np.nanmax(index.sub[:, columns], axis=0) if columns.size else [])


# --- how it is shown


def test_rounding_is_half_up_and_absorbs_binary_noise():
    assert rounded([109.5, 109.49999999999999, 50.4, 0.5, 2.5]).tolist() == [110, 110, 50, 1, 3]
    assert np.isnan(rounded(np.nan))


def test_category_is_that_of_the_number_shown():
    values = [0, 50.4, 50.5, 100, 150.4, 200, 300, 300.5, 500, np.nan]
    assert category(values, TABLE["category"]).tolist() == [0, 0, 1, 1, 2, 3, 4, 5, 5, -1]


def test_categories_leave_no_whole_number_out():
    assert (category(np.arange(501), TABLE["category"]) >= 0).all()


def test_the_decisions_words_are_kept_with_their_misprint():
    assert [entry["name_vi"] for entry in TABLE["category"]] == [
        "Tốt", "Trung bình", "Kém", "Xấu", "Rất xấu", "Nguy hại",
    ]  # fmt: skip
    assert TABLE["category"][4]["health_vi"].startswith("Cảnh báo hưởng tới sức khỏe")
