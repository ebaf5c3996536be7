"""Invented inspections: one that nobody was told of yet, one under way, one concluded with its publication."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from nonnuoc.demo.registers.facilities import CLUSTER
from nonnuoc.records.accounts import selectors as accounts
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.inspections import deciding, planning, publishing, selectors, visiting
from nonnuoc.records.inspections.models import Finding, Inspection
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern import reading

KIND = Inspection.Kind


def load() -> None:
    """Plan, visit, conclude and publish, where there is no invented inspection yet."""
    officer = accounts.person_by_email("canbo@nonnuoc.example")
    leader = accounts.person_by_email("lanhdao@nonnuoc.example")
    cluster = reading.one(FACILITIES, CLUSTER, SYSTEM)
    if officer is None or leader is None or cluster is None or selectors.of_facility(cluster.pk, SYSTEM).exists():
        return
    others = [one for one in reading.readable(FACILITIES, SYSTEM).filter(simulated=True) if one.pk != cluster.pk]
    today = timezone.localdate()
    for facility, kind, ahead in zip(others, (KIND.PERIODIC, KIND.UNANNOUNCED), (20, 6), strict=False):
        _planned(facility, kind, officer, scheduled=today + timedelta(days=ahead))
    _concluded(cluster, officer, leader)


def _planned(facility: Facility, kind: str, officer: Person, **facts: object) -> Inspection:
    return planning.plan(
        facility,
        kind=kind,
        reason="Kế hoạch kiểm tra năm (mô phỏng)",
        lead=officer,
        by=officer,
        simulated=True,
        **facts,  # type: ignore[arg-type]
    )


def _concluded(facility: Facility, officer: Person, leader: Person) -> None:
    """Visited two months ago: a reminder, an order whose day has passed, and a text that everybody can read."""
    then = timezone.now() - timedelta(days=62)
    one = _planned(facility, KIND.AD_HOC, officer, scheduled=timezone.localdate(then))
    visiting.begin(one, by=officer, at=then)
    visiting.find(
        one, kind=Finding.Kind.KEPT, text="Trạm quan trắc tự động hoạt động, có nhật ký hiệu chuẩn.", by=officer
    )
    found = visiting.find(
        one,
        kind=Finding.Kind.VIOLATION,
        text="Hồ sự cố không đủ dung tích theo thiết kế.",
        basis="Điều kiện 3 của giấy phép (mô phỏng)",
        by=officer,
    )
    visiting.conclude(one, "Cơ sở phải hoàn thiện hồ sự cố; các nội dung khác đúng quy định.", by=officer, at=then)
    day = timezone.localdate(then) + timedelta(days=7)
    made = deciding.decide(
        one,
        kind="order",
        number="12/QĐ-MP",
        day=day,
        issued_by="Sở Nông nghiệp và Môi trường (mô phỏng)",
        text="Buộc hoàn thiện hồ sự cố.",
        findings=[found],
        remedies=[("Mở rộng hồ sự cố đủ dung tích thiết kế", day + timedelta(days=45))],
        by=officer,
    )
    deciding.report(made.remedies.get(), "Đã đào xong, đang lót đáy.", by=None)
    text = publishing.write(
        one,
        title="Kết luận kiểm tra cụm công nghiệp (mô phỏng)",
        text="Trạm quan trắc tự động hoạt động. Hồ sự cố chưa đủ dung tích; cơ sở phải hoàn thiện.",
        text_en="The automatic station works. The emergency pond is too small; the facility has to enlarge it.",
        by=officer,
    )
    publishing.show(text, until=timezone.localdate(), by=officer)
    publishing.reply(text, "Chúng tôi đang hoàn thiện hồ và sẽ báo cáo khi xong.", by=None)
    publishing.propose(text, by=officer)
    publishing.approve(text, by=leader)
