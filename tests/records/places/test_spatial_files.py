"""Files of boundaries that are not what they should be."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shapely
from django.utils import translation

from nonnuoc.records.places.spatial_files import read
from nonnuoc.records.places.spatial_staging import Caps, RefusedError

Shapes = dict[str, shapely.Geometry]
Write = Callable[..., Path]
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def zipped(shapefile: Path, target: Path, *, folder: str = "", parts: tuple[str, ...] = PARTS) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in parts:
            archive.write(shapefile.with_suffix(suffix), f"{folder}{shapefile.stem}{suffix}")
    return target


@pytest.mark.parametrize("folder", ["", "Ranh giới/xã/"])
def test_a_zipped_shapefile_is_read(write: Write, shapes: Shapes, tmp_path: Path, folder: str) -> None:
    features = read(zipped(write(shapes, "c.shp", crs="EPSG:9210"), tmp_path / "c.zip", folder=folder))
    assert len(features) == 4
    assert features.system == "EPSG:9210"
    assert features.fields["ten_xa"][0] == "Xã Thủy Một"


def test_a_shapefile_silent_about_its_letters_is_read_as_utf8(write: Write, shapes: Shapes) -> None:
    path = write(shapes, "c.shp")
    path.with_suffix(".cpg").unlink()
    assert read(path).fields["ten_xa"] == ["Xã Thủy Một", "Xã Hòa Hai", "Xã Đá Ba", "Xã Núi Bốn"]


def test_parts_of_a_shapefile_may_shout(write: Write, shapes: Shapes) -> None:
    path = write(shapes, "c.shp")
    path.with_suffix(".dbf").rename(path.with_suffix(".DBF"))
    assert len(read(path)) == 4


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_without_a_part_says_which(write: Write, shapes: Shapes, tmp_path: Path, part: str) -> None:
    path = write(shapes, "c.shp")
    archive = zipped(path, tmp_path / "c.zip", parts=tuple(p for p in PARTS if p != part))
    path.with_suffix(part).unlink()
    for broken in (path, archive):
        with pytest.raises(RefusedError, match=rf"without its \{part};"):
            read(broken)


def test_a_link_is_refused(write: Write, shapes: Shapes, tmp_path: Path) -> None:
    link = tmp_path / "link.geojson"
    link.symlink_to(write(shapes))
    with pytest.raises(RefusedError, match="plain file"):
        read(link)


def test_a_link_beside_a_shapefile_is_refused(write: Write, shapes: Shapes, tmp_path: Path) -> None:
    path = write(shapes, "c.shp")
    path.with_suffix(".dbf").rename(tmp_path / "secret")
    path.with_suffix(".dbf").symlink_to(tmp_path / "secret")
    with pytest.raises(RefusedError, match=r"c\.dbf is not a plain file"):
        read(path)


@pytest.mark.parametrize("name", ["../c.shp", "/tmp/c.shp", "a/../../c.shp", "C:\\c.shp", "..\\c.shp"])
def test_a_member_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "c.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(RefusedError, match="leads out"):
        read(path)


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    member = zipfile.ZipInfo("c.shp")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr(member, "/etc/passwd")
    with pytest.raises(RefusedError, match="leads out"):
        read(tmp_path / "c.zip")


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("c.shp", bytes(5_000_000))
    with pytest.raises(RefusedError, match="larger than"):
        read(tmp_path / "c.zip")


def test_too_many_members_and_too_many_shapefiles_are_refused(write: Write, shapes: Shapes, tmp_path: Path) -> None:
    path = write(shapes, "c.shp")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.write(path, "a.shp")
        archive.write(path, "b.shp")
    with pytest.raises(RefusedError, match="holds 2 Shapefiles"):
        read(tmp_path / "two.zip")
    with pytest.raises(RefusedError, match="more than 1 files"):
        read(tmp_path / "two.zip", caps=Caps(zip_members=1))


def test_an_empty_archive_holds_no_shapefile(tmp_path: Path) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    (tmp_path / "c.zip").write_bytes(body.getvalue())
    with pytest.raises(RefusedError, match="holds 0 Shapefiles"):
        read(tmp_path / "c.zip")


def test_caps_are_kept(write: Write, shapes: Shapes) -> None:
    path = write(shapes)
    with pytest.raises(RefusedError, match="larger than"):
        read(path, caps=Caps(file_bytes=100))
    with pytest.raises(RefusedError, match="holds 4 features; at most 3"):
        read(path, caps=Caps(features=3))
    shapes["01002"] = shapely.segmentize(shapes["01002"], 0.001)
    with pytest.raises(RefusedError, match=r"feature 2 of dense\.geojson has 2\d\d points; at most 100"):
        read(write(shapes, "dense.geojson"), caps=Caps(vertices=100))


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.geojson", b"", "does not hold"),
        ("a.geojson", b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "does not hold"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "cannot be read"),
        ("a.geojson", b'{"type": "Topology", "objects": {}, "arcs": []}', "cannot be read|none of|layer"),
        ("a.gpkg", b"SQLite format 3\0 and then nothing", "cannot be read"),
        ("a.gpkg", b"{}", "does not hold"),
        ("a.shp", b"{}", "does not hold"),
        ("a.zip", b"PK\x03\x04 cut off", "cannot be read"),
        ("a.zip", b"Rar!", "does not hold"),
        ("a.vrt", b"<OGRVRTDataSource/>", "are read"),
        ("a.kml", b"<kml/>", "are read"),
    ],
)
def test_what_is_no_file_of_boundaries_is_refused(tmp_path: Path, name: str, body: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(RefusedError, match=said):
        read(tmp_path / name)


def test_a_folder_and_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="plain file"):
        read(tmp_path)
    with pytest.raises(RefusedError, match="not there"):
        read(tmp_path / "none.geojson")


def test_one_of_several_layers_must_be_named(write: Write, shapes: Shapes) -> None:
    path = write(shapes, "c.gpkg", layer="xa")
    write({"04": shapely.union_all(list(shapes.values()))}, "c.gpkg", layer="tinh")
    with pytest.raises(RefusedError, match="--layer: xa, tinh"):
        read(path)
    assert len(read(path, layer="xa")) == 4
    with pytest.raises(RefusedError, match="--layer"):
        read(path, layer="huyen")


def test_heights_are_dropped(write: Write, shapes: Shapes) -> None:
    raised = {code: shapely.force_3d(shape, 5.0) for code, shape in shapes.items()}
    assert not shapely.has_z(read(write(raised)).wgs84).any()


def test_what_gdal_remarks_upon_is_kept(write: Write, shapes: Shapes, tmp_path: Path) -> None:
    text = write({"01001": shapes["01001"]}).read_text(encoding="utf-8")
    start = text.rindex('"coordinates": ') + len('"coordinates": ')
    path = tmp_path / "open.geojson"
    path.write_text(text[:start] + "[[[106,22.6],[106.05,22.6],[106.05,22.65]]] } }]}", encoding="utf-8")
    features = read(path)
    assert "Non closed ring" in features.remarks[0]
    assert features.wgs84[0] is None


def test_the_system_given_goes_before_the_files(write: Write, shapes: Shapes) -> None:
    features = read(write(shapes, "c.shp", crs="EPSG:9211", written_in="EPSG:9210"), "EPSG:9210")
    assert features.system_given
    assert features.system == "EPSG:9210"
    assert shapely.hausdorff_distance(features.wgs84[0], shapes["01001"]) < 2e-8
