"""Invented ground: a site that passed every gate, with a restriction; a dump on its way; half-known craft villages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import shapely
from django.db import transaction
from django.utils import timezone

from nonnuoc.demo.registers import making
from nonnuoc.demo.registers.making import SOURCE
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.land import craft, evidencing, staging
from nonnuoc.records.registers.land.declared import CRAFT_VILLAGES, DEGRADED, DUMPS, MINES, SITES, SOIL_POINTS
from nonnuoc.records.registers.land.models import Evidence

PUBLIC = {"data_class": DataClass.PUBLIC}
CLOSED_SITE = "mp-kho-thuoc-cu"
LABORATORY = "Phòng thử nghiệm mô phỏng"
Paper = Evidence.Paper


@transaction.atomic
def load() -> None:
    """Register what is not there yet, each with its story."""
    for tell in (_site, _dump, _villages, _point, _others):
        tell()


def _site() -> None:
    corners = ((106.2702, 22.6322), (106.2712, 22.6325), (106.2715, 22.6315), (106.2705, 22.6311))
    facts = {"name": "Kho thuốc bảo vệ thực vật cũ (mô phỏng)", "kind": "pesticide", "pollutants": "DDT, Lindane",
             "area_m2": 9800, "volume_m3": 1450, "risk": "high", "receptors": "khu dân cư cách 120 m, giếng đào",
             "land_class": "1", "task": SOURCE, "commune": "01288",
             "shape": geometry.to_wkb(shapely.Polygon(corners))}  # fmt: skip
    ground = making.made(SITES, CLOSED_SITE, PUBLIC | facts)
    if ground is None:
        return
    _results(ground, "survey", _day(700), "01/KQ-MP", ("DDTs", 6.4), ("Lindane", 1.9), ("As", 12.0))
    _through(ground, Paper.SURVEY_REPORT, "12/BC-MP", _day(680))
    _through(ground, Paper.PLAN_DECISION, "34/QĐ-MP", _day(560))
    _through(ground, Paper.WORKS_ACCEPTANCE, "56/BB-MP", _day(240))
    _results(ground, "verification", _day(200), "78/KQ-MP", ("DDTs", 0.4), ("Lindane", 0.02), ("As", 11.0))
    text = "Không đào giếng, không trồng cây lương thực, thực phẩm (mô phỏng)"
    evidencing.restrict(ground, text=text, decision="90/QĐ-MP", since=_day(150), by=None)
    _through(ground, Paper.VERIFICATION_REPORT, "79/BC-MP", _day(160))


def _dump() -> None:
    facts = {"name": "Bãi rác đã ngừng tiếp nhận (mô phỏng)", "closed_on": _day(900), "covered": True, "trees": False,
             "leachate": "collected", "area_m2": 14500, "land_class": "2", "due": _day(-200), "task": SOURCE,
             "commune": "01447", "lon": 106.335, "lat": 22.79}  # fmt: skip
    ground = making.made(DUMPS, "mp-bai-rac-cu", PUBLIC | facts)
    if ground is None:
        return
    _results(ground, "survey", _day(120), "03/KQ-MP", ("Pb", 460.0), ("Cd", 3.2))
    _through(ground, Paper.SURVEY_REPORT, "14/BC-MP", _day(100))
    evidencing.add_milestone(ground, name="Trình phương án cải tạo, phục hồi (mô phỏng)", due=_day(-20), by=None)


def _villages() -> None:
    known = {"trade": "làm hương", "households": 64, "recognised": True, "recognised_by": "11/QĐ-MP",
             "plan_state": "submitted", "self_management": True, "screening": "existed", "commune": "01447",
             "lon": 106.32, "lat": 22.775}  # fmt: skip
    village = making.made(CRAFT_VILLAGES, "mp-lang-huong", PUBLIC | {"name": "Làng làm hương (mô phỏng)", **known})
    if village is not None:
        seen = "kiểm tra tại chỗ (mô phỏng)"
        answers = {"collection": ("yes", seen), "solid_waste": ("yes", seen), "noise": ("yes", "đo 62 dBA (mô phỏng)")}
        craft.answer(village, answers, on=_day(40), by=None)
    less = {"trade": "rèn", "screening": "existed", "commune": "01576", "plan_state": "none"}
    forge = making.made(CRAFT_VILLAGES, "mp-lang-ren", PUBLIC | {"name": "Làng rèn (mô phỏng)", **less})
    if forge is not None:
        craft.answer(forge, {"exhaust": ("no", "lò hở, chưa có chụp hút (mô phỏng)")}, on=_day(35), by=None)


def _point() -> None:
    facts = {"name": "Điểm đất lúa (mô phỏng)", "land_class": "1", "use": "lúa hai vụ", "programme": SOURCE,
             "commune": "01654", "lon": 106.185, "lat": 22.745}  # fmt: skip
    point = making.made(SOIL_POINTS, "mp-diem-dat-1", PUBLIC | facts)
    if point is not None:
        _results(point, "survey", _day(500), "21/KQ-MP", ("Cd", 0.9), ("Pb", 61.0))
        _results(point, "survey", _day(130), "22/KQ-MP", ("Cd", 1.1), ("Pb", 64.0))


def _others() -> None:
    mine = {"name": "Mỏ đá vôi (mô phỏng)", "mineral": "đá vôi", "state": "exhausted", "area_ha": 4.2,
            "deposit_million": 860, "deposited_million": 520, "commune": "01576"}  # fmt: skip
    making.made(MINES, "mp-mo-da-voi", PUBLIC | mine)
    land = {"name": "Sườn đồi xói mòn (mô phỏng)", "kind": "erosion", "state": "found", "area_ha": 11.0,
            "use": "nương rẫy", "found_on": _day(300), "commune": "01447"}  # fmt: skip
    making.made(DEGRADED, "mp-doi-xoi-mon", PUBLIC | land)


def _results(ground: Any, phase: str, sampled: date, report: str, *found: tuple[str, float]) -> None:
    shared = {"phase": phase, "sampled": sampled, "laboratory": LABORATORY, "report": report, "unit": "mg/kg",
              "place": "P1", "from_cm": 0, "to_cm": 30}  # fmt: skip
    rows = [shared | {"parameter": parameter, "value": value} for parameter, value in found]
    evidencing.add_results(ground, rows, by=None)


def _through(ground: Any, paper: str, number: str, on: date) -> None:
    """The document that was missing, and the step it allows."""
    evidencing.add_paper(ground, paper=paper, number=number, on=on, by=None)
    moment = timezone.make_aware(datetime.combine(on, time(9)))
    staging.advance(ground, reason=SOURCE, at=moment, by=None)


def _day(ago: int) -> date:
    return timezone.localdate() - timedelta(days=ago)
