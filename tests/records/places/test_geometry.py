"""The converter. Figures of QĐ 05/2007/QĐ-BTNMT are compared with EPSG operation 6960 as PROJ ships it."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from nonnuoc.records.places import geometry

LON = np.linspace(105.2, 107.0, 7)
LAT = np.linspace(22.3, 23.2, 7)
METRES = 111_200.0  # of a degree of latitude


def test_the_pinned_transformation_is_epsg_6960() -> None:
    operation = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::6960")
    vn2000 = Transformer.from_crs("EPSG:9210", "EPSG:4756", always_xy=True)
    east, north = geometry.system("EPSG:9210").from_wgs84(LON, LAT)
    lon, lat = vn2000.transform(east, north)
    lat_wgs84, lon_wgs84 = operation.transform(lat, lon)
    assert np.abs(lon_wgs84 - LON).max() * METRES < 1e-5
    assert np.abs(lat_wgs84 - LAT).max() * METRES < 1e-5


def test_the_decree_moves_a_point_by_the_vector_of_its_helmert_formula() -> None:
    """Computed here from the decree's seven numbers alone, as coordinate frame rotation (EPSG method 1032)."""
    seconds = np.pi / 180 / 3600
    rx, ry, rz = (value * seconds for value in (-0.00928836, 0.01975479, -0.00427372))
    rotation = np.array([[1, rz, -ry], [-rz, 1, rx], [ry, -rx, 1]])
    to_space = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    vn_lon, vn_lat = 105.75, 22.7
    x = np.array(to_space.transform(vn_lon, vn_lat, 0.0))
    moved = 1.000000252906278 * rotation @ x + np.array([-191.90441429, -39.30318279, -111.45032835])
    lon, lat, _height = to_space.transform(*moved, direction="INVERSE")
    east, north = Transformer.from_crs("EPSG:4756", "EPSG:9210", always_xy=True).transform(vn_lon, vn_lat)
    got_lon, got_lat = geometry.system("EPSG:9210").to_wgs84(east, north)
    assert abs(got_lon - lon) * METRES < 1e-3
    assert abs(got_lat - lat) * METRES < 1e-3
    assert east == pytest.approx(500_000)  # on the central meridian 105°45'


@pytest.mark.slow
@given(
    st.floats(min_value=104.0, max_value=107.5),
    st.floats(min_value=8.5, max_value=23.4),
    st.sampled_from(["EPSG:9210", "EPSG:3405", "EPSG:5897", "EPSG:4756", "EPSG:32648", "EPSG:4326"]),
)
def test_there_and_back_is_below_a_hundredth_of_a_millimetre(lon: float, lat: float, name: str) -> None:
    system = geometry.system(name)
    back = system.to_wgs84(*system.from_wgs84(lon, lat))
    assert np.abs(np.subtract(back, (lon, lat))).max() * METRES < 1e-5


def test_vn2000_is_about_220_metres_from_wgs84_here() -> None:
    lon, lat = geometry.system("EPSG:4756").from_wgs84(106.25, 22.66)
    _azimuth, _back, metres = Geod(ellps="WGS84").inv(106.25, 22.66, lon, lat)
    assert metres == pytest.approx(222, abs=2)


@pytest.mark.parametrize("name", ["EPSG:9210", "9210", CRS(9210).to_wkt("WKT1_ESRI"), CRS(9210).to_wkt()])
def test_a_system_is_known_by_code_and_by_text(name: str) -> None:
    assert geometry.system(name).vn2000
    assert geometry.system(name).name == "EPSG:9210"


@pytest.mark.parametrize("signs", [1, -1])
def test_a_system_that_brings_its_own_shift_is_given_the_decrees(signs: int) -> None:
    rotations = ",".join(str(signs * value) for value in (-0.00928836, 0.01975479, -0.00427372))
    text = (
        "+proj=tmerc +lon_0=105.75 +k=0.9999 +x_0=500000 +ellps=WGS84 +type=crs"
        f" +towgs84=-191.90441429,-39.30318279,-111.45032835,{rotations},0.252906278"
    )
    assert geometry.system(text).to_wgs84(5e5, 25e5) == geometry.system("EPSG:9210").to_wgs84(5e5, 25e5)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("EPSG:4147", "Hanoi 1972"),
        ("nonsense", "EPSG:9210"),
        ('LOCAL_CS["Undefined Cartesian SRS"]', "Undefined"),
        ("+proj=tmerc +lon_0=105.75 +k=0.9999 +x_0=500000 +ellps=WGS84 +type=crs", "Unknown"),
        ("+proj=tmerc +lon_0=105.75 +k=0.9999 +x_0=500000 +datum=WGS84 +type=crs", "0.9999"),
        ("EPSG:4978", "WGS 84"),
    ],
)
def test_other_systems_are_refused(name: str, said: str) -> None:
    with pytest.raises(geometry.UnknownSystemError, match=said):
        geometry.system(name)


def test_all_listed_systems_are_vn2000() -> None:
    assert all(geometry.system(name).vn2000 for name in geometry.VN2000_SYSTEMS)


def test_area_agrees_with_the_geodesic_area() -> None:
    shape = shapely.Polygon(
        [(106, 22.5), (106.1, 22.5), (106.13, 22.61), (106, 22.6)],
        [[(106.02, 22.52), (106.05, 22.52), (106.04, 22.55)]],
    )
    dense = shapely.segmentize(shape, 0.0005)  # so that straight lines of the plane follow geodesics
    geodesic, _ = Geod(ellps="WGS84").geometry_area_perimeter(shapely.orient_polygons(dense))
    assert geometry.area_km2(dense) == pytest.approx(abs(geodesic) / 1e6, rel=1e-6)


def test_covers_counts_the_border_in_and_a_hole_out() -> None:
    shape = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    assert geometry.covers(shape, 0.5, 0.5)
    assert geometry.covers(shape, 0, 1)
    assert not geometry.covers(shape, 1.5, 1.5)
    assert not geometry.covers(shape, 4, 4)


def test_as_multipolygon_turns_rings_as_geojson_wants() -> None:
    clockwise = shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])
    whole = geometry.as_multipolygon(clockwise)
    assert whole.geom_type == "MultiPolygon"
    assert whole.geoms[0].exterior.is_ccw


def test_wkb_and_geojson_keep_the_geometry() -> None:
    shape = shapely.box(106, 22.5, 106.123456, 22.6)
    assert geometry.from_wkb(geometry.to_wkb(shape)).equals(shape)
    drawn = geometry.to_geojson(shape)
    assert drawn["type"] == "Polygon"
    assert geometry.from_geojson(json.dumps(drawn)).equals_exact(shape, 1e-6)


def test_geojson_is_rounded() -> None:
    assert geometry.to_geojson(shapely.Point(106.123456789, 22.5), decimals=3)["coordinates"] == [106.123, 22.5]
