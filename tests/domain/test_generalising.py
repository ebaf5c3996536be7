"""Places made coarse: a cell says nothing but itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as some
from pyproj import Geod

from nonnuoc.domain import generalising

LON = some.floats(-180, 180, allow_nan=False)
LAT = some.floats(-90, 90, allow_nan=False)
STEPS = some.sampled_from([10, 100])


def test_a_place_becomes_the_middle_of_its_cell():
    cells = generalising.cells([106.257, 106.2], [22.6661, 22.6], 10)
    assert cells.lon.tolist() == [106.25, 106.25]
    assert cells.lat.tolist() == [22.65, 22.65]
    assert cells.metres.tolist() == [7610.0, 7610.0]


def test_a_place_nobody_knows_has_no_cell():
    assert np.isnan(generalising.cells([np.nan], [np.nan], 10)).all()


@given(LON, LAT, STEPS)
def test_the_place_lies_in_its_cell_and_within_the_radius(lon: float, lat: float, per_degree: int):
    cells = generalising.cells([lon], [lat], per_degree)
    west, south, east, north = generalising.bounds(cells.lon[0], cells.lat[0], per_degree)
    assert west - 1e-9 <= lon <= east + 1e-9
    assert south - 1e-9 <= lat <= north + 1e-9
    assert Geod(ellps="WGS84").inv(lon, lat, cells.lon[0], cells.lat[0])[2] <= cells.metres[0]


@given(LON, LAT, STEPS, some.floats(0, 1, exclude_max=True), some.floats(0, 1, exclude_max=True))
def test_all_places_of_a_cell_are_told_alike(lon: float, lat: float, per_degree: int, x: float, y: float):
    """Nothing of where in its cell a place lies is left, and a coarse place made coarse again is the same."""
    cell = generalising.cells([lon], [lat], per_degree)
    west, south, east, north = generalising.bounds(cell.lon[0], cell.lat[0], per_degree)
    inside = (west + (0.001 + 0.998 * x) * (east - west), south + (0.001 + 0.998 * y) * (north - south))
    other = generalising.cells([inside[0], cell.lon[0]], [inside[1], cell.lat[0]], per_degree)
    assert {*other.lon.tolist()} == {cell.lon[0]}
    assert {*other.lat.tolist()} == {cell.lat[0]}
    assert {*other.metres.tolist()} == {cell.metres[0]}
