"""The public boundaries of Cao Bằng's 56 communes (../shared/data/README.md), which are no part of the product."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from nonnuoc.records.places import boundaries, geometry, locating, services

FILE = Path(__file__).resolve().parents[4] / "shared" / "data" / "geography" / "cao_bang_communes.geojson"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason="../shared/data/geography is not here"),
]


@pytest.fixture
def province(db: None) -> None:
    services.load_province()


@pytest.mark.usefixtures("province")
def test_all_56_are_matched_sound_and_imported() -> None:
    report = boundaries.examine(boundaries.read(FILE))
    assert [str(finding) for finding in report.findings] == []  # areas within 5 %, points inside, no gap, no overlap
    assert len({match.commune.code for match in report.matching.matches}) == 56
    done = boundaries.import_boundaries(report, source="test")
    assert len(done.changed) == 56
    commune = locating.commune_at(106.26, 22.665)  # the old town, on the tongue of land between Bằng and Hiến
    assert commune is not None
    assert commune.name == "Thục Phán"


@pytest.mark.usefixtures("province")
def test_all_56_are_matched_by_name_alone_though_marks_stand_elsewhere() -> None:
    report = boundaries.examine(boundaries.read(FILE), code_field="")
    assert report.errors == ()
    assert {match.by for match in report.matching.matches} == {"name"}
    assert len(report.matching.matches) == 56


def test_every_point_comes_back_from_vn2000_within_a_millimetre() -> None:
    shapes = boundaries.read(FILE).wgs84
    back = geometry.to_wgs84(geometry.from_wgs84(shapes, "EPSG:9210"), "EPSG:9210")
    away = np.abs(shapely.get_coordinates(shapes) - shapely.get_coordinates(back)) * 111_200_000
    assert away.max() < 1  # mm


@pytest.mark.usefixtures("province")
def test_a_shapefile_of_it_in_vn2000_with_north_first_is_mended_as_proposed(tmp_path: Path) -> None:
    features = boundaries.read(FILE)
    turned = geometry.swapped(geometry.from_wgs84(features.wgs84, "EPSG:9210"))
    path = tmp_path / "xa.shp"
    columns = [np.array(features.fields[name], dtype=object) for name in ("code", "fullName")]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(turned),
        columns,
        ["MaXa", "TenXa"],
        geometry_type="Polygon",
        crs="EPSG:9210",
        driver="ESRI Shapefile",
    )
    (finding,) = boundaries.examine(boundaries.read(path)).errors
    assert "--swap-axes" in finding.text
    assert boundaries.examine(boundaries.read(path, swap_axes=True)).findings == ()
