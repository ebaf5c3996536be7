"""Reaches: a river of three, a tributary that joins its second, and what goes wrong with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.domain import reaches
from nonnuoc.domain.reaches import Fault, Found

NAN = float("nan")
# 10 → 20 → 30 of one river, 40 a tributary into 20; kilometres along the river of each
RIVER = ("main", "main", "main", "side")


def water(**changed):
    facts = {
        "ids": [10, 20, 30, 40],
        "downstream": [20, 30, None, 20],
        "from_km": [0, 12, 20, 0],
        "to_km": [12, 20, 35, 7],
    }
    return reaches.network(**(facts | changed))


def test_the_way_down_goes_through_every_reach_in_order():
    assert reaches.path(water(), 3) == [3, 1, 2]
    assert reaches.path(water(), 2) == [2]


def test_upstream_is_everything_that_flows_through():
    assert reaches.upstream(water(), 1).tolist() == [True, True, False, True]
    assert reaches.upstream(water(), 3).tolist() == [False, False, False, True]


def test_below_an_outfall_the_points_come_with_their_distance_along_the_water():
    # outfall at km 4 of the first reach; a station at km 16, an intake at km 24; one above it, one on the tributary
    met = reaches.below(water(), 0, 4, [2, 1, 0, 3], [24, 16, 2, 3])
    assert [(one.point, one.km, one.sure) for one in met] == [(1, 12, True), (0, 20, True)]


def test_where_a_tributary_joins_is_the_beginning_of_the_reach():
    met = reaches.below(water(), 3, 5, [1], [15])
    assert [one.km for one in met] == [pytest.approx(2 + 3)]


def test_an_unknown_length_leaves_the_order_and_takes_the_distance():
    met = reaches.below(water(to_km=[12, NAN, 35, 7]), 0, 4, [2, 1], [24, 16])
    assert [one.point for one in met] == [1, 0]
    assert met[0].km == 12
    assert np.isnan(met[1].km)
    assert met[1].sure


def test_a_point_of_unknown_kilometre_on_the_same_reach_may_be_above():
    met = reaches.below(water(), 0, 4, [0], [NAN])
    assert [(one.point, one.sure) for one in met] == [(0, False)]
    assert np.isnan(met[0].km)


def test_above_an_intake_come_those_whose_water_passes_it_nearest_first():
    met = reaches.above(water(), 2, 24, [0, 3, 2, 2, 1], [4, 5, 30, 22, NAN])
    assert [one.point for one in met] == [3, 1, 0, 4]
    assert [one.km for one in met[:3]] == [2, pytest.approx(2 + 8 + 4), 20]
    assert np.isnan(met[3].km)


def test_a_sound_network_has_no_faults():
    assert reaches.faults(water(), RIVER) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"downstream": [20, 30, 10, 20]}, [Found(Fault.CYCLE, 0), Found(Fault.KILOMETRE, 0, 2), Found(Fault.CYCLE, 1),
                                            Found(Fault.CYCLE, 2)]),
        ({"downstream": [20, None, None, 20]}, [Found(Fault.TWO_MOUTHS, 2, 1)]),
        ({"downstream": [30, 30, None, 20]}, [Found(Fault.FORK, 2, 1)]),
        ({"from_km": [0, 13, 20, 0]}, [Found(Fault.KILOMETRE, 1, 0)]),
        ({"from_km": [0, 9, 20, 0]}, [Found(Fault.KILOMETRE, 1, 0), Found(Fault.OVERLAP, 1, 0)]),
        ({"from_km": [0, NAN, 20, 0]}, []),
    ],
)  # fmt: skip
def test_what_does_not_hang_together_is_found(changed, expected):
    assert reaches.faults(water(**changed), RIVER) == expected


def test_a_reach_into_itself_by_way_of_others_is_a_cycle_and_ends_the_way_down():
    around = water(downstream=[20, 30, 10, 20])
    assert reaches.path(around, 3) == [3, 1, 2, 0]
    assert reaches.in_cycles(around).tolist() == [True, True, True, False]


@given(st.lists(st.integers(-1, 8), min_size=9, max_size=9))
def test_upstream_and_downstream_are_each_others_inverse(into):
    net = reaches.Network(np.array(into, np.intp), np.zeros(9), np.ones(9))
    for one in range(9):
        through = reaches.upstream(net, one)
        assert [one in reaches.path(net, other) for other in range(9)] == through.tolist()
        assert reaches.in_cycles(net)[one] == (one in reaches.path(net, into[one]) if into[one] >= 0 else False)
