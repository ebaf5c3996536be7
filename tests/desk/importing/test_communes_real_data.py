"""The communes of Cao Bằng, brought as GIS programs write them, and given out again."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from django.utils import timezone

from nonnuoc.desk.importing import opening
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.places import boundaries, geometry
from nonnuoc.records.places import services as places
from nonnuoc.records.places.models import Commune
from nonnuoc.records.places.spatial_staging import NoSystemError
from nonnuoc.records.registers.facilities.declared import ZONES
from nonnuoc.records.registers.facilities.models import Zone
from nonnuoc.records.registers.pattern import keeping_many, listing
from nonnuoc.records.registers.pattern.exporting import giving
from nonnuoc.records.registers.pattern.importing import looking
from nonnuoc.records.registers.pattern.importing.plan import Plan, Said

FILE = Path(__file__).resolve().parents[4] / "shared" / "data" / "geography" / "cao_bang_communes.geojson"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason="../shared/data/geography is not here"),
    pytest.mark.django_db,
]
SAID = Said(source="thử", position_source="thử", given={"kind": "cluster"})


def looked(name: str, body: bytes, said: Said) -> Plan:
    return looking.look(ZONES, opening.opened(ZONES, name, body, said), said, SYSTEM, province="EPSG:9210")


def projected(target: Path, *, driver: str, columns: dict[str, list[str]], crs: str | None) -> Path:
    """The communes in the province's zone of VN-2000, as GDAL writes them."""
    shapes = geometry.from_wgs84(boundaries.read(FILE).wgs84, "EPSG:9210")
    pyogrio.raw.write(
        target,
        shapely.to_wkb(shapes),
        [np.array(column, object) for column in columns.values()],
        list(columns),
        geometry_type="Polygon" if driver == "ESRI Shapefile" else "Unknown",
        crs=crs,
        driver=driver,
        encoding="UTF-8" if driver == "ESRI Shapefile" else None,
    )
    return target


def areas_agree(shapes: list[shapely.Geometry], names: list[str]) -> None:
    """With the areas the law declares, within 5 %."""
    declared = {one["properties"]["code"]: one["properties"] for one in json.loads(FILE.read_text())["features"]}
    known = {one.code: one.area_km2 for one in Commune.objects.all()}
    assert set(names) == set(declared)
    off = {
        code: geometry.area_km2(s) / (known[code] or 1) for code, s in zip(names, shapes, strict=True) if known[code]
    }
    assert len(off) == 56
    assert all(0.95 < ratio < 1.05 for ratio in off.values()), off


def test_wgs84_vn2000_shapefile_and_dxf_are_brought_and_given_out(tmp_path: Path) -> None:
    places.load_province()
    features = boundaries.read(FILE)
    codes = features.fields["code"]
    plan = looked("communes.geojson", FILE.read_bytes(), SAID)
    assert (plan.faults, len(plan.created), plan.proposal) == ([], 56, None)
    keeping_many.write(ZONES, [one for _n, one in plan.created], [], by=None, reason="thử", at=timezone.now())

    columns = {"code": codes, "ten": features.fields["fullName"]}
    projected(tmp_path / "xa.shp", driver="ESRI Shapefile", columns=columns, crs="EPSG:9210")
    parts = [(path.name, path.read_bytes()) for path in tmp_path.iterdir() if path.suffix in opening.SHAPEFILE]
    plan = looked(*opening.joined(parts), SAID)
    assert plan.faults == []
    assert {name for one in plan.changed for name in one.after} <= {
        "name"
    }  # the same outlines to a hundredth of a metre
    with pytest.raises(NoSystemError):
        looked(*opening.joined([part for part in parts if not part[0].endswith(".prj")]), SAID)

    drawing = projected(tmp_path / "xa.dxf", driver="DXF", columns={"Layer": codes}, crs=None).read_bytes()
    with pytest.raises(NoSystemError):
        looked("xa.dxf", drawing, SAID)
    said = Said(source="thử", position_source="thử", given={"kind": "cluster"}, system="EPSG:9210")
    plan = looked("xa.dxf", drawing, said)
    assert plan.faults == []
    assert plan.rows == len(codes)
    assert sorted(entry.name for _n, entry in plan.created) == sorted(codes)
    areas_agree([geometry.from_wkb(entry.shape) for _n, entry in plan.created], [e.name for _n, e in plan.created])

    for format_, system in (("geojson", "EPSG:4326"), ("gpkg", "EPSG:9210"), ("shp", "EPSG:9210")):
        body = b"".join(giving.export(ZONES, SYSTEM, listing.Asked(), format_, system=system).chunks)
        path = tmp_path / f"out.{format_}"
        if format_ == "shp":
            zipfile.ZipFile(io.BytesIO(body)).extractall(tmp_path / "out")
            path = tmp_path / "out" / "zones.shp"
            assert (tmp_path / "out" / "zones.cpg").read_text() == "UTF-8"
        else:
            path.write_bytes(body)
        meta, _fids, wkb, held = pyogrio.raw.read(path)
        assert meta["crs"] == system
        shapes = geometry.to_wgs84(shapely.from_wkb(wkb), system)
        areas_agree(list(shapes), list(held[list(meta["fields"]).index("code")]))
    assert Zone.objects.count() == 56
