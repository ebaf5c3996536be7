from __future__ import annotations

from datetime import date
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc import rules
from nonnuoc.domain import air, water, working

DAY = date(2026, 11, 1)
AIR = rules.load("vn_aqi", on=DAY).data
WATER = rules.load("vn_wqi", on=DAY).data
NUMBERS = st.floats(0, 20_000, allow_nan=False)
HOURS = st.lists(st.one_of(st.just(nan), st.floats(0, 900, allow_nan=False)), min_size=12, max_size=12)


def on(piece: working.Piece | None, x: float) -> float:
    """The formula of both Decisions, filled with the numbers of a piece."""
    if piece is None:
        return nan
    if piece.is_level:
        return piece.y0
    return (piece.y1 - piece.y0) / (piece.x1 - piece.x0) * (x - piece.x0) + piece.y0


@given(NUMBERS, st.sampled_from(list(AIR["breakpoints"])))
def test_air_piece_filled_into_the_formula_gives_the_sub_index(x: float, column: str) -> None:
    piece = working.air_piece(x, AIR["breakpoints"][column], AIR["levels"])
    expected = float(air.sub_index(x, AIR["breakpoints"][column], AIR["levels"]))
    assert on(piece, x) == pytest.approx(expected, nan_ok=True, rel=1e-12)


@given(NUMBERS, st.sampled_from(list(WATER["curves"])))
def test_water_piece_filled_into_the_formula_gives_the_sub_index(x: float, code: str) -> None:
    curve = WATER["curves"][code]
    assert on(working.water_piece(x, curve), x) == pytest.approx(float(water.sub_index(x, curve)), rel=1e-12)


@given(HOURS)
def test_nowcast_is_the_sum_of_its_hours_times_their_shares(hours: list[float]) -> None:
    expected = float(air.nowcast(hours)[-1])
    weights = working.nowcast_weights(hours)
    if weights is None:
        assert np.isnan(expected)
    elif not np.isnan(expected):
        assert float(np.nansum(weights.share * np.array(hours))) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_nowcast_weights_are_those_of_the_decision() -> None:
    weights = working.nowcast_weights([nan] * 9 + [40.0, 50.0, 30.0])
    assert weights is not None
    assert (weights.lowest, weights.highest, weights.factor) == (30.0, 50.0, 0.6)
    assert weights.share[-3:] == pytest.approx(np.array([0.36, 0.6, 1.0]) / 1.96)
    assert weights.share[:-3].tolist() == [0.0] * 9


def test_a_breakpoint_belongs_to_the_piece_that_ends_there() -> None:
    assert working.air_piece(50, AIR["breakpoints"]["PM2.5"], AIR["levels"]) == (25, 50, 50, 100)
    assert working.air_piece(0, AIR["breakpoints"]["PM2.5"], AIR["levels"]) == (0, 0, 25, 50)


def test_beyond_the_ends_the_index_is_level_or_there_is_none() -> None:
    assert working.air_piece(900, AIR["breakpoints"]["PM2.5"], AIR["levels"]) == (500, 500, inf, 500)
    assert working.air_piece(401, AIR["breakpoints"]["O3_8h"], AIR["levels"]) is None
    assert working.water_piece(5.2, WATER["curves"]["pH"]) == (-inf, 10, 5.5, 10)
    assert working.water_piece(0.06, WATER["curves"]["N-NO2"]) == (0.05, 10, inf, 10)


@pytest.mark.parametrize("missing", [nan, -1.0, inf])
def test_what_is_no_measurement_lies_nowhere(missing: float) -> None:
    assert working.air_piece(missing, AIR["breakpoints"]["CO"], AIR["levels"]) is None
    assert working.water_piece(missing, WATER["curves"]["DO"]) is None
    assert working.water_piece(missing, WATER["curves"]["N-NO2"]) is None
    assert working.nowcast_weights([missing] * 12) is None


def test_terms_of_the_groups_multiply_to_the_index() -> None:
    values = {"pH": [5.8], "COD": [12.0], "N-NH4": [0.4], "P-PO4": [0.15], "Coliform": [3000.0]}
    index = water.wqi(WATER, values)
    of = {g: index.sub[[index.parameters.index(c) for c in codes]] for g, codes in WATER["groups"].items()}
    part = {group: float(term[0]) for group, term in water.terms(of).items()}
    assert part["I"] * (part["IV"] * part["V"]) ** 0.5 == pytest.approx(float(index.value[0]))
    assert np.isnan([part["II"], part["III"]]).all()
