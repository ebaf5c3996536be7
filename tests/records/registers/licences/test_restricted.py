"""On restricted ground a paper is kept only by a decision, of somebody who may decide that."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from shapely import box

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.rights import RIGHTS
from nonnuoc.records.registers.land import evidencing
from nonnuoc.records.registers.land.declared import SITES
from nonnuoc.records.registers.licences import page
from nonnuoc.records.registers.licences.declared import DOSSIERS
from nonnuoc.records.registers.licences.models import Dossier
from nonnuoc.records.registers.pattern import keeping
from tests.records.registers.licences import papers

pytestmark = pytest.mark.django_db
INSIDE = {"lon": 106.25, "lat": 22.66, "position_source": "test"}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def ground():
    """Ten hectares by the town on which nobody may build."""
    site = keeping.create(SITES, {"code": "ton-luu", "name": "Kho thuốc cũ", "source": "t"}, by=None)
    shape = box(106.24, 22.65, 106.26, 22.67)
    facts = {"text": "Không xây dựng", "decision": "15/QĐ-UBND", "since": date(2025, 6, 1)}
    evidencing.restrict(site, shape=shape, by=None, **facts)
    return site


def remarks(dossier):
    return " ".join(str(one) for one in page.remarks(dossier, access.SYSTEM))


def test_refused_with_what_and_where_and_how_to_go_on(ground):
    with pytest.raises(ValidationError) as refused:
        papers.paper(papers.facility(**INSIDE))
    (said,) = refused.value.message_dict["ground_decision"]
    for part in ("Không xây dựng", "Kho thuốc cũ", "15/QĐ-UBND", "01/06/2025", "number of that decision"):
        assert part in said
    assert not Dossier.objects.exists()


@pytest.mark.usefixtures("ground")
def test_kept_beside_it_and_where_it_allows_nothing():
    papers.paper(papers.facility(lon=106.27, lat=22.66, position_source="test"))
    papers.paper(papers.facility(**INSIDE), kind="exemption", exempt_because="Dưới ngưỡng")
    nowhere = papers.paper(papers.facility())
    assert "cannot be told" in remarks(nowhere)


@pytest.mark.usefixtures("ground")
def test_a_decision_lets_it_stand_and_is_shown(monkeypatch):
    override = {"ground_decision": "88/QĐ-UBND", "ground_reason": "Đã xử lý lớp đất mặt"}
    officer, where = papers.person("officer"), papers.facility(**INSIDE)
    with pytest.raises(ValidationError, match="needs its reason"):
        papers.paper(where, ground_decision="88/QĐ-UBND")
    kept = papers.paper(where, **override)
    assert "88/QĐ-UBND: Đã xử lý lớp đất mặt" in remarks(kept)
    few = {action: extent for action, extent in RIGHTS["officer"].items() if action != "sites.gate"}
    monkeypatch.setitem(RIGHTS, "officer", few)
    with pytest.raises(PermissionDenied):
        keeping.change(DOSSIERS, kept.code, {"number": "7"}, by=officer, reason="t")
