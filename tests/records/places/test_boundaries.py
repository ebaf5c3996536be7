"""The examination and import of boundaries, with files the test writes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.db import transaction
from django.utils import translation

from nonnuoc.records.places import boundaries, geometry
from nonnuoc.records.places.models import Commune

Shapes = dict[str, shapely.Geometry]
Write = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("communes")

WEST, SOUTH, MIDDLE_LON, MIDDLE_LAT, EAST, NORTH = 106.0, 22.6, 106.05, 22.65, 106.1, 22.7


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def examined(path: Path, crs: str | None = None, *, swap_axes: bool = False, **how: Any) -> boundaries.Report:
    return boundaries.examine(boundaries.read(path, crs, swap_axes=swap_axes), **how)


def codes(findings: tuple[boundaries.Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize("name", ["c.geojson", "c.gpkg", "c.shp"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:9210", "EPSG:3405"])
def test_boundaries_come_in_from_every_format_and_system(write: Write, shapes: Shapes, name: str, crs: str) -> None:
    report = examined(write(shapes, name, crs=crs))
    assert (report.errors, report.warnings) == ((), ())
    assert report.features.system == crs
    done = boundaries.import_boundaries(report, source="Sở NN&MT, 2026")
    assert done.changed == tuple(shapes)
    for commune in Commune.objects.all():
        stored = geometry.from_wkb(bytes(commune.boundary))
        assert stored.geom_type == "MultiPolygon"
        assert shapely.hausdorff_distance(stored, shapes[commune.code]) < 2e-8  # degrees: 2 mm
        assert commune.boundary_source == "Sở NN&MT, 2026"


def test_importing_again_changes_nothing(write: Write, shapes: Shapes) -> None:
    report = examined(write(shapes))
    boundaries.import_boundaries(report, source="A")
    again = boundaries.import_boundaries(report, source="A")
    assert (again.changed, again.unchanged) == ((), 4)
    assert boundaries.import_boundaries(report, source="B").changed == tuple(shapes)


def test_nothing_is_written_when_there_is_an_error(write: Write, shapes: Shapes) -> None:
    del shapes["01004"]
    report = examined(write(shapes))
    with pytest.raises(boundaries.RefusedError, match="errors in the file: 1"):
        boundaries.import_boundaries(report, source="A")
    assert not Commune.objects.exclude(boundary=None).exists()


def test_the_callers_transaction_undoes_the_import(write: Write, shapes: Shapes) -> None:
    report = examined(write(shapes))
    with pytest.raises(RuntimeError), transaction.atomic():
        boundaries.import_boundaries(report, source="A")
        raise RuntimeError("the audit failed")
    assert not Commune.objects.exclude(boundary=None).exists()


def test_an_import_needs_a_source(write: Write, shapes: Shapes) -> None:
    with pytest.raises(boundaries.RefusedError, match="come from"):
        boundaries.import_boundaries(examined(write(shapes)), source=" ")


# --- matching -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"code": ["01001", "01002", "01003", "01004"]},
        {"MAXA": ["1001", "1002", "1003", "1004"]},  # a table that took the code for a number
        {"OBJECTID": ["1", "2", "3", "4"], "Ma_DVHC": ["01001", "01002", "01003", "01004"]},
        {"code": ["04", "04", "04", "04"], "maXa": ["01001", "01002", "01003", "01004"]},  # the first is the province's
    ],
)
def test_features_are_matched_by_code(write: Write, shapes: Shapes, fields: dict[str, list[str]]) -> None:
    report = examined(write(shapes, fields=fields))
    assert report.errors == ()
    assert [(match.commune.code, match.by) for match in report.matching.matches] == [(c, "code") for c in shapes]


@pytest.mark.parametrize(
    "titles",
    [
        ["Xã Thủy Một", "Xã Hòa Hai", "Phường Đá Ba", "Xã Núi Bốn"],
        ["Thuỷ Một", "HOÀ HAI", "P. Đá Ba", "X.Núi Bốn"],
        ["thuy mot", "hoa hai", "phuong da ba", "nui bon"],
    ],
)
def test_features_are_matched_by_name(write: Write, shapes: Shapes, titles: list[str]) -> None:
    report = examined(write(shapes, fields={"fullName": titles}))
    assert report.errors == ()
    assert [(match.commune.code, match.by) for match in report.matching.matches] == [(c, "name") for c in shapes]


def test_fields_can_be_named(write: Write, shapes: Shapes) -> None:
    path = write(shapes, fields={"f1": list(shapes), "f2": ["a", "b", "c", "d"]})
    (finding,) = examined(path).errors
    assert finding.code == "no_match"
    assert finding.text.endswith("--code-field, --name-field: f1, f2")
    report = examined(path, code_field="f1", name_field="f2")
    assert len(report.matching.matches) == 4
    assert codes(report.warnings) == ["renamed"] * 4
    with pytest.raises(boundaries.RefusedError, match="f1, f2"):
        examined(path, code_field="f3")


def test_what_does_not_match_is_told_in_both_directions(write: Write, shapes: Shapes) -> None:
    shapes["01999"] = shapes.pop("01004")
    report = examined(write(shapes))
    assert codes(report.errors) == ["unmatched_feature", "unmatched_commune"]
    assert "feature 4 (Xã Lạ, 01999)" in report.errors[0].text
    assert "xã Núi Bốn (01004)" in report.errors[1].text


def test_a_commune_in_two_features_is_told(write: Write, shapes: Shapes) -> None:
    west, east = square_halves(shapes["01004"])
    drawn = {**shapes, "01004": west, "again": east}
    fields = {"code": [*shapes, "01004"]}
    report = examined(write(drawn, fields=fields))
    assert codes(report.errors) == ["duplicate"]
    assert "2 features" in report.errors[0].text


def square_halves(shape: shapely.Geometry) -> tuple[shapely.Geometry, shapely.Geometry]:
    west, south, east, north = shape.bounds
    middle = (west + east) / 2
    return shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)


def test_a_code_and_a_name_of_two_communes_are_not_believed(write: Write, shapes: Shapes) -> None:
    """The conflict of data/README.md: the codes of two communes are exchanged between sources."""
    fields = {
        "code": ["01001", "01002", "01004", "01003"],
        "name": ["Thủy Một", "Hòa Hai", "Đá Ba", "Núi Bốn"],
    }
    path = write(shapes, fields=fields)
    report = examined(path)
    assert codes(report.errors) == ["contradiction", "contradiction"]
    assert "xã Núi Bốn" in report.errors[0].text
    assert "phường Đá Ba" in report.errors[0].text
    assert examined(path, code_field="").errors == ()  # the mend it proposes


def test_no_communes_at_all_is_said(write: Write, shapes: Shapes) -> None:
    path = write(shapes)
    Commune.objects.all().delete()
    with pytest.raises(boundaries.RefusedError, match="load the province"):
        examined(path)


# --- rings, gaps, overlaps ------------------------------------------------------------------------------------------


def test_a_bow_tie_is_told_with_its_place(write: Write, shapes: Shapes) -> None:
    shapes["01004"] = shapely.Polygon(
        [(MIDDLE_LON, MIDDLE_LAT), (EAST, NORTH), (EAST, MIDDLE_LAT), (MIDDLE_LON, NORTH)]
    )
    report = examined(write(shapes))
    (finding,) = report.errors
    assert finding.code == "invalid"
    assert "feature 4 (Xã Núi Bốn, 01004)" in finding.text
    assert "Self-intersection" in finding.text
    assert (finding.lon, finding.lat) == pytest.approx((106.075, 22.675))
    assert "(22.67500, 106.07500)" in str(finding)


def test_a_feature_without_a_polygon_is_told(write: Write, shapes: Shapes) -> None:
    shapes["01003"] = shapely.LineString([(WEST, MIDDLE_LAT), (MIDDLE_LON, NORTH)])
    shapes["01004"] = shapely.Polygon()
    assert codes(examined(write(shapes)).errors) == ["no_polygon", "no_polygon"]


def test_a_ring_that_cannot_be_read_is_told(write: Write, shapes: Shapes, tmp_path: Path) -> None:
    text = write(shapes).read_text(encoding="utf-8")
    ring = "[[[106.05,22.65],[106.1,22.65]]]"
    start = text.rindex('"coordinates": ') + len('"coordinates": ')
    broken = tmp_path / "broken.geojson"
    broken.write_text(text[:start] + ring + " } }]}", encoding="utf-8")
    (finding,) = examined(broken).errors
    assert finding.code == "no_polygon"
    assert "too few points" in finding.text


def metre_lon() -> float:
    return 1 / (111_320 * 0.9225)  # degrees of longitude a metre, at 22.7°


def test_an_overlap_is_told_with_area_and_place(write: Write, shapes: Shapes) -> None:
    shapes["01002"] = shapely.box(MIDDLE_LON - 20 * metre_lon(), SOUTH, EAST, MIDDLE_LAT)
    (finding,) = examined(write(shapes)).errors
    assert finding.code == "overlap"
    assert finding.amount == pytest.approx(20 * 5537, rel=0.01)  # 0.05° of latitude is 5,537 m
    assert finding.lon == pytest.approx(MIDDLE_LON, abs=20 * metre_lon())
    assert "feature 1 (Xã Thủy Một, 01001), feature 2 (Xã Hòa Hai, 01002) overlap" in finding.text


def test_a_gap_is_told_with_area_and_place(write: Write, shapes: Shapes) -> None:
    shapes["01002"] = shapely.box(MIDDLE_LON + 20 * metre_lon(), SOUTH, EAST, MIDDLE_LAT)
    (finding,) = examined(write(shapes)).errors
    assert finding.code == "gap"
    assert finding.amount == pytest.approx(20 * 5537, rel=0.01)
    assert finding.lat is not None
    assert SOUTH < finding.lat < MIDDLE_LAT


def test_slivers_are_a_warning_and_the_tolerance_decides(write: Write, shapes: Shapes) -> None:
    shapes["01002"] = shapely.box(MIDDLE_LON - 0.1 * metre_lon(), SOUTH, EAST, MIDDLE_LAT)  # 10 cm: 554 m²
    path = write(shapes, "c.gpkg")
    report = examined(path)
    assert (codes(report.errors), codes(report.warnings)) == ([], ["overlap_slivers"])
    strict = examined(path, tolerances=boundaries.Tolerances(sliver_m2=100))
    assert codes(strict.errors) == ["overlap"]


# --- what the register knows ----------------------------------------------------------------------------------------


def test_a_registered_area_far_from_the_computed_one_is_told(write: Write, shapes: Shapes) -> None:
    Commune.objects.filter(code="01001").update(area_km2=30.0)
    (finding,) = examined(write(shapes)).warnings
    assert finding.code == "area"
    assert finding.amount == pytest.approx(28.44 / 30 - 1, abs=0.002)
    assert "28.4" in finding.text
    assert "30.00 km²" in finding.text


def test_a_point_outside_its_polygon_is_told(write: Write, shapes: Shapes) -> None:
    Commune.objects.filter(code="01001").update(lon=MIDDLE_LON + 100 * metre_lon())
    (finding,) = examined(write(shapes)).warnings
    assert finding.code == "point"
    assert finding.amount == pytest.approx(100, rel=0.01)


# --- coordinates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["c.shp", "c.gpkg"])
def test_without_a_system_the_file_asks_for_one(write: Write, shapes: Shapes, name: str) -> None:
    path = write(shapes, name, crs=None, written_in="EPSG:9210")
    with pytest.raises(boundaries.RefusedError, match="--crs EPSG:9210"):
        boundaries.read(path)
    assert examined(path, "EPSG:9210").errors == ()


def test_a_geojson_in_metres_is_recognised(write: Write, shapes: Shapes) -> None:
    """GeoJSON without a system is WGS 84 by its standard; these are metres of VN-2000."""
    path = write(shapes, crs=None, written_in="EPSG:9210")
    (finding,) = examined(path).errors
    assert finding.code == "elsewhere"
    assert "--crs EPSG:9210 they" in finding.text
    assert examined(path, "EPSG:9210").errors == ()


@pytest.mark.parametrize(("crs", "name"), [("EPSG:4326", "c.geojson"), ("EPSG:9210", "c.shp")])
def test_swapped_axes_are_recognised(write: Write, shapes: Shapes, crs: str, name: str) -> None:
    path = write(shapes, name, crs=crs, swap=True)
    (finding,) = examined(path).errors
    assert finding.code == "elsewhere"
    assert "with --swap-axes they" in finding.text
    assert examined(path, swap_axes=True).errors == ()


def test_swapped_axes_in_an_unsaid_zone_are_recognised(write: Write, shapes: Shapes) -> None:
    path = write(shapes, crs=None, written_in="EPSG:9210", swap=True)
    (finding,) = examined(path).errors
    assert "--crs EPSG:9210 --swap-axes" in finding.text


def test_the_neighbouring_zone_is_recognised(write: Write, shapes: Shapes) -> None:
    """15' further east: still in the province, 26 km beside."""
    path = write(shapes, "c.shp", crs="EPSG:9211", written_in="EPSG:9210")
    report = examined(path)
    assert codes(report.errors) == ["displaced"]
    assert "--crs EPSG:9210 they" in report.errors[0].text


def test_another_land_altogether_is_refused_without_a_proposal(write: Write, shapes: Shapes) -> None:
    far = {code: shapely.affinity.translate(shape, -60, 20) for code, shape in shapes.items()}
    (finding,) = examined(write(far)).errors
    assert finding.code == "elsewhere"
    assert "--" not in finding.text


def test_one_feature_astray_is_named(write: Write, shapes: Shapes) -> None:
    shapes["01004"] = shapely.affinity.translate(shapes["01004"], 10, 0)
    (finding,) = examined(write(shapes)).errors
    assert finding.code == "stray"
    assert "01004" in finding.text


@pytest.mark.slow
def test_a_zone_that_says_wgs84_is_refused(write: Write, shapes: Shapes) -> None:
    disguised = "+proj=tmerc +lon_0=105.75 +k=0.9999 +x_0=500000 +datum=WGS84 +units=m +type=crs"
    path = write(shapes, "c.shp", crs=disguised, written_in="EPSG:9210")
    with pytest.raises(boundaries.UnknownSystemError, match=r"0\.9999"):
        boundaries.read(path)
    assert examined(path, "EPSG:9210").errors == ()


# --- the command ----------------------------------------------------------------------------------------------------


class Desk:
    """A person at the keyboard: what they read, and what they answer."""

    def __init__(self, answer: bool = True) -> None:
        self.read: list[str] = []
        self.asked: list[str] = []
        self.answer = answer

    def confirm(self, question: str) -> bool:
        self.asked.append(question)
        return self.answer

    def run(self, path: Path, crs: str | None = None, **options: Any) -> boundaries.Imported | None:
        return boundaries.run(path, crs, echo=self.read.append, confirm=self.confirm, **options)


def test_run_prints_the_report_and_writes(write: Write, shapes: Shapes) -> None:
    desk = Desk()
    done = desk.run(write(shapes))
    assert done is not None
    assert done.changed == tuple(shapes)
    assert done.source.startswith("communes.geojson (SHA-256 ")
    assert desk.asked == []
    assert desk.read == [
        "communes.geojson, read as EPSG:4326; features: 4",
        "4 of 4 communes matched by code, from the field ma_xa",
        "0 of 4 communes matched by name, from the field ten_xa",
        "errors: 0, warnings: 0",
        "boundaries written: 4, were so already: 0",
    ]


def test_run_refuses_errors_after_printing_them(write: Write, shapes: Shapes) -> None:
    del shapes["01001"]
    desk = Desk()
    with pytest.raises(boundaries.RefusedError):
        desk.run(write(shapes))
    assert "ERROR: xã Thủy Một (01001) has no feature in the file" in desk.read
    assert not Commune.objects.exclude(boundary=None).exists()


@pytest.mark.parametrize("answer", [True, False])
def test_run_asks_when_there_are_warnings(write: Write, shapes: Shapes, answer: bool) -> None:
    Commune.objects.filter(code="01001").update(area_km2=30.0)
    desk = Desk(answer)
    done = desk.run(write(shapes))
    assert len(desk.asked) == 1
    assert (done is not None) == answer
    assert Commune.objects.exclude(boundary=None).count() == (4 if answer else 0)


def test_a_dry_run_writes_nothing(write: Write, shapes: Shapes) -> None:
    desk = Desk()
    assert desk.run(write(shapes), dry_run=True) is None
    assert not Commune.objects.exclude(boundary=None).exists()


def test_a_long_list_of_one_kind_is_cut(write: Write, shapes: Shapes) -> None:
    many = {**shapes, **{f"0{2000 + n}": shapes["01001"] for n in range(30)}}
    lines = list(examined(write(many)).lines())
    assert sum("is no commune" in line for line in lines) == 20
    assert "… and 10 more of the kind “unmatched_feature”" in lines
