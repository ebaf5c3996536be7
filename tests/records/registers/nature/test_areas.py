"""What the plan names is there and unknown stays unknown; a decided boundary becomes a version of its area."""

from __future__ import annotations

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.utils import translation

from nonnuoc.records.accounts import access
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.nature.areas import AREAS, CASES, PARTS, PRESSURES
from nonnuoc.records.registers.nature.declared import REGISTERS
from nonnuoc.records.registers.nature.models import Part, ProtectedArea
from nonnuoc.records.registers.nature.species import SPECIES, STATUSES
from nonnuoc.records.registers.pattern import keeping, seeding
from nonnuoc.records.registers.pattern.models import Revision
from tests.records.registers.nature import wild

pytestmark = pytest.mark.django_db


def test_what_the_plan_names_is_there_and_no_more():
    assert seeding.load(REGISTERS, "cao_bang") == 11 + 10 + 1
    assert seeding.load(REGISTERS, "cao_bang") == 0
    assert Part.objects.filter(kind="core").count() == 8
    for area in ProtectedArea.objects.all():
        assert (area.lon, area.area_ha, area.board, area.decided) == (None, None, "", None)
        assert "Kế hoạch" in area.source and "mục 1." in area.source
    assert set(ProtectedArea.objects.filter(state="planned").values_list("code", flat=True)) == {
        "cb-nguyen-binh-ba-be",
        "cb-non-nuoc-canh-quan",
    }


def test_an_approved_case_is_a_version_of_its_area_that_names_it():
    facts = {"source": "test", "data_class": "public"}
    keeping.create(AREAS, {"code": "park", "name": "Vườn", "kind": "park", "area_ha": 100, **facts}, by=None)
    told = {"code": "case", "name": "Điều chỉnh", "area": "park", "state": "submitted", "after_ha": 120.5, **facts}
    keeping.create(CASES, told, by=None)
    with pytest.raises(ValidationError, match="quyết định"):
        keeping.change(CASES, "case", {"state": "approved"}, by=None)
    shape = geometry.to_wkb(shapely.box(106, 22, 106.1, 22.1))
    decided = {"state": "approved", "decision": "QĐ 1", "decided": "2026-11-01"}
    keeping.change(CASES, "case", {**decided, "shape": shape, "position_source": "QĐ 1"}, by=None)
    area = ProtectedArea.objects.get()
    assert (area.area_ha, bytes(area.shape), area.position_source) == (120.5, shape, "QĐ 1")
    versions = Revision.objects.filter(register=AREAS.key, entry_id=area.pk)
    assert [(one.version, one.values["area_ha"], one.reason) for one in versions] == [
        (1, 100.0, ""),
        (2, 120.5, "case: QĐ 1"),
    ]
    keeping.change(CASES, "case", {"note": "written again"}, by=None)
    assert ProtectedArea.objects.get().version == 2


def test_the_page_of_an_area_shows_what_one_may_read():
    facts = {"source": "test", "data_class": "public"}
    area = keeping.create(AREAS, {"code": "park", "name": "Vườn", "kind": "park", **facts}, by=None)
    keeping.create(PARTS, {"code": "core", "name": "Lõi", "area": "park", "kind": "core", **facts}, by=None)
    pressure = {"code": "p", "name": "Bẫy", "area": "park", "kind": "hunting", "day": "2026-01-01", "source": "test"}
    keeping.create(PRESSURES, pressure, by=None)
    seen = [[len(table.rows) for table in AREAS.linked(area, rights)] for rights in (access.ANYBODY, access.SYSTEM)]
    assert seen == [[1, 0, 0], [1, 0, 1]]
    assert len(AREAS.remarks(area, access.ANYBODY)) == 1  # its boundary is unknown


def test_a_status_is_what_somebody_read_and_its_absence_says_nothing():
    kind = wild.species("Onis simulata", "open")
    (lists, _found, _synonyms) = SPECIES.linked(kind, access.ANYBODY)
    assert lists.rows == []
    with translation.override("en"):
        assert str(lists.empty).startswith("Unknown")
    told = {"species": kind.code, "scheme": "forest", "category": "IB", "document": "Danh mục X", "source": "tr. 5"}
    status = keeping.create(STATUSES, {**told, "data_class": "public"}, by=None)
    assert status.name == "Onis simulata, Danh mục X, IB"
    assert len(SPECIES.linked(kind, access.ANYBODY)[0].rows) == 1
    assert len(SPECIES.remarks(kind, access.ANYBODY)) == 1  # on a list, and shown exactly
