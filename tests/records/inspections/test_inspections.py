"""An inspection from its plan to what the public reads of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import AuditEntry, Office, Role
from nonnuoc.records.inspections import deciding, planning, publishing, risk, selectors, visiting
from nonnuoc.records.inspections.models import Finding, Inspection, Publication
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import keeping
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db
K, F = Inspection.Kind, Finding.Kind


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def enterprise():
    return staff.office("miendong", Office.Kind.ENTERPRISE, commune=staff.commune())


@pytest.fixture
def facility(enterprise):
    values = {
        "code": "F1",
        "name": "Miến dong",
        "office": "miendong",
        "commune": "01273",
        "source": "test",
        "group": "I",
    }
    return keeping.create(FACILITIES, values, by=None)


@pytest.fixture
def people(enterprise, facility):
    """One of each kind who has to do with it."""
    department = staff.office("so")
    of = {name: staff.person(name) for name in ("Officer", "Second", "Leader", "Owner", "Other", "Commune")}
    staff.task(of["Officer"], department, Role.OFFICER)
    staff.task(of["Second"], department, Role.OFFICER)
    staff.task(of["Leader"], staff.office("ubnd", Office.Kind.PROVINCE), Role.LEADER)
    staff.task(of["Owner"], enterprise, Role.ENTERPRISE, facility="F1")
    other = staff.office("khac", Office.Kind.ENTERPRISE)
    staff.task(of["Other"], other, Role.ENTERPRISE, facility="F2")
    staff.task(of["Commune"], staff.office("xa", Office.Kind.COMMUNE), Role.COMMUNE_OFFICER)
    return of


def planned(facility, people, kind=K.UNANNOUNCED, **facts):
    given = {"reason": "Nước sông đổi màu", "scheduled": date(2026, 12, 1), "lead": people["Officer"], **facts}
    return planning.plan(facility, kind=kind, office=Office.objects.get(code="so"), by=people["Officer"], **given)


def concluded(facility, people):
    one = visiting.begin(planned(facility, people), by=people["Officer"])
    found = visiting.find(
        one, kind=F.VIOLATION, text="Xả thải vượt 3 lần", basis="điều 4 giấy phép", by=people["Officer"]
    )
    return visiting.conclude(one, "Có vi phạm.", by=people["Officer"]), found


def seen(people):
    return {name for name, one in people.items() if selectors.visible(access.of(one)).exists()}


def test_the_inspected_and_their_commune_learn_of_an_unannounced_visit_only_when_it_begins(facility, people):
    one = planned(facility, people)
    assert seen(people) == {"Officer", "Second", "Leader"}
    assert selectors.one(one.code, access.of(people["Owner"])) is None
    assert not selectors.of_facility(facility.pk, access.of(people["Owner"]))

    with pytest.raises(ValidationError, match="not announced"):
        planning.announce(one, by=people["Officer"])
    visiting.begin(one, by=people["Officer"])
    assert seen(people) == {"Officer", "Second", "Leader", "Owner", "Commune"}
    assert not selectors.visible(access.ANYBODY).exists()


def test_an_announced_one_is_seen_from_then_on_by_the_inspected_alone_of_all_enterprises(facility, people):
    one = planned(facility, people, K.PERIODIC)
    assert "Owner" not in seen(people)
    planning.announce(one, by=people["Officer"])
    assert planning.announce(one, by=people["Officer"]).announced
    assert seen(people) == {"Officer", "Second", "Leader", "Owner", "Commune"}
    assert AuditEntry.objects.filter(action="inspection.announced").count() == 1


@pytest.mark.parametrize("who", ["Owner", "Other", "Commune", "Leader"])
def test_only_officers_plan_visit_and_decide(facility, people, who):
    one, found = concluded(facility, people)
    attempts = (
        lambda: planning.plan(facility, kind=K.AD_HOC, reason="x", lead=people[who], office=one.office, by=people[who]),
        lambda: planning.cancel(one, "vì", by=people[who]),
        lambda: visiting.find(one, kind=F.KEPT, text="tốt", by=people[who]),
        lambda: deciding.decide(
            one, kind="reminder", day=timezone.localdate(), issued_by="Sở", text="x", findings=[found], by=people[who]
        ),
        lambda: publishing.write(one, title="x", text="x", by=people[who]),
    )
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()


def test_planning_twice_for_a_day_is_one_inspection_and_carries_the_risk_of_that_day(facility, people):
    first, again = planned(facility, people), planned(facility, people)
    assert first == again
    assert first.code == f"KT-{timezone.localdate():%Y}-00001"
    assert first.score["total"] == sum(points for _key, _figure, points in first.score["parts"])
    assert planned(facility, people, scheduled=date(2026, 12, 2)).code.endswith("00002")


def test_findings_are_corrected_by_new_ones_and_the_old_stay(facility, people):
    one = visiting.begin(planned(facility, people), by=people["Officer"])
    with pytest.raises(ValidationError, match="violation"):
        visiting.find(one, kind=F.VIOLATION, text="không nêu điều", by=people["Officer"])
    old = visiting.find(one, kind=F.REMINDER, text="thiếu nhật ký", by=people["Officer"])
    assert visiting.find(one, kind=F.REMINDER, text="thiếu nhật ký", by=people["Officer"]) == old
    new = visiting.correct(old, kind=F.KEPT, text="đủ nhật ký", why="tìm thấy sổ thứ hai", by=people["Officer"])
    assert (new.number, new.replaces) == (old.number, old)
    with pytest.raises(ValidationError, match="newer one"):
        visiting.correct(old, kind=F.KEPT, text="x", why="y", by=people["Officer"])
    assert one.findings.count() == 2


def test_nothing_is_concluded_without_findings_nor_written_after(facility, people):
    one = visiting.begin(planned(facility, people), by=people["Officer"])
    with pytest.raises(ValidationError, match="looked at"):
        visiting.conclude(one, "xong", by=people["Officer"])
    visiting.find(one, kind=F.KEPT, text="bể lắng hoạt động", by=people["Officer"])
    visiting.conclude(one, "xong", by=people["Officer"])
    with pytest.raises(ValidationError, match="during the visit"):
        visiting.find(one, kind=F.KEPT, text="thêm", by=people["Officer"])
    with pytest.raises(ValidationError, match="before the visit"):
        planning.cancel(one, "nhầm", by=people["Officer"])


def test_evidence_is_what_its_bytes_are_and_kept_once(facility, people):
    one = visiting.begin(planned(facility, people), by=people["Officer"])
    with pytest.raises(ValidationError, match="photo"):
        visiting.attach(one, name="a.jpg", body=b"MZ\x90\x00\x03", by=people["Officer"])
    first = visiting.attach(one, name="../../ảnh.jpg", body=b"\xff\xd8\xff\xe0x", by=people["Officer"])
    assert (first.name, first.media_type) == ("ảnh.jpg", "image/jpeg")
    assert visiting.attach(one, name="b.jpg", body=b"\xff\xd8\xff\xe0x", by=people["Officer"]) == first


def test_a_decision_ends_only_when_everything_is_verified_and_the_fine_is_paid(facility, people):
    one, found = concluded(facility, people)
    today = timezone.localdate()
    facts = {"kind": "fine", "number": "12/QĐ-XPHC", "day": today, "issued_by": "UBND tỉnh", "text": "Phạt"}
    given = {**facts, "findings": [found], "amount_vnd": Decimal(90_000_000), "remedies": [("Xây bể", today)]}
    made = deciding.decide(one, **given, by=people["Officer"])
    assert deciding.decide(one, **given, by=people["Officer"]) == made
    remedy = made.remedies.get()

    deciding.report(remedy, "Đã xây xong", by=people["Owner"])
    with pytest.raises(PermissionDenied):
        deciding.report(remedy, "Đã xây xong", by=people["Other"])
    with pytest.raises(PermissionDenied):
        deciding.verify(remedy, "tự xem", by=people["Owner"])
    with pytest.raises(ValidationError, match="not been verified"):
        deciding.settle(made, "done", "xong", paid=today, by=people["Officer"])
    assert selectors.overdue(access.of(people["Owner"]), today + timedelta(days=1)).get() == remedy
    deciding.verify(remedy, "đến xem tại chỗ", by=people["Officer"])
    assert not selectors.overdue(access.of(people["Officer"]), today + timedelta(days=1)).exists()
    with pytest.raises(ValidationError, match="paid"):
        deciding.settle(made, "done", "xong", by=people["Officer"])
    assert deciding.settle(made, "done", "xong", paid=today, by=people["Officer"]).state == "done"


def test_a_decision_rests_on_findings_of_its_own_inspection_after_the_visit(facility, people):
    one, found = concluded(facility, people)
    other = visiting.begin(planned(facility, people, scheduled=date(2026, 12, 9)), by=people["Officer"])
    given = {"kind": "reminder", "issued_by": "Sở", "text": "x", "by": people["Officer"]}
    with pytest.raises(ValidationError, match="which findings"):
        deciding.decide(other, day=timezone.localdate(), findings=[found], **given)
    with pytest.raises(ValidationError, match="before the visit"):
        deciding.decide(one, day=date(2020, 1, 1), findings=[found], **given)


def test_nothing_is_published_before_the_facility_could_reply_or_by_who_wrote_it(facility, people):
    one, _found = concluded(facility, people)
    text = publishing.write(one, title="Kết luận", text="Xả thải vượt", by=people["Officer"])
    with pytest.raises(ValidationError, match="right to reply"):
        publishing.propose(text, by=people["Officer"])
    publishing.show(text, until=timezone.localdate(), by=people["Officer"])
    with pytest.raises(ValidationError, match="may still reply"):
        publishing.propose(text, by=people["Officer"])
    with pytest.raises(PermissionDenied):
        publishing.reply(text, "không phải chúng tôi", by=people["Other"])
    first = publishing.reply(text, "Chúng tôi đã sửa", by=people["Owner"])
    assert publishing.reply(text, "Chúng tôi đã sửa", by=people["Owner"]) == first
    publishing.propose(text, by=people["Second"])
    for who in ("Officer", "Second"):
        with pytest.raises(ValidationError, match="Somebody else"):
            publishing.approve(text, by=people[who])
    with pytest.raises(PermissionDenied):
        publishing.approve(text, by=people["Owner"])
    assert not selectors.published().exists()
    publishing.approve(text, by=people["Leader"])
    assert [reply.text for reply in selectors.published().get().replies.all()] == ["Chúng tôi đã sửa"]

    publishing.withdraw(text, "Toà huỷ quyết định", by=people["Leader"])
    assert not selectors.published().exists()
    assert selectors.publication(one.code).withdrawn_why == "Toà huỷ quyết định"


def test_a_reply_while_it_waits_for_approval_takes_it_back_to_who_proposed_it(facility, people):
    one, _found = concluded(facility, people)
    text = publishing.write(one, title="Kết luận", text="Xả thải vượt", by=people["Officer"])
    publishing.show(text, until=timezone.localdate(), by=people["Officer"])
    publishing.reply(text, "một", by=people["Owner"])
    publishing.propose(text, by=people["Officer"])
    publishing.reply(text, "hai", by=people["Owner"])
    with pytest.raises(ValidationError, match="cannot be done"):
        publishing.approve(text, by=people["Leader"])
    changed = publishing.write(one, title="Kết luận", text="Đã khắc phục", by=people["Officer"])
    assert changed.state == Publication.State.DRAFT


def test_the_score_adds_up_what_is_known_and_says_what_is_not(facility, people):
    calm = keeping.create(
        FACILITIES, {"code": "F2", "name": "Kho", "source": "test", "group": "IV", "polluting_type": False}, by=None
    )
    concluded(facility, people)
    first, second = risk.scored([calm, facility], timezone.now())
    assert [first.facility.code, second.facility.code] == ["F1", "F2"]
    parts = {part.key: (part.figure, part.points) for part in first.parts}
    assert parts["group"] == (3.0, 20.0)
    assert parts["violations"] == (1.0, 8.0)
    assert parts["months_since"][1] == 0.0
    assert parts["polluting_type"] == (None, 5.0)
    assert {part.key: part.points for part in second.parts}["months_since"] == 20.0
    assert first.total <= risk.most()


def test_only_facilities_within_reach_are_ranked_and_in_as_many_queries(
    facility, people, django_assert_max_num_queries
):
    for number in range(2, 6):
        keeping.create(FACILITIES, {"code": f"F{number}", "name": "Kho", "source": "test"}, by=None)
    rights = access.of(people["Officer"])
    with django_assert_max_num_queries(8):
        assert len(risk.ranked(rights)) == 5
    assert risk.ranked(access.of(people["Owner"])) == []
