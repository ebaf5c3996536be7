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
from nonnuoc.domain import water
from nonnuoc.domain.index import Reason, category, rounded

TABLE = rules.load("vn_wqi", on=date(2026, 11, 23)).data
CURVES = TABLE["curves"]
STEPS = sorted(code for code, curve in CURVES.items() if "limit" in curve)
LINES = sorted(code for code, curve in CURVES.items() if "bp" in curve)
FALLING = sorted(set(LINES) - {"pH", "DO"})
WARM = 27.5

with (Path(__file__).parent / "vn_wqi_example.csv").open(encoding="utf-8", newline="") as file:
    EXAMPLE = list(csv.DictReader(file))
SAMPLE = {row["property"]: [float(row["value"])] for row in EXAMPLE}


# --- what the Decision prints


@pytest.mark.parametrize("row", EXAMPLE, ids=lambda row: row["property"])
def test_sub_index_recomputes_the_printed_example(row):
    index = water.wqi(TABLE, SAMPLE, [WARM])
    sub = index.sub[index.parameters.index(row["property"]), 0]
    assert sub == pytest.approx(float(row["exact"]), abs=0.05)
    assert (round(float(sub), 1) == float(row["printed"])) is (row["property"] != "DO")


def test_printed_sub_index_of_oxygen_differs_from_the_printed_polynomial():
    """The polynomial gives 7.797 mg/L at 27.5 °C, so 73.1 % of saturation and a sub-index of 73.1; 73.3 is printed."""
    saturation = water.oxygen_saturation(5.7, WARM, TABLE["oxygen_saturation"])
    assert saturation == pytest.approx(73.108, abs=0.001)
    assert water.sub_index(saturation, CURVES["DO"]) == pytest.approx(saturation)


def test_totals_follow_the_printed_expressions_and_not_the_printed_totals():
    """The Decision prints 16 and 19 for its example. The expressions it prints beside them, with the sub-indices it
    prints as well, give 34.59 and 40.44; nothing in the document leads to 16 or 19. The expressions are followed.
    """
    saturated = 5.7 / (water.oxygen_saturation(5.7, WARM, TABLE["oxygen_saturation"]) / 100)
    as_printed = SAMPLE | {"DO": [0.733 * saturated]}
    assert water.wqi(TABLE, as_printed, [WARM]).value[0] == pytest.approx(34.59, abs=0.005)
    assert water.wqi(TABLE, as_printed, [WARM], weighted=True).value[0] == pytest.approx(40.44, abs=0.005)


@pytest.mark.parametrize(("weighted", "exact", "shown"), [(False, 34.576, 35), (True, 40.419, 40)])
def test_totals_of_the_printed_sample(weighted, exact, shown):
    index = water.wqi(TABLE, SAMPLE, [WARM], weighted=weighted)
    assert index.value[0] == pytest.approx(exact, abs=0.01)
    assert rounded(index.value[0]) == shown


def test_lowest_sub_index_leads():
    index = water.wqi(TABLE, SAMPLE, [WARM])
    assert index.parameters[index.leading[0]] == "Coliform"
    assert TABLE["category"][category(index.value, TABLE["category"])[0]]["name_vi"] == "Xấu"


# --- the curves


@pytest.mark.parametrize("code", LINES)
def test_curve_passes_through_its_breakpoints(code):
    curve = CURVES[code]
    assert water.sub_index(curve["bp"], curve).tolist() == list(curve["q"])


@pytest.mark.parametrize("code", LINES)
def test_curve_is_continuous_between_its_ends(code):
    curve = CURVES[code]
    bp, q = np.array(curve["bp"], dtype=float), np.array(curve["q"], dtype=float)
    tiny = 1e-9 * bp
    assert water.sub_index((bp - tiny)[1:], curve) == pytest.approx(q[1:], abs=1e-4)
    assert water.sub_index((bp + tiny)[:-1], curve) == pytest.approx(q[:-1], abs=1e-4)


@pytest.mark.parametrize("code", FALLING)
def test_curve_is_100_under_the_first_breakpoint_and_10_over_the_last(code):
    curve = CURVES[code]
    assert water.sub_index([0, curve["bp"][0] * 0.999], curve).tolist() == [100, 100]
    assert water.sub_index(curve["bp"][-1] * 1.001, curve) == 10


@pytest.mark.parametrize(("code", "at_the_first"), [("Cd", 75), ("Pb", 75), ("Hg", 75), ("N-NH4", 75), ("As", 100)])
def test_first_breakpoint_itself_has_its_own_index(code, at_the_first):
    assert water.sub_index(CURVES[code]["bp"][0], CURVES[code]) == at_the_first


@pytest.mark.parametrize("code", STEPS)
def test_step_is_100_up_to_and_at_the_limit_and_10_over_it(code):
    limit = CURVES[code]["limit"]
    assert water.sub_index([0, limit, limit * 1.001], CURVES[code]).tolist() == [100, 100, 10]


def test_acidity_is_best_between_6_and_8_5_and_worst_outside():
    values = [5.49, 5.5, 5.75, 6, 7, 8.5, 8.75, 9, 9.01]
    assert water.sub_index(values, CURVES["pH"]).tolist() == [10, 50, 75, 100, 100, 100, 75, 50, 10]


@pytest.mark.parametrize("temperature", [np.nan, -1, 120, np.inf])
def test_oxygen_without_a_possible_temperature_is_nan(temperature):
    assert np.isnan(water.oxygen_saturation(5.7, temperature, TABLE["oxygen_saturation"]))


@pytest.mark.parametrize("impossible", [np.nan, -0.1, np.inf])
def test_sub_index_of_what_is_no_measurement_is_nan(impossible):
    assert all(np.isnan(water.sub_index(impossible, curve)) for curve in CURVES.values())


@settings(max_examples=40)
@given(st.sampled_from(FALLING), hnp.arrays(float, 20, elements=st.floats(0, 1e5)))
def test_more_of_a_pollutant_is_never_better(code, concentrations):
    index = water.sub_index(np.sort(concentrations), CURVES[code])
    assert (np.diff(index) <= 0).all()
    assert ((index >= 10) & (index <= 100)).all()


# --- what must be there


FOUR = {"DO": 6.0, "BOD5": 5.0, "COD": 12.0, "N-NH4": 0.2}


def reason_of(*, temperature: float | None = 25.0, minimum: bool = True, **values: float) -> Reason:
    renamed = {code.replace("_", "-"): [value] for code, value in values.items()}
    given_temperature = None if temperature is None else [temperature]
    index = water.wqi(TABLE, renamed, given_temperature, minimum=minimum)
    assert np.isnan(index.value[0]) == (index.reason[0] != Reason.COMPLETE)
    assert (index.leading[0] == -1) == (index.reason[0] != Reason.COMPLETE)
    return Reason(index.reason[0])


def test_three_groups_with_three_parameters_of_group_four_are_enough():
    assert reason_of(pH=7, Coliform=100, DO=6, BOD5=5, COD=12) == Reason.COMPLETE


def test_two_groups_are_not_enough():
    assert reason_of(pH=7, DO=6, BOD5=5, COD=12) == Reason.TOO_FEW_GROUPS


def test_two_groups_are_enough_for_an_indicative_index():
    assert reason_of(pH=7, DO=6, BOD5=5, COD=12, minimum=False) == Reason.COMPLETE


@pytest.mark.parametrize("minimum", [True, False])
def test_two_parameters_of_group_four_are_never_enough(minimum):
    assert reason_of(pH=7, As=0.01, Coliform=100, BOD5=5, COD=12, minimum=minimum) == Reason.NO_GROUP_IV


def test_oxygen_without_temperature_is_named_where_it_would_have_sufficed():
    assert reason_of(pH=7, Coliform=100, DO=6, BOD5=5, COD=12, temperature=None) == Reason.NO_TEMPERATURE
    assert reason_of(pH=7, Coliform=100, DO=6, BOD5=5, temperature=None) == Reason.NO_GROUP_IV
    assert reason_of(pH=7, Coliform=100, DO=6, BOD5=5, COD=12, N_NH4=0.2, temperature=None) == Reason.COMPLETE


def test_nothing_at_all_has_no_group_four():
    assert reason_of(pH=np.nan) == Reason.NO_GROUP_IV


def test_without_group_five_the_core_is_the_mean_of_group_four():
    index = water.wqi(TABLE, {"pH": [7.0], "As": [0.005], "BOD5": [15.0], "COD": [30.0], "TOC": [15.0]})
    assert index.value[0] == pytest.approx(50)


def test_groups_one_to_three_lower_the_core_by_their_share():
    core = {"BOD5": [4.0], "COD": [10.0], "TOC": [4.0]}
    metals = {"As": [0.02], "Cd": [0.001]}  # 75 and 100
    index = water.wqi(TABLE, core | metals | {"pH": [5.5], "Aldrin": [1.0]})
    assert index.value[0] == pytest.approx(100 * 0.5 * np.sqrt(0.75) * 0.1)


def test_what_a_sample_has_beyond_the_parameters_does_not_count():
    index = water.wqi(TABLE, SAMPLE | {"TSS": [900.0], "Conductivity": [5000.0]}, [WARM])
    assert index.value[0] == water.wqi(TABLE, SAMPLE, [WARM]).value[0]
    assert "TSS" not in index.parameters


values = st.one_of(st.just(np.nan), st.floats(0, 1000))


@settings(max_examples=40)
@given(hnp.arrays(float, (len(CURVES), 8), elements=values), hnp.arrays(float, 8, elements=st.floats(0, 40)))
def test_index_lies_between_0_and_100_and_is_nan_exactly_where_a_reason_is_given(array, temperature):
    codes = [code for group in TABLE["groups"].values() for code in group]
    index = water.wqi(TABLE, dict(zip(codes, array, strict=True)), temperature)
    there = ~np.isnan(index.value)
    assert np.array_equal(there, index.reason == Reason.COMPLETE)
    assert ((index.value[there] >= 0) & (index.value[there] <= 100 + 1e-9)).all()


@settings(max_examples=20)
@given(hnp.arrays(float, 8, elements=values))
def test_index_of_many_samples_is_that_of_each_alone(bod):
    codes = {"pH": np.full(8, 6.7), "Coliform": np.full(8, 3000.0), "COD": np.full(8, 20.0), "TOC": np.full(8, 5.0)}
    together = water.wqi(TABLE, codes | {"BOD5": bod})
    for place in range(8):
        alone = water.wqi(TABLE, {code: array[place] for code, array in (codes | {"BOD5": bod}).items()})
        assert together.value[place] == pytest.approx(float(alone.value), nan_ok=True)


def test_categories_leave_no_whole_number_out():
    assert (category(np.arange(101), TABLE["category"]) >= 0).all()
