"""A plan at a glance: totals count what they list, and cost the same for one plan and for five."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from nonnuoc.domain.plan.light import GRAVITY, Light
from nonnuoc.records.accounts import access, access_keys
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.plans.board import agenda, asked, course, feeds, finding, grid, leader, parts, totals
from nonnuoc.records.plans.models import Assignment, Blocker, Edition, Form, Passage, Plan, Question, Task
from nonnuoc.records.plans.tasks.standing import Standing
from tests.records.plans import made
from tests.records.plans.made import NOW, TODAY

pytestmark = pytest.mark.django_db
KINDS = (finding.PLAN, finding.TASK, finding.TARGET, finding.PASSAGE)


def stands(number: int, section: str, light: Light, slip: int = 0) -> Standing:
    """A task that is nowhere kept."""
    task = Task(pk=number, order=number, code=f"{section}.{number}", section=section, section_title=f"Mục {section}")
    return Standing(task, light, light, None, (), None, slip, 0, 0, 0, (), None, None)


@settings(max_examples=40)
@given(some.lists(some.tuples(some.sampled_from("ABC"), some.sampled_from(list(Light)), some.integers(0, 90))))
def test_roll_ups_equal_the_sum_of_what_they_say_they_count(drawn):
    tasks = [stands(number, *facts) for number, facts in enumerate(drawn)]
    whole, sections = totals.whole(tasks), totals.by_section(tasks)
    assert {light: sum(one.counts[light] for one in sections) for light in GRAVITY} == whole.counts
    assert sum(whole.counts.values()) == whole.number == len(tasks)
    assert sorted(one.task.pk for section in sections for one in section.tasks) == list(range(len(tasks)))
    assert all(number == sum(one.light == light for one in whole.tasks) > 0 for light, number in whole.told)
    red = totals.red(tasks)
    assert len(red) == whole.counts[Light.LATE] + whole.counts[Light.AT_RISK]
    assert red == sorted(red, key=lambda one: (one.light != Light.LATE, -one.slip_days))


def province_of(number: int) -> list[Plan]:
    """Plans with three tasks each: one late, one done, one for all communes; a running round, a difficulty."""
    lead, communes = made.office("so-thu"), [made.office(f"ubnd-0127{n}", Office.Kind.COMMUNE) for n in (3, 4)]
    plans = []
    for n in range(number):
        plan = made.plan(f"ke-hoach-{n}")
        late = made.task(plan, "I.1", ends=date(2026, 9, 30), lead=lead)
        made.task(plan, "I.2", done=date(2026, 6, 1), lead=lead)
        shared = made.task(plan, "II.1", lead=lead)
        for one in communes:
            made.assignment(shared, one)
        made.needs(shared, late)
        made.milestone(shared, date(2026, 12, 20), office=communes[0])
        made.target(plan, baseline_due=date(2027, 3, 31), baseline_by=lead)
        running = made.asked_round(plan, tasks=[late, shared])
        for one in (lead, *communes):
            Form.objects.create(round=running, office=one)
        Form.objects.filter(round=running, office=lead).update(state="submitted", submitted=NOW, first_submitted=NOW)
        facts = {"office": communes[0], "text": "Thiếu kinh phí", "with_office": lead, "raised": NOW}
        Blocker.objects.create(plan=plan, task=shared, state=Blocker.State.SUBMITTED, submitted=NOW, **facts)
        Question.objects.create(plan=plan, key="q", kind=Question.Kind.CONTRADICTION, title="17 hay 10", at=NOW)
        plans.append(plan)
    return plans


def leading() -> access.Rights:
    return access.of(made.worker("Lan", made.office("ubnd-tinh", Office.Kind.PROVINCE), Role.LEADER))


def test_the_page_of_the_leader_costs_the_same_for_one_plan_and_for_five(queries):
    province_of(1)
    rights = leading()
    one = queries(lambda: leader.province(rights, TODAY, most=6))
    Plan.objects.update(state=Plan.State.ENDED)  # they are no longer told of
    Plan.objects.update(code="cu")
    province_of(5)
    assert queries(lambda: leader.province(rights, TODAY, most=6)) == one <= 18
    found = leader.province(rights, TODAY, most=6)
    assert (len(found.plans), found.total.number, found.red_number) == (5, 15, len(totals.red(found.total.tasks)))
    assert {one.standing.task.code for one in found.red} >= {"I.1"}
    assert (found.blockers_number, [one.number for one in found.questions], found.questions_number) == (5, [1] * 5, 5)
    assert (found.missing, [one.here for one in found.rounds]) == (10, [1] * 5)


def test_only_what_somebody_may_decide_waits_for_them():
    province_of(1)
    officer = leader.province(access.of(made.officer()), TODAY, most=6)
    assert (officer.blockers, officer.questions, officer.blockers_number) == ((), (), 0)
    Blocker.objects.update(state=Blocker.State.RAISED)
    assert leader.province(access.of(made.officer("Binh")), TODAY, most=6).blockers_number == 1
    assert leader.province(leading(), TODAY, most=6).blockers_number == 0


def test_a_unit_finds_its_parts_its_form_and_one_list(queries):
    (plan,) = province_of(1)
    commune = Office.objects.get(code="ubnd-01273")
    unit = parts.unit(plan, commune, TODAY)
    assert ([one.standing.task.code for one in unit.leads], [one.standing.task.code for one in unit.helps]) == (
        [],
        ["II.1"],
    )
    assert [(one.kind.value, one.day, one.code) for one in unit.waiting] == [
        ("form", date(2026, 11, 30), "2026"),
        ("milestone", date(2026, 12, 20), "II.1"),
        ("help", date(2027, 12, 31), "II.1"),
    ]
    assert [one.text for one in unit.blockers] == ["Thiếu kinh phí"]
    rows = {one.office.code: one for one in parts.units(plan, TODAY)}
    assert (rows["so-thu"].leads, rows["so-thu"].helps, rows["so-thu"].late) == (3, 0, 1)
    assert next(iter(rows)) == "so-thu"
    before = queries(lambda: parts.units(plan, TODAY))
    for n in range(5, 9):
        made.assignment(Task.objects.get(plan=plan, code="I.1"), made.office(f"ubnd-0127{n}", Office.Kind.COMMUNE))
    assert queries(lambda: parts.units(plan, TODAY)) == before


def test_the_matrix_and_the_units_agree():
    (plan,) = province_of(1)
    table = grid.matrix(plan, TODAY)
    assert [one.task.code for one in table.columns] == ["I.1", "I.2", "II.1"]
    counted = {one.office.code: (one.leads, one.helps) for one in table.lines}
    assert counted == {one.office.code: (one.leads, one.helps) for one in parts.units(plan, TODAY)}
    assert sum(cell is not None for line in table.lines for cell in line.cells) == Assignment.objects.count()


def test_the_timeline_tells_what_waits_for_what():
    (plan,) = province_of(1)
    assert [(one.standing.task.code, one.needs, len(one.milestones)) for one in course.timeline(plan, TODAY)] == [
        ("I.1", (), 0),
        ("I.2", (), 0),
        ("II.1", ("I.1",), 1),
    ]


def test_the_days_of_a_plan_and_of_one_unit():
    (plan,) = province_of(1)
    assert [(one.day, one.kind.value, one.code) for one in agenda.days(plan) if not one.done] == [
        (date(2026, 9, 30), "task", "I.1"),
        (date(2026, 11, 30), "round", "2026"),
        (date(2026, 12, 20), "milestone", "II.1"),
        (date(2027, 3, 31), "baseline", "T1"),
        (date(2027, 12, 31), "task", "II.1"),
    ]
    own = agenda.days(plan, Office.objects.get(code="ubnd-01273"))
    assert [(one.kind.value, one.code) for one in own] == [("round", "2026"), ("milestone", "II.1"), ("task", "II.1")]
    assert len({one.key for one in agenda.days(plan)}) == len(agenda.days(plan))


def test_rounds_sort_every_form_into_one_list():
    (plan,) = province_of(1)
    (found,) = asked.running([plan], TODAY + timedelta(days=10))
    assert (found.forms, found.here, len(found.missing), found.days_left) == (3, 1, 2, -6)
    assert found.is_over


def test_search_finds_words_with_and_without_marks_and_only_what_one_may_see():
    shown = made.plan("cong-khai", title="Kế hoạch bảo vệ môi trường")
    hidden = made.plan("noi-bo", title="Kế hoạch môi trường nội bộ", public=False)
    made.task(shown, "I.1", title="Xử lý rác thải tại phường Tân Giang")
    made.task(shown, "I.2", title="Rác thải nội bộ", public=False)
    made.task(hidden, "I.1", title="Rác thải y tế")
    text = made.edition(shown)
    Passage.objects.create(edition=text, order=1, kind="sentence", anchor="I.1.a", text="Thu gom (rác thải) mọi nhà.")
    old = Edition.objects.create(plan=hidden, number=1, kind="first", text="x", sha256="x", at=NOW)
    Passage.objects.create(edition=old, order=1, kind="sentence", anchor="I.1.a", text="Rác thải ẩn")

    def hits(words: str, rights: access.Rights) -> list[tuple[str, str, str]]:
        groups = finding.found(words, rights, kinds=KINDS, limit=8)
        assert all(one.count == len(one.hits) for one in groups)
        return [(hit.kind, hit.plan, hit.code) for group in groups for hit in group.hits]

    public = [(finding.TASK, "cong-khai", "I.1"), (finding.PASSAGE, "cong-khai", "I.1.a")]
    assert hits("rac thai", access.ANYBODY) == hits("Rác thải", access.ANYBODY) == public
    assert hits("ráo thải", access.ANYBODY) == hits("ac thai", access.ANYBODY) == hits("rác thai q", leading()) == []
    officer = access.of(made.officer())
    assert set(hits("rác", officer)) == {
        *public,
        (finding.TASK, "cong-khai", "I.2"),
        (finding.TASK, "noi-bo", "I.1"),
        (finding.PASSAGE, "noi-bo", "I.1.a"),
    }
    assert hits("I.2", officer) == [(finding.TASK, "cong-khai", "I.2")]
    assert hits("moi truong", access.ANYBODY) == [(finding.PLAN, "cong-khai", "cong-khai")]


def test_the_address_of_a_calendar_lets_in_its_person_until_it_is_ended():
    someone = made.officer()
    key = feeds.make(someone)
    assert feeds.make(someone) == key == feeds.key(someone)
    token = feeds.token(key)
    rights = feeds.reader(token)
    assert rights is not None and rights.person == someone and rights.may("plans.read")
    assert [feeds.reader(one) for one in (f"{token}x", f"{key.pk + 1}~{token.partition('~')[2]}", "", "1~1")] == [
        None
    ] * 4
    program, _secret = access_keys.make(someone, name="R")
    assert feeds.reader(feeds.token(program)) is None  # a key that was made for something else
    someone.is_active = False
    someone.save()
    assert feeds.reader(token) is None
    someone.is_active = True
    someone.save()
    feeds.end(someone)
    feeds.end(someone)
    assert feeds.reader(token) is None
