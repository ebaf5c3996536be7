"""Outlines that any receiver can take: few points, valid, on the grid, and the area all but the same."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as some

from nonnuoc.records.places.models import Commune
from nonnuoc.records.warnings import areas
from tests.records.warnings import warned


def coast(points: int = 2000, *, seed: int = 1) -> shapely.Polygon:
    """A jagged outline around the middle of the province, about 20 km wide."""
    random = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = 0.1 * (1 + 0.1 * np.sin(5 * angle) + 0.005 * random.standard_normal(points))
    return shapely.make_valid(
        shapely.Polygon(np.column_stack([106.26 + radius * np.cos(angle), 22.66 + radius * np.sin(angle)]))
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_jagged_outline_becomes_a_hundred_points_and_the_same_area(seed):
    given_area = coast(seed=seed)
    rings = areas.rings(given_area)
    made = shapely.union_all([shapely.Polygon(ring) for ring in rings])
    for ring in rings:
        assert len(ring) <= 100 and ring[0] == ring[-1] and shapely.Polygon(ring).is_valid
        assert all(round(x, 6) == x and round(y, 6) == y for x, y in ring)
    assert given_area.symmetric_difference(made).area / given_area.area < 0.03


def test_what_is_plain_is_left_as_it_is():
    square = shapely.box(106.2, 22.6, 106.3, 22.7)
    (ring,) = areas.rings(square)
    assert set(ring) == {(106.2, 22.6), (106.3, 22.6), (106.3, 22.7), (106.2, 22.7)}


def test_an_enclave_is_warned_as_well():
    ward = shapely.box(106.24, 22.64, 106.26, 22.66)
    (ring,) = areas.rings(shapely.box(106.2, 22.6, 106.3, 22.7).difference(ward))
    assert shapely.Polygon(ring).covers(ward)


def test_several_parts_are_several_rings_the_largest_first():
    small, large = shapely.box(106, 22, 106.1, 22.1), shapely.box(106.5, 22.5, 106.9, 22.9)
    rings = areas.rings(shapely.MultiPolygon([small, large]))
    assert [shapely.Polygon(ring).equals(one) for ring, one in zip(rings, (large, small), strict=True)] == [True, True]


@given(some.lists(some.tuples(some.floats(105.5, 107), some.floats(22, 23.2)), min_size=3, max_size=150))
def test_whatever_is_scribbled_the_proposal_is_sound(points):
    drawn = {"type": "Polygon", "coordinates": [[list(point) for point in [*points, points[0]]]]}
    for (ring,) in areas.simplified(drawn)["coordinates"]:
        outline = shapely.Polygon(ring)
        assert outline.is_valid and outline.area > 0 and len(ring) <= 100


@pytest.mark.parametrize(
    "drawn",
    [
        None,
        [],
        "x",
        {"type": "Point", "coordinates": [106, 22]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [[[106, 22]]]},
        {"type": "Polygon", "coordinates": [["a", "b", "c", "a"]]},
        {"type": "Polygon", "coordinates": [[[106, None], [1, 2], [3, 4], [106, None]]]},
        {"type": "MultiPolygon", "coordinates": [[[106, 22], [1, 2], [3, 4], [106, 22]]]},
    ],
)
def test_what_is_no_area_is_said_to_be_none(drawn):
    with pytest.raises(areas.UnreadableAreaError):
        areas.shape(drawn)


@pytest.mark.django_db
def test_the_box_of_the_province_is_where_its_communes_are():
    assert areas.province_box() is None
    warned.place()
    Commune.objects.update(lon=106.0, lat=22.5)
    assert areas.province_box() == pytest.approx((105.7, 22.2, 106.3, 22.8))


@pytest.mark.django_db
def test_communes_are_called_as_their_readers_call_them():
    communes = [warned.place(), warned.place("01288", name="Trà Lĩnh", kind="xa")]
    assert areas.of_communes(communes, "vi") == "phường Thục Phán, xã Trà Lĩnh"
    assert areas.of_communes(communes, "en") == "Thục Phán ward, Trà Lĩnh commune"
    assert areas.of_communes([], "vi") == "toàn tỉnh"
