"""What nobody may do late or twice, and what each reader of the same page may know of."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from nonnuoc.look.plans import known
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import DataClass, Role
from nonnuoc.records.outbox.models import Message
from nonnuoc.records.plans import published
from nonnuoc.records.plans.board import finding
from nonnuoc.records.plans.models import Answer, Assignment, Evidence, Form, Mark, Passage, Report, Value
from nonnuoc.records.plans.reports import issuing, making, selectors
from nonnuoc.records.plans.rounds import deciding, entering, fields, filling, opening, prefilling
from nonnuoc.records.plans.targets import keeping as targets
from nonnuoc.records.plans.targets import reading
from nonnuoc.records.plans.tasks import assigning, evidencing, keeping, wording
from tests import factories
from tests.records.accounts import staff
from tests.records.plans import made
from tests.records.plans.rounds.test_rounds import World, saved, submitted, whole

pytestmark = pytest.mark.django_db
NOW, TODAY = made.NOW, made.TODAY


@pytest.fixture
def world() -> World:
    return World()


# ---------------------------------------------------------------- too late, or twice


def test_what_is_approved_or_closed_is_no_longer_the_units_to_change(world):
    round_ = world.opened()
    form = submitted(world.form(round_, world.here), world.commune)
    deciding.approve(form, by=world.officer, at=NOW)
    same = whole(form)
    for given in ({}, same):
        with pytest.raises(ValidationError):
            filling.submit(form, given, version=2, token=uuid4(), by=world.commune, at=NOW)
    assert world.form(round_, world.here).state == Form.State.APPROVED

    other = submitted(world.form(round_, world.there), world.other)
    opening.call_off(round_, "Hoãn", by=world.officer, at=NOW)
    with pytest.raises(ValidationError):
        filling.take_back(other, by=world.other, at=NOW)
    assert world.form(round_, world.there).state == Form.State.SUBMITTED


def test_paper_that_is_taken_back_came_neither_on_paper_nor_in_time(world):
    form = world.form(world.opened(), world.here)
    facts = {"way": "paper", "received": TODAY, "version": 1, "token": uuid4(), "by": world.officer, "at": NOW}
    entering.enter(form, whole(form), **facts)
    filling.take_back(form, by=world.commune, at=NOW)
    now = submitted(form, world.commune, at=NOW + timedelta(days=30))
    assert (now.way, now.received, timezone.localdate(now.first_submitted)) == (
        "here",
        None,
        TODAY + timedelta(days=30),
    )


def test_a_task_taken_out_meanwhile_needs_no_answer_and_more_can_still_be_asked(world):
    round_ = world.opened(offices=[world.here])
    keeping.withdraw(world.second, reason="KH 12", by=world.officer, at=NOW)
    form = world.form(round_, world.here)
    helps = next(one for one in form.answers.all() if one.task_id == world.first.pk)
    given = {fields.name(helps, "state"): "under_way", fields.name(helps, "result"): "Làm"}
    filling.submit(form, given, version=1, token=uuid4(), by=world.commune, at=NOW)
    opening.extend(round_, offices=[world.there], by=world.officer, at=NOW)
    assert round_.forms.count() == 2


def test_what_an_office_told_after_it_reported_stays_when_that_is_approved(world, queries):
    round_ = world.opened()
    form = submitted(world.form(round_, world.here), world.commune)
    part = Assignment.objects.get(task=world.second, office=world.here)
    later = NOW + timedelta(days=2)
    assigning.tell(part, state="done", by=world.commune, at=later)
    deciding.approve(form, by=world.officer, at=later)
    part.refresh_from_db()
    assert (part.state, Assignment.objects.get(task=world.first, office=world.here).state) == ("done", "under_way")


def test_approving_costs_one_query_for_each_part_it_tells(world, queries):
    round_ = world.opened()
    few = submitted(world.form(round_, world.there), world.other)  # one task
    many = submitted(world.form(round_, world.here), world.commune)  # two
    first = queries(lambda: deciding.approve(few, by=world.officer, at=NOW))
    assert queries(lambda: deciding.approve(many, by=world.officer, at=NOW)) <= first + 1
    assert deciding.approve_all([many, few], by=world.officer, at=NOW) == 2


def test_one_sign_from_a_printer_does_not_stop_the_report_of_the_province(world):
    form = world.form(world.opened(), world.here)
    (first, *_rest) = form.answers.all()
    saved(form, {fields.name(first, "result"): "Đã làm\x0bxong\x01\x1f"}, world.commune)
    assert form.answers.get(pk=first.pk).result == "Đã làm\nxong"
    Form.objects.filter(round=form.round).update(state="submitted", submitted=NOW, first_submitted=NOW)
    Answer.objects.filter(pk=first.pk).update(state="under_way", result="Cũ\x01 hơn", difficulty="\x02")
    report = _drafted(form.round, world)
    assert (report.state, report.why) == (Report.State.DRAFT, "")


def _drafted(round_, world) -> Report:
    report = making.ask(round_, by=world.officer, at=timezone.now())
    making.make(report.uuid)
    report.refresh_from_db()
    return report


def test_issued_nobody_is_asked_any_more_but_what_was_approved_is_told(world):
    round_ = world.opened()
    form = submitted(world.form(round_, world.here), world.commune)
    asked = Message.objects.filter(topic="plan.asked")
    asked.update(state=Message.State.QUEUED)
    deciding.approve(form, by=world.officer, at=NOW)
    Message.objects.filter(topic="plan.approved").update(state=Message.State.QUEUED)
    report = _drafted(round_, world)
    issuing.issue(report, "1/BC", by=world.officer, at=timezone.now())
    assert set(asked.values_list("state", flat=True)) == {Message.State.DROPPED}
    assert set(Message.objects.filter(topic="plan.approved").values_list("state", flat=True)) == {Message.State.QUEUED}


def test_a_report_lacks_what_was_sent_or_taken_back_while_it_was_made(world):
    round_ = world.opened()
    submitted(world.form(round_, world.here), world.commune)
    report = _drafted(round_, world)
    assert not selectors.sent_since(report).exists()
    slow = world.form(round_, world.there)  # began before the draft, and was kept after it
    long_ago = {"submitted": NOW - timedelta(days=1), "first_submitted": NOW - timedelta(days=1)}
    Form.objects.filter(pk=slow.pk).update(state="submitted", **long_ago)
    assert [one.office for one in selectors.sent_since(report)] == [world.there]
    filling.take_back(world.form(round_, world.here), by=world.commune, at=NOW)
    assert {one.office for one in selectors.sent_since(report)} == {world.here, world.there}


# ---------------------------------------------------------------- who may know of what


def test_who_is_bound_to_a_commune_neither_writes_the_plan_nor_reads_every_form(world):
    round_ = world.opened()
    bound = made.worker("Hep", made.office("so-thu"), Role.REVIEWER)
    staff.task(bound, world.department, Role.OFFICER, staff.commune("01273"), since=made.SINCE)
    rights = access.of(bound)
    assert not selectors.readable(round_, rights).exists()
    target = made.target(world.plan)
    part = Assignment.objects.get(task=world.first, office=world.department)
    with pytest.raises(PermissionDenied):
        targets.change(target, version=1, by=bound, at=NOW, title="Khác")
    with pytest.raises(PermissionDenied):
        assigning.tell(part, state="done", by=bound, at=NOW)


def test_in_a_form_evidence_is_named_to_who_may_know_of_it(world):
    for data_class in DataClass.values:
        title = f"Biên bản {data_class}"
        Evidence.objects.create(
            task=world.second, office=world.here, kind="document", title=title, reference=title, at=NOW,
            data_class=data_class,
        )  # fmt: skip
    facts = prefilling.known([world.second], [world.here], begins=TODAY.replace(month=1), on=TODAY)
    told = facts[world.second.pk, world.here.pk]
    ids = known.evidence([told])
    assert len(ids) == 3

    def words(person) -> str:
        return " ".join(one.words for one in known.sentences(told, evidencing.seen(ids, access.of(person))))

    assert ("restricted" in words(world.officer), "internal" in words(world.commune)) == (True, True)
    assert "restricted" not in words(world.commune)


def test_a_public_task_that_waits_for_a_hidden_one_still_says_why():
    plan = made.plan()
    hidden = made.task(plan, "I.1", time="unread", public=False)
    made.task(plan, "I.2", time="unread")
    waiting = published.task(plan, "I.2", TODAY)
    made.needs(waiting.task, hidden)
    shown = published.task(plan, "I.2", TODAY).standing
    with translation.override("en"):
        assert next(wording.reason(one) for one in shown.reasons) == "waits for another task of the plan"
    assert "I.1" not in str(shown.reasons)


def test_sentences_that_lead_only_to_hidden_tasks_are_found_on_the_desk_alone(world):
    text = made.edition(world.plan)
    secret = made.task(world.plan, "IV.1", public=False)
    for order, (anchor, tasks) in enumerate(
        (("II.1", [secret]), ("II.2", [secret, world.first]), ("II.3", [])), start=1
    ):
        Passage.objects.create(edition=text, order=order, kind="sentence", anchor=anchor, text="Bảo vệ biên giới.")
        for one in tasks:
            Mark.objects.create(plan=world.plan, anchor=anchor, kind="duty", task=one, at=NOW)

    def anchors(rights) -> list[str]:
        groups = finding.found("biên giới", rights, kinds=(finding.PASSAGE,), limit=9)
        return [hit.code for group in groups for hit in group.hits]

    assert anchors(access.ANYBODY) == ["II.2", "II.3"]
    assert anchors(access.of(world.officer)) == ["II.1", "II.2", "II.3"]


def test_names_of_entries_and_of_what_was_counted_are_for_who_may_read_them(world):
    for code, data_class in (("KK01", "public"), ("KK02", "restricted")):
        station = factories.station(code)
        station.data_class = data_class
        station.save()
    counted = [
        {"name": f"Trạm {code}", "register": "station", "code": code, "counts": True} for code in ("KK01", "KK02")
    ]
    facts = {"counted": counted, "counted_count": 2, "missing": ["Cơ sở bí mật"], "missing_count": 1}
    value = Value.objects.create(
        target=made.target(world.plan), day=TODAY, kind="measured", quality="complete", value=2.0, at=NOW, facts=facts
    )
    unit = reading.followed(value, access.of(world.commune))
    assert ([one["code"] for one in unit.counted], unit.counted_count, unit.missing, unit.missing_count) == (
        ["KK01"], 2, [], 1,
    )  # fmt: skip
    whole_ = reading.followed(value, access.of(world.officer))
    assert ([one["code"] for one in whole_.counted], whole_.missing) == (["KK01", "KK02"], ["Cơ sở bí mật"])


def test_a_code_that_could_not_stand_in_an_address_is_refused(world):
    given = {"title": "Việc", "time_text": "Quý IV năm 2027", "lead_text": "Sở", "added_by": "QĐ 1"}
    for code in ("III/1", "a b", "..", "x?y"):
        with pytest.raises(ValidationError):
            keeping.create(world.plan, code=code, by=world.officer, at=NOW, **given)
        with pytest.raises(ValidationError):
            targets.create(world.plan, code, by=world.officer, at=NOW)
