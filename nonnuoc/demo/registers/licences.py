"""Invented papers: a licence whose limits the cluster's station sometimes passes, one it replaced, one that ends soon,
reports that are late, in time, waiting and excused, and three abstractions of water."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from nonnuoc.demo.registers import making
from nonnuoc.demo.registers.facilities import CLUSTER, CLUSTER_OUTFALL
from nonnuoc.demo.registers.making import SOURCE
from nonnuoc.records.accounts import selectors as accounts
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.licences import reporting, writing
from nonnuoc.records.registers.licences.declared import ABSTRACTIONS, DOSSIERS
from nonnuoc.records.registers.licences.models import Dossier, Obligation
from nonnuoc.records.registers.licences.writing import Asked, Bound
from nonnuoc.records.registers.pattern import keeping, reading

LICENCE = "mp-gpmt-cum"
ON_THE_RIVER, LEVEL_STATION = "mp-khai-thac-bang-giang", "CBMP08"
ISSUER = "UBND tỉnh (mô phỏng)"
#: What the station of the cluster sends passes the first two on some days (demo/series.py).
LIMITS = (
    ("COD", None, 75.0, "mg/L"),
    ("TSS", None, 50.0, "mg/L"),
    ("N-NH4", None, 6.0, "mg/L"),
    ("pH", 6.0, 9.0, "-"),
)
BEFORE = (("COD", None, 90.0, "mg/L"), ("pH", 5.5, 9.0, "-"))
CONDITIONS = (
    Asked("monitoring", "Quan trắc nước thải định kỳ tại cửa xả (mô phỏng)", "Phụ lục 2", CLUSTER_OUTFALL,
          ("COD", "TSS", "N-NH4"), every_months=3, lag_days=15),
    Asked("report", "Báo cáo lưu lượng xả thải (mô phỏng)", "Điều 4", every_months=1, lag_days=10),
    Asked("automatic", "Truyền số liệu quan trắc tự động, liên tục (mô phỏng)", "Phụ lục 2", CLUSTER_OUTFALL),
)  # fmt: skip


@transaction.atomic
def load() -> None:
    """Register what is not there yet, each with its story."""
    known = {one.code: one for one in reading.readable(FACILITIES, SYSTEM).filter(simulated=True)}
    if CLUSTER in known and LICENCE not in reading.codes(DOSSIERS):
        _cluster(known[CLUSTER])
    _others(known)
    _abstractions(known)


def _cluster(cluster: Facility) -> None:
    eia = {"kind": "eia", "number": "120/QĐ-MP", "issued": _day(1500), "valid_from": _day(1500), "group": "II"}
    _paper(cluster, "mp-dtm-cum", "Quyết định ĐTM của cụm (mô phỏng)", eia)
    old = {"kind": "licence", "number": "07/GPMT-MP", "issued": _day(1110), "valid_from": _day(1100), "group": "II"}
    before = _paper(cluster, "mp-gpmt-cum-cu", "Giấy phép môi trường cũ của cụm (mô phỏng)", old)
    now = {
        "kind": "licence",
        "number": "21/GPMT-MP",
        "issued": _day(250),
        "valid_from": _day(240),
        "valid_until": _day(-2310),
        "followed_from": _day(200),
        "group": "II",
        "replaces": before and before.code,
        "scope": "Vận hành trạm xử lý nước thải tập trung 1.500 m³/ngày (mô phỏng)",
    }
    licence = _paper(cluster, LICENCE, "Giấy phép môi trường của cụm (mô phỏng)", now)
    if before is None or licence is None or not cluster.outfalls.filter(code=CLUSTER_OUTFALL).exists():
        return
    for paper, bounds in ((before, BEFORE), (licence, LIMITS)):
        for code, lower, upper, unit in bounds:
            bound = Bound(CLUSTER_OUTFALL, code, unit, lower, upper, article="Phụ lục 1")
            writing.limit(paper.code, bound, by=None)
    works = Asked("works", "Lắp van khẩn cấp tại hồ sự cố (mô phỏng)", "Điều 5", due=_day(-20))
    for asked in (*CONDITIONS, works):
        writing.condition(LICENCE, asked, by=None)
    _lived(licence)


def _lived(licence: Dossier) -> None:
    """What became of the obligations so far: done, done late, reported, excused, and the newest that is due missed."""
    enterprise = accounts.person_by_email("doanhnghiep@nonnuoc.example")
    officer = accounts.person_by_email("canbo@nonnuoc.example")
    today = timezone.localdate()
    past = list(licence.obligations.filter(due__lt=today, settled=Obligation.Settled.OPEN).order_by("due"))
    missed = next((one for one in reversed(past) if one.kind == Obligation.Kind.MONITORING), None)
    waiting = next((one for one in reversed(past) if one.kind == Obligation.Kind.REPORT), None)
    for place, one in enumerate(past):
        if one == missed:
            continue
        if place == 0:
            reporting.excuse(one.pk, reason="Giấy phép mới có hiệu lực giữa kỳ (mô phỏng)", by=officer)
            continue
        done = one.due + timedelta(days=4 if place % 3 == 0 else -3)
        said = _report(one, done, enterprise)
        if one != waiting:
            reporting.decide(said, accept=True, by=officer)


def _report(one: Obligation, done: date, by: Person | None) -> int:
    note = "Công văn gửi kèm phiếu kết quả (mô phỏng)"
    return reporting.report(one.pk, done_on=min(done, timezone.localdate()), note=note, by=by).pk


def _others(known: dict[str, Facility]) -> None:
    papers: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("mp-giet-mo-nung-tri-cao", "mp-dkmt-giet-mo", "Đăng ký môi trường cơ sở giết mổ (mô phỏng)",
         {"kind": "registration", "number": "15/ĐKMT-MP", "issued": _day(500), "valid_from": _day(500),
          "group": "III"}),
        ("mp-benh-vien-tinh", "mp-gpmt-benh-vien", "Giấy phép môi trường bệnh viện (mô phỏng)",
         {"kind": "licence", "number": "03/GPMT-MP", "issued": _day(2540), "valid_from": _day(2530),
          "valid_until": _day(-26), "followed_from": _day(300), "group": "II"}),
        ("mp-che-bien-go-tra-linh", "mp-mien-go", "Miễn đăng ký môi trường xưởng gỗ (mô phỏng)",
         {"kind": "exemption", "valid_from": _day(120), "group": "IV",
          "exempt_because": "Nước thải dưới 5 m³/ngày, chất thải rắn dưới 300 kg/ngày (mô phỏng)"}),
        ("mp-gach-tan-giang", "mp-gpmt-gach", "Giấy phép môi trường nhà máy gạch (mô phỏng)",
         {"kind": "licence", "stage": "preparing", "group": "II"}),
    )  # fmt: skip
    for facility, code, name, facts in papers:
        if facility in known:
            _paper(known[facility], code, name, facts)


def _abstractions(known: dict[str, Facility]) -> None:
    facts: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        (CLUSTER, ON_THE_RIVER, "Khai thác nước sông Bằng Giang cho cụm (mô phỏng)",
         {"kind": "surface", "allowed_m3_day": 900, "minimum_flow_m3_s": 3.5, "lowest_level_m": 1.1,
          "minimum_source": "Giấy phép 05/GPKT-MP", "purpose": "làm mát, vệ sinh", "lon": 106.262, "lat": 22.688}),
        ("mp-benh-vien-tinh", "mp-gieng-benh-vien", "Giếng khoan bệnh viện (mô phỏng)",
         {"kind": "ground", "allowed_m3_day": 120, "wells": 2, "aquifer": "đá vôi cactơ",
          "lowest_level_m": 14.0, "minimum_source": "Giấy phép 11/GPKT-MP"}),
        ("mp-giet-mo-nung-tri-cao", "mp-gieng-giet-mo", "Giếng cơ sở giết mổ (mô phỏng)",
         {"kind": "ground", "allowed_m3_day": 40, "wells": 1}),
    )  # fmt: skip
    for facility, code, name, values in facts:
        if facility in known:
            making.made(ABSTRACTIONS, code, {"name": name, "facility": known[facility], **values})
    river = reading.one(ABSTRACTIONS, ON_THE_RIVER, SYSTEM)
    if river is not None and river.station is None and monitoring.station(LEVEL_STATION) is not None:
        keeping.change(ABSTRACTIONS, ON_THE_RIVER, {"station": LEVEL_STATION}, by=None, reason=SOURCE)


def _paper(facility: Facility, code: str, name: str, facts: dict[str, Any]) -> Dossier | None:
    issued = {"issuer": ISSUER} if "number" in facts else {}
    made: Dossier | None = making.made(DOSSIERS, code, {"name": name, "facility": facility, **issued, **facts})
    return made


def _day(ago: int) -> date:
    return timezone.localdate() - timedelta(days=ago)
