"""Distances against printed figures and against geometry written out here; neighbours with and without boundaries."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from nonnuoc.records.places import geometry, names, nearness, selectors
from nonnuoc.records.places.models import Commune
from tests.records.places.conftest import SIDE, SOUTH, WEST, square

#: lon, lat, lon, lat, km, azimuth (None: not printed), within km, source
GOLDEN = [
    (
        *(144 + 25 / 60 + 29.52440 / 3600, -(37 + 57 / 60 + 3.72030 / 3600)),
        *(143 + 55 / 60 + 35.38390 / 3600, -(37 + 39 / 60 + 10.15610 / 3600)),
        *(54.972271, 306 + 52 / 60 + 5.37 / 3600, 1e-5),
        "Geoscience Australia, GDA Technical Manual, Flinders Peak to Buninyong (GRS80)",
    ),
    (174.81, -41.32, -5.50, 40.96, 19959.679267, None, 1e-5, "GeographicLib, Wellington to Salamanca (WGS84)"),
]


@pytest.mark.parametrize(("lon", "lat", "to_lon", "to_lat", "km", "azimuth", "within", "source"), GOLDEN)
def test_distances_are_those_printed(
    lon: float, lat: float, to_lon: float, to_lat: float, km: float, azimuth: float | None, within: float, source: str
) -> None:
    found, bearing = nearness.between(lon, lat, to_lon, to_lat)
    assert float(found) == pytest.approx(km, abs=within), source
    if azimuth is not None:
        assert float(bearing) == pytest.approx(azimuth, abs=0.01 / 3600), source


def test_a_degree_along_the_meridian_is_as_long_as_the_ellipsoid_has_it() -> None:
    """The series of the meridian's length in WGS 84: 111132.954 - 559.822 cos 2φ + 1.175 cos 4φ metres a degree."""
    middle = math.radians(22.7)
    metres = 111132.954 - 559.822 * math.cos(2 * middle) + 1.175 * math.cos(4 * middle)
    km, bearing = nearness.between(106.2, 22.2, 106.2, 23.2)
    assert float(km) == pytest.approx(metres / 1000, abs=0.002)
    assert float(bearing) == pytest.approx(0)


def test_distances_come_as_a_table() -> None:
    km, bearing = nearness.between([[106.0], [106.1]], [[22.0], [22.1]], [106.0, 106.1, 106.2], [22.0, 22.1, 22.2])
    assert km.shape == bearing.shape == (2, 3)
    assert km[0, 0] == km[1, 1] == 0
    assert km[0, 1] == pytest.approx(km[1, 0])


def import_all(communes: dict[str, Commune], shapes: dict[str, shapely.Geometry]) -> None:
    for code, shape in shapes.items():
        communes[code].boundary = geometry.to_wkb(geometry.as_multipolygon(shape))
        communes[code].boundary_source = "invented"
        communes[code].save()


@pytest.mark.django_db
def test_without_boundaries_a_commune_is_its_point(communes: dict[str, Commune]) -> None:
    own = communes["01001"]
    away = nearness.away("01001", ((own.lon, own.lat), (own.lon + 0.1, own.lat)))
    assert not away.from_edge
    assert away.km[0] == 0
    assert away.km[1] == pytest.approx(float(nearness.between(own.lon, own.lat, own.lon + 0.1, own.lat)[0]))
    assert away.bearing[1] == pytest.approx(90, abs=0.1)


@pytest.mark.django_db
def test_with_a_boundary_it_is_measured_from_the_edge(communes: dict[str, Commune], shapes) -> None:
    import_all(communes, shapes)
    middle = SOUTH + SIDE / 2
    away = nearness.away("01001", ((WEST - 0.1, middle), (WEST + SIDE / 2, middle), (WEST + 2 * SIDE, middle)))
    west, _ = nearness.between(WEST - 0.1, middle, WEST, middle)
    east, _ = nearness.between(WEST + 2 * SIDE, middle, WEST + SIDE, middle)
    assert away.from_edge
    assert away.km.tolist() == pytest.approx([float(west), 0.0, float(east)], rel=2e-4)
    assert away.bearing[0] == pytest.approx(270, abs=0.1)


@pytest.mark.django_db
def test_the_nearest_point_of_every_commune_is_found(communes: dict[str, Commune]) -> None:
    points = tuple((one.lon + 0.001, one.lat) for one in communes.values())
    found = nearness.nearest_of(points)
    assert [found[code][0] for code in communes] == [0, 1, 2, 3]
    assert all(0.09 < km < 0.11 for _, km in found.values())
    assert nearness.nearest_of(()) == {}


@pytest.mark.django_db
def test_an_edge_may_make_another_point_the_nearest(communes: dict[str, Commune], shapes) -> None:
    """Of a long commune whose point lies far west, its eastern edge may be nearer than that."""
    shapes["01001"] = square(0, 0, width=2)
    communes.pop("01002").delete()
    del shapes["01002"]
    communes["01001"].lon = WEST + 0.001
    import_all(communes, shapes)
    middle = SOUTH + SIDE / 2
    points = ((WEST - 0.03, middle), (WEST + 2 * SIDE + 0.01, middle))
    by_point, _ = nearness.between(WEST + 0.001, middle, [x for x, _ in points], [y for _, y in points])
    assert by_point[0] < by_point[1]
    place, km = nearness.nearest_of(points)["01001"]
    assert place == 1
    assert km == pytest.approx(float(nearness.between(*points[1], WEST + 2 * SIDE, middle)[0]), rel=2e-4)


@pytest.mark.django_db
def test_the_nearest_is_the_same_as_looking_at_every_pair(communes: dict[str, Commune], shapes) -> None:
    import_all(communes, shapes)
    chance = np.random.default_rng(3)
    points = tuple(zip(chance.uniform(105.9, 106.2, 40).tolist(), chance.uniform(22.5, 22.8, 40).tolist(), strict=True))
    found = nearness.nearest_of(points)
    for code in communes:
        assert found[code][1] == pytest.approx(nearness.away(code, points).km.min())


@pytest.mark.django_db
def test_neighbours_are_the_nearest_without_boundaries_and_those_that_touch_with_them(
    communes: dict[str, Commune], shapes
) -> None:
    found = nearness.neighbours("01001")
    assert [one.touching for one in found] == [False] * 3
    assert found[-1].code == "01004"  # across the corner
    far = Commune.objects.create(
        code="01009", kind="xa", name="Xa", name_ascii="xa", lon=WEST + 0.3, lat=SOUTH, source="invented"
    )
    import_all({**communes, "01009": far}, {**shapes, "01009": square(6, 0)})
    found = nearness.neighbours("01001")
    assert sorted(one.code for one in found) == ["01002", "01003", "01004"]
    assert all(one.touching for one in found)
    assert nearness.neighbours("01009")[0].touching is False


@pytest.mark.django_db
def test_an_unknown_commune_is_an_error(communes: dict[str, Commune]) -> None:
    with pytest.raises(KeyError):
        nearness.away("99999", ())


@pytest.mark.django_db
def test_it_costs_one_query_a_question_whatever_the_number_of_points(communes, queries) -> None:
    nearness.away("01001", ((106.0, 22.0),))
    assert queries(lambda: nearness.away("01001", tuple((106.0, 22.0 + i / 100) for i in range(50)))) == 1
    assert queries(lambda: nearness.nearest_of(tuple((106.0, 22.0 + i / 100) for i in range(50)))) == 1


def test_names_sort_as_vietnamese_does() -> None:
    known = ["Bạch Đằng", "Bảo Lạc", "Bảo Lâm", "Bế Văn Đàn", "Ca Thành", "Canh Tân", "Cần Yên", "Cô Ba", "Đàm Thủy"]
    assert sorted(set(known), key=names.alphabetical) == known
    tones = ["ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ"]
    assert sorted(set(tones), key=names.alphabetical) == tones
    assert sorted(["Điện", "Dung", "Ô", "O", "Ơ"], key=names.alphabetical) == ["Dung", "Điện", "O", "Ô", "Ơ"]
    assert names.alphabetical("😀")[0] > names.alphabetical("y")[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", ["Đá Ba", "Hòa Hai", "Núi Bốn", "Thủy Một"]),
        ("da", ["Đá Ba"]),
        ("đá b", ["Đá Ba"]),
        ("đà", ["Đá Ba"]),  # nothing has that mark: found without
        ("Hoà", ["Hòa Hai"]),  # the other way to set the mark
        ("phường", ["Đá Ba"]),
        ("P. Đá", ["Đá Ba"]),
        ("xã thuy mot", ["Thủy Một"]),
        ("01004", ["Núi Bốn"]),
        ("ua", []),
        ("𓀀", []),
    ],
)
def test_communes_are_found_as_people_type_them(communes: dict[str, Commune], wanted: str, found: list[str]) -> None:
    assert [one.name for one in selectors.communes_like(wanted)] == found
