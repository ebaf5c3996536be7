"""Squares of a kilometre, in metres."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from nonnuoc.records.places import coverage


def land(*shapes: shapely.Geometry) -> np.ndarray:
    return np.array(shapes, dtype=object)


LEFT, RIGHT = shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)


def test_neighbours_that_meet_have_no_flaw() -> None:
    assert coverage.overlaps(land(LEFT, RIGHT)) == []
    assert coverage.gaps(land(LEFT, RIGHT), width_m=50) == []


def test_an_overlap_is_measured_and_located() -> None:
    (flaw,) = coverage.overlaps(land(LEFT, shapely.box(990, 0, 2000, 1000)))
    assert flaw.rows == (0, 1)
    assert flaw.area_m2 == pytest.approx(10_000)
    assert 990 < flaw.x < 1000


def test_overlaps_come_largest_first() -> None:
    small, large = shapely.box(-1000, 0, 2, 1000), shapely.box(900, 0, 2000, 1000)
    assert [flaw.rows for flaw in coverage.overlaps(land(LEFT, small, large))] == [(0, 2), (0, 1)]


def test_a_gap_closed_all_round_is_found_whatever_its_width() -> None:
    ring = land(
        shapely.box(0, 0, 3000, 1000),
        shapely.box(0, 2000, 3000, 3000),
        shapely.box(0, 1000, 1000, 2000),
        shapely.box(2000, 1000, 3000, 2000),
    )
    (flaw,) = coverage.gaps(ring, width_m=50)
    assert flaw.rows == (0, 1, 2, 3)
    assert flaw.area_m2 == pytest.approx(1e6)
    assert (1000 < flaw.x < 2000) and (1000 < flaw.y < 2000)


def test_a_hole_within_one_polygon_is_a_gap() -> None:
    (flaw,) = coverage.gaps(land(LEFT - shapely.box(400, 400, 500, 500)), width_m=50)
    assert flaw.rows == (0,)
    assert flaw.area_m2 == pytest.approx(10_000)


def test_a_gap_open_at_both_ends_is_found_where_it_is_narrow() -> None:
    (flaw,) = coverage.gaps(land(LEFT, shapely.box(1010, 0, 2000, 1000)), width_m=50)
    assert flaw.rows == (0, 1)
    assert flaw.area_m2 == pytest.approx(10_000, rel=0.05)
    assert 1000 < flaw.x < 1010


def test_a_wedge_open_to_the_outside_is_found() -> None:
    leaning = shapely.Polygon([(1000, 0), (2000, 0), (2000, 1000), (1030, 1000)])
    (flaw,) = coverage.gaps(land(LEFT, leaning), width_m=50)
    assert flaw.area_m2 == pytest.approx(15_000, rel=0.05)


def test_a_wide_opening_is_the_shape_of_the_land() -> None:
    assert coverage.gaps(land(LEFT, shapely.box(1100, 0, 2000, 1000)), width_m=50) == []


def test_a_narrow_bay_of_one_polygon_is_no_gap() -> None:
    bay = LEFT - shapely.box(200, 500, 220, 1000)
    assert coverage.gaps(land(bay, RIGHT), width_m=50) == []


def test_broken_tells_the_place() -> None:
    bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert coverage.broken(bow_tie) == ("Self-intersection", 5.0, 5.0)
    assert coverage.broken(LEFT) is None
