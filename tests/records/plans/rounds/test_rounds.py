"""A round from its opening to its last reminder, with real rows."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import AuditEntry, Office, Role
from nonnuoc.records.outbox.models import Message
from nonnuoc.records.plans.models import Answer, Assignment, Blocker, Evidence, Form, Round, Saving, Value
from nonnuoc.records.plans.rounds import (
    deciding,
    entering,
    fields,
    filling,
    opening,
    prefilling,
    reminding,
    selectors,
)
from tests.records.plans import made

pytestmark = pytest.mark.django_db
LEAD, HELP = Assignment.Role.LEAD, Assignment.Role.HELP
NOW, TODAY = made.NOW, made.TODAY
OPENED = NOW - timedelta(days=30)


class World:
    """The department leads I.1 and II.1, a commune I.2 and helps with I.1; an idle department has no part."""

    def __init__(self) -> None:
        self.department, self.idle = made.office("so-thu"), made.office("so-khac")
        self.here = made.office("ubnd-01273", Office.Kind.COMMUNE)
        self.there = made.office("ubnd-01279", Office.Kind.COMMUNE)
        self.plan = made.plan(leading=self.department)
        self.first = made.task(self.plan, "I.1", lead=self.department)
        self.second = made.task(self.plan, "I.2", lead=self.here)
        self.third = made.task(self.plan, "II.1", lead=self.department)
        for office in (self.here, self.there):
            made.assignment(self.first, office, HELP)
        self.officer = made.officer("Can", self.department)
        self.commune = made.worker("Xa", self.here, Role.COMMUNE_OFFICER)
        self.other = made.worker("Khac", self.there, Role.COMMUNE_OFFICER)
        self.stranger = made.worker("La", self.idle, Role.REPORTER)

    def opened(self, **given: object) -> Round:
        facts = {
            "code": "2026",
            "kind": "yearly",
            "title": "Báo cáo năm 2026",
            "begins": date(2026, 1, 1),
            "ends": TODAY,
            "due": date(2026, 11, 30),
            "by": self.officer,
            "at": OPENED,
            "tasks": [self.first, self.second],
            "offices": [self.department, self.here, self.there, self.idle],
            **given,
        }
        return opening.open_(self.plan, **facts)

    def form(self, round_: Round, office: Office) -> Form:
        return filling.current(Form.objects.get(round=round_, office=office))


@pytest.fixture(scope="module")
def built(rolled_back: None) -> World:
    return World()


def whole(form: Form) -> dict[str, str]:
    """All that a form needs to be submitted."""
    found = {}
    for answer in selectors.answers(form):
        found |= {fields.name(answer, "state"): "under_way", fields.name(answer, "result"): f"Làm {answer.task.code}"}
    return found


def saved(form: Form, given: dict[str, str], by, version: int | None = None, token=None, at: datetime = NOW):
    version = Form.objects.get(pk=form.pk).version if version is None else version
    return filling.save(form, given, version=version, token=token or uuid4(), by=by, at=at)


def submitted(form: Form, by, at: datetime = NOW) -> Form:
    now = filling.current(form)
    return filling.submit(now, whole(now), version=now.version, token=uuid4(), by=by, at=at).form


def deeds() -> list[str]:
    return list(AuditEntry.objects.filter(action__startswith="plan-").order_by("id").values_list("action", flat=True))


# ---------------------------------------------------------------- opening


def test_each_unit_is_asked_about_its_own_parts_and_told(world):
    round_ = world.opened()
    asked = Answer.objects.filter(form__round=round_).values_list("form__office__code", "task__code", "role")
    assert set(asked) == {
        ("so-thu", "I.1", LEAD),
        ("ubnd-01273", "I.1", HELP),
        ("ubnd-01273", "I.2", LEAD),
        ("ubnd-01279", "I.1", HELP),
    }
    told = Message.objects.filter(topic="plan.asked").values_list("person__name", flat=True)
    assert sorted(told) == ["Can", "Khac", "Xa"]
    assert world.opened(title="Khác") == round_
    assert (Round.objects.count(), deeds(), Message.objects.count()) == (1, ["plan-round.opened"], 3)
    assert AuditEntry.objects.get(action="plan-round.opened").subject == "plan thu round 2026"


def test_what_cannot_be_asked_is_refused_whole(world):
    for given, field in (
        ({"due": date(2026, 10, 1)}, "due"),
        ({"ends": date(2025, 1, 1)}, "ends"),
        ({"offices": [world.idle]}, "offices"),
        ({"tasks": [made.task(made.plan("khac"))]}, "tasks"),
        ({"title": " "}, "title"),
    ):
        with pytest.raises(ValidationError) as refused:
            world.opened(**given)
        assert field in refused.value.message_dict
    with pytest.raises(PermissionDenied):
        world.opened(by=world.commune)
    assert not Round.objects.exists()


def test_units_and_tasks_are_added_later_and_what_is_there_stays(world):
    round_ = world.opened(offices=[world.here])
    submitted(world.form(round_, world.here), world.commune)
    opening.extend(round_, offices=[world.there], by=world.officer, at=NOW)
    assert world.form(round_, world.here).state == Form.State.SUBMITTED
    made.assignment(world.third, world.here, HELP)
    opening.extend(round_, tasks=[world.third], offices=[world.department], by=world.officer, at=NOW)
    opening.extend(round_, by=world.officer, at=NOW)
    assert Answer.objects.filter(form__round=round_).count() == 6
    assert world.form(round_, world.here).state == Form.State.RETURNED  # it is asked more
    assert deeds().count("plan-round.extended") == 2


def test_called_off_nobody_is_reminded_and_nothing_can_be_typed(world):
    round_ = world.opened()
    opening.call_off(round_, "Gộp vào báo cáo năm", by=world.officer, at=NOW)
    opening.call_off(round_, "lần nữa", by=world.officer, at=NOW)
    assert reminding.remind(NOW + timedelta(days=3)) == 0
    with pytest.raises(ValidationError, match="Gộp vào báo cáo năm"):
        saved(world.form(round_, world.here), {"general": "x"}, world.commune)


# ---------------------------------------------------------------- what is known


def test_what_is_known_is_the_tasks_and_the_units_own(world):
    made.milestone(world.first, date(2026, 6, 30), done=date(2026, 6, 20))
    made.milestone(world.first, date(2026, 9, 30))
    made.milestone(world.first, date(2027, 3, 31))
    made.milestone(world.first, date(2025, 6, 30), done=date(2025, 6, 1))  # before the period
    target = made.target(world.plan, "T1", task=world.first)
    for commune, value in ((None, 81.5), (world.here.commune, 40.0), (world.there.commune, 70.0)):
        facts = {"target": target, "commune": commune, "value": value, "day": TODAY, "at": NOW}
        Value.objects.create(kind="measured", quality="complete", **facts)
    for office, kind in ((world.here, "internal"), (world.there, "public")):
        facts = {"task": world.first, "office": office, "title": office.code, "kind": "link", "reference": office.code}
        Evidence.objects.create(data_class=kind, at=NOW, **facts)
    assignment = world.first.assignments.get(office=world.here)
    Assignment.objects.filter(pk=assignment.pk).update(state="under_way", told=TODAY, note="Đang làm")
    offices = [world.here, world.there]
    found = prefilling.known([world.first], offices, begins=date(2026, 1, 1), on=TODAY)
    here, there = (found[world.first.pk, office.pk]["facts"] for office in offices)
    shared = {"milestone-done": 1, "milestone-late": 1, "milestone-next": 1, "measured": 1, "measured-here": 1}
    assert Counter(one["kind"] for one in here) == {**shared, "evidence": 2, "told": 1}
    assert Counter(one["kind"] for one in there) == {**shared, "evidence": 2}
    assert next(one for one in here if one["kind"] == "measured-here")["values"]["value"] == 40.0
    assert next(one for one in here if one["kind"] == "milestone-late")["values"]["days"] == 57
    other = prefilling.known([world.first], [world.department], begins=date(2026, 1, 1), on=TODAY)
    titles = [one["values"]["title"] for one in other[world.first.pk, world.department.pk]["facts"]]
    assert "ubnd-01273" not in titles  # internal evidence of one unit is not told to another


def test_last_years_answer_is_in_the_next_form(world):
    before = world.opened(code="2025", due=date(2026, 11, 1), at=OPENED)
    submitted(world.form(before, world.here), world.commune)
    after = world.opened()
    said = Answer.objects.filter(form__round=after, form__office=world.here).values_list("task__code", "last_year")
    assert dict(said) == {"I.1": "Làm I.1", "I.2": "Làm I.2"}
    assert set(Answer.objects.filter(form__office=world.there).values_list("last_year", flat=True)) == {""}


@pytest.mark.slow
def test_opening_asks_as_many_questions_for_many_as_for_few(world, queries):
    few = queries(lambda: world.opened(code="a", offices=[world.here]))
    communes = [made.office(f"ubnd-{number:05d}", Office.Kind.COMMUNE) for number in range(2000, 2012)]
    tasks = [made.task(world.plan, f"III.{number}", lead=world.department) for number in range(10)]
    parts = [Assignment(task=task, office=office, role=HELP, named="x") for task in tasks for office in communes]
    Assignment.objects.bulk_create(parts)
    many = queries(lambda: world.opened(code="b", tasks=tasks, offices=communes))
    assert many <= few + 2
    assert Form.objects.filter(round__code="b").count() == 12


# ---------------------------------------------------------------- filling in


def test_two_people_type_at_once_and_nothing_is_lost(world):
    form = world.form(world.opened(), world.here)
    mate = made.worker("Ban", world.here, Role.COMMUNE_OFFICER)
    first, second = (fields.name(one, "result") for one in selectors.answers(form))
    saved(form, {first: "của Xa", "general": "chung"}, world.commune, version=1)
    found = saved(form, {second: "của Bạn", "general": "khác", first: ""}, mate, version=1)
    assert [(one.name, one.mine, one.theirs) for one in found.clashes] == [("general", "khác", "chung")]
    assert found.theirs == {first: "của Xa", "general": "chung"} and found.others == "Xa"
    now = world.form(found.form.round, world.here)
    stands = fields.values(now, selectors.answers(now))
    assert (stands[first], stands[second], stands["general"]) == ("của Xa", "của Bạn", "chung")
    settled = saved(form, {"general": "khác"}, mate, version=found.version)  # the person decided, having seen both
    assert not settled.clashes and world.form(now.round, world.here).general == "khác"


def test_the_same_sent_twice_is_one_even_after_somebody_replaced_it(world):
    form, token = world.form(world.opened(), world.here), uuid4()
    assert saved(form, {"general": "một"}, world.commune, version=1, token=token).version == 2
    assert saved(form, {"general": "một"}, world.commune, version=1, token=token).version == 2
    saved(form, {"general": "hai"}, world.commune, version=2)
    late = saved(form, {"general": "một"}, world.commune, version=1, token=token)
    assert (late.clashes, late.theirs["general"]) == ((), "hai")
    assert Saving.objects.count() == 2 and Form.objects.get(pk=form.pk).general == "hai"
    again = saved(form, {"general": "ba"}, world.commune, version=1, token=token)  # not the same: it is not swallowed
    assert [one.mine for one in again.clashes] == ["ba"]


def test_what_cannot_be_is_refused_by_field_and_strangers_change_nothing(world):
    form = world.form(world.opened(), world.here)
    answer = selectors.answers(form)[0]
    given = {fields.name(answer, "state"): "not_told", fields.name(answer, "done"): "30/11", "general": "x" * 9000}
    with pytest.raises(ValidationError) as refused:
        saved(form, given, world.commune)
    assert set(refused.value.message_dict) == set(given)
    for person in (world.other, world.stranger, world.officer):
        with pytest.raises(PermissionDenied):
            saved(form, {"general": "x"}, person)
    foreign = selectors.answers(world.form(form.round, world.there))[0]
    saved(form, {fields.name(foreign, "result"): "x"}, world.commune)  # of another form: no field of this one
    assert not Saving.objects.exists()


def test_what_is_missing_is_named_by_task_and_what_was_typed_is_kept(world):
    form = world.form(world.opened(), world.here)
    leads, helps = selectors.answers(form)
    assert (leads.task.code, helps.task.code) == ("I.2", "I.1")
    given = {fields.name(leads, "state"): "not_ours", fields.name(helps, "state"): "done", "general": "giữ"}
    with pytest.raises(ValidationError) as refused:
        filling.submit(form, given, version=1, token=uuid4(), by=world.commune, at=NOW)
    wanted = {fields.name(leads, "result"), fields.name(helps, "result"), fields.name(helps, "done")}
    assert set(refused.value.message_dict) == wanted
    assert "I.2" in refused.value.message_dict[fields.name(leads, "result")][0]
    assert world.form(form.round, world.here).general == "giữ"


def test_submitted_twice_is_once_and_it_can_be_taken_back(world):
    form, token = world.form(world.opened(), world.here), uuid4()
    for _twice in range(2):
        found = filling.submit(form, whole(form), version=1, token=token, by=world.commune, at=NOW)
    assert (found.form.state, found.version, deeds().count("plan-form.submitted")) == ("submitted", 2, 1)
    with pytest.raises(ValidationError):
        saved(form, {"general": "muộn"}, world.commune)
    filling.take_back(form, by=world.commune, at=NOW)
    counted = selectors.counts(form.round, TODAY)
    assert (counted.here, counted.waited_for) == (0, 3)
    saved(form, {"general": "muộn"}, world.commune)


# ---------------------------------------------------------------- deciding


def test_returned_resubmitted_approved(world):
    form = submitted(world.form(world.opened(), world.here), world.commune)
    remarks = {world.first.pk: "Nêu số liệu", None: "Ký số"}
    with pytest.raises(ValidationError):
        deciding.return_(form, {None: " "}, by=world.officer, at=NOW)
    with pytest.raises(PermissionDenied):
        deciding.approve(form, by=world.commune, at=NOW)
    for _twice in range(2):
        deciding.return_(form, remarks, by=world.officer, at=NOW)
    assert [one.text for one in selectors.remarks(form)] == ["Nêu số liệu", "Ký số"]
    told = Message.objects.get(topic="plan.returned")
    assert (told.person, told.facts["remarks"]) == (world.commune, ["I.1: Nêu số liệu", "Ký số"])
    with pytest.raises(ValidationError):
        deciding.approve(form, by=world.officer, at=NOW)

    now = world.form(form.round, world.here)
    helps = selectors.answers(now)[1]
    given = {
        fields.name(helps, "state"): "done",
        fields.name(helps, "done"): "2026-10-01",
        fields.name(helps, "difficulty"): "Chưa có kinh phí",
        "proposals": "Bố trí 200 triệu đồng",
    }
    filling.submit(now, given, version=now.version, token=uuid4(), by=world.commune, at=NOW)
    assert selectors.remarks(now) == []
    for _twice in range(2):
        deciding.approve(now, by=world.officer, at=NOW)
    part = Assignment.objects.get(task=world.first, office=world.here)
    assert (part.state, part.told, part.note) == ("done", TODAY, "Làm I.1")
    (blocker,) = Blocker.objects.all()
    assert (blocker.text, blocker.office, blocker.proposal) == ("Chưa có kinh phí", world.here, "Bố trí 200 triệu đồng")
    assert Message.objects.filter(topic="plan.approved").count() == 1
    deciding.return_(now, {None: "Thiếu phụ lục"}, by=world.officer, at=NOW)  # even approved it can come back
    submitted(now, world.commune)
    deciding.approve(now, by=world.officer, at=NOW)
    assert Blocker.objects.count() == 1


def test_paper_is_entered_for_a_unit_and_says_so(world):
    form = world.form(world.opened(), world.there)
    answer = selectors.answers(form)[0]
    given = {fields.name(answer, "state"): "under_way", fields.name(answer, "result"): "Theo công văn 12"}
    facts = {"version": 1, "token": uuid4(), "at": NOW}
    for bad in (
        {"received": None},
        {"received": TODAY + timedelta(days=1)},
        {"way": "here"},
        {"original": ("a.exe", b"MZ\0")},
    ):
        with pytest.raises(ValidationError):
            entering.enter(form, given, **{"way": "paper", "received": TODAY, "by": world.officer, **facts, **bad})
    with pytest.raises(PermissionDenied):
        entering.enter(form, given, way="paper", received=TODAY, by=world.other, **facts)
    with pytest.raises(ValidationError):
        entering.enter(form, {}, way="paper", received=TODAY, by=world.officer, **facts)
    file = ("công văn.pdf", b"%PDF-1.7 x")
    for _twice in range(2):
        entering.enter(form, given, way="paper", received=TODAY, by=world.officer, original=file, **facts)
    now = world.form(form.round, world.there)
    assert (now.state, now.way, now.received, now.submitted_by) == ("submitted", "paper", TODAY, world.officer)
    assert (selectors.original(now), now.original_name) == (file[1], "công văn.pdf")
    assert deeds().count("plan-form.submitted") == 1


# ---------------------------------------------------------------- who is late, and who is told


def came(form: Form, round_: Round, on: date) -> str:
    """The same as `selectors.standing`, in Python."""
    if form.first_submitted is None:
        return selectors.OVERDUE if round_.due < on else selectors.WAITED_FOR
    day = form.received or timezone.localtime(form.first_submitted).date()
    return selectors.LATE if day > round_.due else selectors.IN_TIME


@pytest.mark.slow
def test_late_counts_are_the_list_on_every_day(world):
    offices = [made.office(f"ubnd-{number:05d}", Office.Kind.COMMUNE) for number in range(3000, 3012)]
    for office in offices:
        made.assignment(world.first, office, HELP)
    round_ = world.opened(offices=offices)
    midnight = timezone.make_aware(datetime(2026, 12, 1))
    moments = [NOW, midnight - timedelta(seconds=1), midnight, NOW + timedelta(days=20), None, None]
    states = ["submitted", "approved", "returned"]
    for number, form in enumerate(Form.objects.filter(round=round_).order_by("pk")):
        at = moments[number % 6]
        if at is not None:
            state = states[number % 3]
            received = date(2026, 11, 29) if number % 5 == 3 else None
            facts = {"first_submitted": at, "submitted": at, "state": state, "received": received}
            Form.objects.filter(pk=form.pk).update(**facts, approved=at if state == "approved" else None)
    rights = access.of(world.officer)
    for on in (TODAY, date(2026, 11, 30), date(2026, 12, 1), date(2027, 1, 1)):
        rows = list(selectors.listed(round_, rights, on))
        assert {row.pk: row.standing for row in rows} == {row.pk: came(row, round_, on) for row in rows}
        counted, listed = selectors.counts(round_, on), Counter(row.standing for row in rows)
        assert (counted.in_time, counted.late, counted.waited_for, counted.overdue) == tuple(
            listed[name] for name in (selectors.IN_TIME, selectors.LATE, selectors.WAITED_FOR, selectors.OVERDUE)
        )
        assert counted.states == {state: sum(row.state == state for row in rows) for state in Form.State.values}
        assert counted.forms == sum(counted.states.values()) == len(rows)
        assert [one.pk for one in selectors.late(round_, on)] == [row.pk for row in rows if row.standing == "overdue"]


def test_each_sees_the_forms_that_are_theirs(world, queries):
    round_ = world.opened()
    seen = {
        person.name: [form.office.code for form in selectors.listed(round_, access.of(person), TODAY)]
        for person in (world.officer, world.commune, world.stranger, made.worker("Lanh", world.idle, Role.LEADER))
    }
    everybody = ["so-thu", "ubnd-01273", "ubnd-01279"]
    assert seen == {"Can": everybody, "Xa": ["ubnd-01273"], "La": [], "Lanh": everybody}
    assert selectors.form(round_, "ubnd-01279", access.of(world.commune)) is None
    rights = access.of(world.officer)
    assert queries(lambda: list(selectors.listed(round_, rights, TODAY))) == 1
    assert [one.office.code for one in selectors.own(access.of(world.commune), TODAY)] == ["ubnd-01273"]
    submitted(world.form(round_, world.here), world.commune)
    assert selectors.number_waiting(access.of(world.commune)) == 0
    assert selectors.number_waiting(rights) == 2  # its own form, and the one that was submitted


def test_reminders_go_on_their_days_to_those_who_have_not_reported(world):
    round_ = world.opened()
    submitted(world.form(round_, world.here), world.commune)
    Message.objects.all().delete()
    told = {}
    for days in range(-16, 30):
        at = timezone.make_aware(datetime(2026, 11, 30, 9)) + timedelta(days=days)
        first, again = reminding.remind(at), reminding.remind(at)
        assert again == 0
        told[days] = first
    assert {day for day, number in told.items() if number} == {-14, -7, -1, 1, 7, 14, 21, 28}
    assert {told[day] for day in (-14, -7, -1)} == {2} and {told[day] for day in (1, 7, 14)} == {3}
    digest = Message.objects.filter(template="plan_late_units").first()
    assert digest.person == world.officer
    assert (digest.facts["late"], digest.facts["asked"], len(digest.facts["names"])) == (2, 3, 2)
    assert not Message.objects.filter(person=world.commune).exists()


def test_units_are_urged_by_hand_once_a_day(world):
    round_ = world.opened()
    chosen = [world.form(round_, world.here)]
    assert reminding.urge(round_, chosen, "Gửi trước 16 giờ", by=world.officer, at=NOW) == 1
    assert reminding.urge(round_, chosen, "Gửi trước 16 giờ", by=world.officer, at=NOW) == 0
    assert Message.objects.get(topic="plan.due").facts["words"] == "Gửi trước 16 giờ"
    assert (deeds().count("plan-round.urged"), world.form(round_, world.here).reminded) == (1, NOW)
    with pytest.raises(PermissionDenied):
        reminding.urge(round_, chosen, by=world.commune, at=NOW)
    done = submitted(chosen[0], world.commune)
    with pytest.raises(ValidationError, match="ubnd-01273"):
        reminding.urge(round_, [done], by=world.officer, at=NOW)
    forms = Form.objects.filter(round=round_).select_related("office")
    assert set(reminding.reached(list(forms), NOW).values()) == {True}
