"""Targets: values measured and declared side by side, baseline and path, and who may write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from nonnuoc.domain.plan.path import Word
from nonnuoc.records.accounts.models import AuditEntry, Role
from nonnuoc.records.plans.models import Target, Value
from nonnuoc.records.plans.targets import keeping, reading, standings, values
from nonnuoc.records.registers.waste import collecting
from nonnuoc.records.registers.waste.models import Site
from tests.records.accounts import staff
from tests.records.plans import made
from tests.records.plans.made import NOW, TODAY

pytestmark = pytest.mark.django_db
DECEMBER = date(2030, 12, 31)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def plan():
    return made.plan()


@pytest.fixture
def officer(plan):
    return made.officer()


def site(code: str, **facts: object) -> Site:
    return Site.objects.create(
        code=code, name=f"Khu {code}", kind=Site.Kind.AREA, ordered="upgrade", source="test", **facts
    )


def declared(target, officer, value, day=TODAY, **facts):
    given = {"evidence": "Báo cáo 12/BC-SNNMT", **facts}
    return values.declare(target, day=day, value=value, by=officer, at=NOW, **given)


def test_measured_values_are_written_when_they_change_and_each_stays(plan):
    target = made.target(plan, measure="works.upgraded", kind=Target.Kind.COUNT, wanted=11, unit="works")
    made.target(plan, "T2")  # without a formula
    [first] = values.record(plan, TODAY, at=NOW)
    assert (first.quality, first.value, first.why) == ("unknown", None, "no_work")
    assert values.record(plan, TODAY + timedelta(days=1), at=NOW) == []
    site("A")
    [second] = values.record(plan, TODAY, at=NOW)
    assert (second.value, second.day, second.current) == (0, TODAY, True)
    first.refresh_from_db()
    assert not first.current  # of the same day, and still there
    assert values.record_all(TODAY + timedelta(days=1), at=NOW) == 0
    told = AuditEntry.objects.filter(action="target.measured", subject=f"plan {plan.code} T1").order_by("id")
    assert [one.after["value"] for one in told] == [None, 0]
    target.measure = "gone"
    target.save()
    [third] = values.record(plan, TODAY, at=NOW)
    assert values.latest([plan], TODAY)[target.pk].why == (
        "It cannot be computed, because there is no formula called “gone”."
    )
    assert third.value is None


def test_a_table_that_comes_in_late_takes_the_place_of_what_was_not_known(plan):
    """Its day is before the one on which nothing was known yet."""
    target = made.target(plan, measure="waste.access")
    here = staff.commune()
    values.record(plan, TODAY, at=NOW)
    told = {"households": 100, "served": 60}
    collecting.save(here, date(2025, 12, 1), told, by=None, draft=False)
    made_ = values.record(plan, TODAY, at=NOW + timedelta(hours=1))
    assert [(one.commune_id, one.day, one.value) for one in made_] == [
        (None, date(2025, 12, 31), 60), (here.pk, date(2025, 12, 31), 60)
    ]  # fmt: skip
    assert values.latest([plan], TODAY)[target.pk].value == 60
    assert values.record(plan, TODAY, at=NOW + timedelta(hours=2)) == []
    collecting.save(here, date(2025, 12, 1), {**told, "served": 70}, by=None, draft=False, reason="nhầm")
    values.record(plan, TODAY, at=NOW + timedelta(hours=3))
    assert [one.value for one in reading.by_commune(target, TODAY)] == [70]
    assert values.latest([plan], TODAY)[target.pk].value == 70


def test_measured_and_declared_stand_side_by_side_and_never_in_place_of_each_other(plan, officer):
    target = made.target(plan, measure="works.upgraded", kind=Target.Kind.COUNT, wanted=11, unit="works")
    values.record(plan, TODAY, at=NOW)
    declared(target, officer, 3)
    found = values.latest([plan], TODAY)[target.pk]
    assert (found.value, found.first.kind, found.measured.value) == (3, "declared", None)
    assert "cannot be computed, because no such work is registered" in found.first_why
    site("A", finished=TODAY)
    values.record(plan, TODAY, at=NOW)
    found = values.latest([plan], TODAY)[target.pk]
    assert (found.first.kind, found.measured.value, found.declared.value) == ("measured", 1, 3)
    assert "measured value stands first" in found.first_why


def test_a_declared_value_needs_evidence_and_is_replaced_without_being_lost(plan, officer):
    target = made.target(plan)
    first = declared(target, officer, 61.5)
    assert declared(target, officer, 61.5) == first
    second = declared(target, officer, 62.0)
    kept = Value.objects.filter(target=target).order_by("id").values_list("value", "current")
    assert list(kept) == [(61.5, False), (62.0, True)]
    assert values.latest([plan], TODAY)[target.pk].declared == second
    for fault, facts in (
        ("evidence", {"evidence": " "}),
        ("value", {"value": 101}),
        ("day", {"day": TODAY + timedelta(days=1)}),
        ("why", {"value": None}),
    ):
        with pytest.raises(ValidationError) as raised:
            declared(target, officer, **{"value": 50, **facts})
        assert set(raised.value.message_dict) == {fault}
    declared(target, officer, None, why="chưa khảo sát")
    found = values.latest([plan], TODAY)[target.pk]
    assert (found.value, found.judged.word) == (None, Word.UNKNOWN)


def test_who_keeps_plans_and_the_office_responsible_may_declare_and_nobody_else(plan):
    theirs, other = made.office("so-xay-dung"), made.office("so-khac")
    target = made.target(plan, responsible=theirs)
    reporter = made.worker("Xay", theirs, Role.REPORTER)
    stranger = made.worker("La", other, Role.REPORTER)
    leader = made.worker("Lanh", made.office("ubnd-tinh"), Role.LEADER)
    assert declared(target, reporter, 40).by == reporter
    for who in (stranger, leader):
        with pytest.raises(PermissionDenied, match="Cơ quan so-xay-dung"):
            declared(target, who, 41)
    with pytest.raises(PermissionDenied):
        keeping.set_path(target, {2027: 50}, source="QĐ", by=reporter, at=NOW)
    with pytest.raises(PermissionDenied):
        keeping.change(target, version=1, by=reporter, at=NOW, title="x")
    held = keeping.set_baseline(target, value=40, day=date(2025, 12, 31), source="BC 1", by=reporter, at=NOW)
    assert held.baseline == 40


def test_what_is_wanted_today_follows_baseline_path_and_end_and_is_unknown_without(plan, officer):
    target = made.target(plan)
    declared(target, officer, 60)
    found = values.latest([plan], TODAY)[target.pk]
    assert (found.wanted_now, found.judged.why) == (None, "no_path")
    assert found.why.endswith("Nobody has been named yet to set it.")
    keeping.ask_for_baseline(target, office=made.office(), due=date(2027, 3, 31), by=officer, at=NOW)
    assert values.latest([plan], TODAY)[target.pk].why.endswith("Cơ quan so-thu sets it by 31/03/2027.")

    keeping.set_baseline(target, value=50, day=date(2025, 12, 31), source="Khảo sát", by=officer, at=NOW)
    keeping.set_path(target, {2026: 60, 2028: 80}, source="QĐ 5", by=officer, at=NOW)
    found = values.latest([plan], TODAY)[target.pk]
    assert found.wanted_now == pytest.approx(50 + 10 * (TODAY - date(2025, 12, 31)).days / 365)
    assert (found.judged.word, found.late, found.why) == (Word.AHEAD, False, "")
    assert values.latest([plan], DECEMBER)[target.pk].wanted_now == 95
    assert values.latest([plan], DECEMBER)[target.pk].judged.by == 35
    before = AuditEntry.objects.count()
    keeping.set_path(target, {2028: 80, 2026: 60}, source="khác", by=officer, at=NOW)
    keeping.set_baseline(target, value=50, day=date(2025, 12, 31), source="Khảo sát", by=officer, at=NOW)
    assert AuditEntry.objects.count() == before
    with pytest.raises(ValidationError, match="2031"):
        keeping.set_path(target, {2031: 99}, source="QĐ 5", by=officer, at=NOW)
    with pytest.raises(ValidationError):
        keeping.set_path(target, {2027: 70}, source="", by=officer, at=NOW)


def test_a_target_without_number_or_day_says_so_and_one_kept_up_is_wanted_all_along(plan, officer):
    contradicted = made.target(plan, "T9", wanted=None, wanted_text="17 / 10 / 11")
    dayless = made.target(plan, "T3", due=None, wanted=100)
    kept = made.target(plan, "T17", due=None, wanted=100, kind=Target.Kind.KEPT)
    for one in (contradicted, dayless, kept):
        declared(one, officer, 90)
    found = values.latest([plan], TODAY)
    assert found[contradicted.pk].why == "The plan gives no single number: “17 / 10 / 11”."
    assert found[dayless.pk].why == "The plan gives no day by which it is to be reached."
    assert (found[kept.pk].wanted_now, found[kept.pk].judged.word, found[kept.pk].judged.by) == (100, Word.BEHIND, 10)


def test_targets_are_written_once_with_versions_and_checked(plan, officer):
    facts = {
        "title": "Rác đô thị",
        "definition": "Tỷ lệ",
        "kind": "share",
        "unit": "%",
        "wanted": 95.0,
        "wanted_text": "95%",
        "due": DECEMBER,
        "section": "II.3",
        "measure": "waste.domestic.urban",
    }
    made_ = keeping.create(plan, "T1", by=officer, at=NOW, **facts)
    assert keeping.create(plan, "T1", by=officer, at=NOW, **facts) == made_
    with pytest.raises(ValidationError, match="already"):
        keeping.create(plan, "T1", by=officer, at=NOW, **{**facts, "wanted": 90.0})
    for fault, wrong in (
        ("measure", {"measure": "nothing"}),
        ("wanted", {"wanted": 120.0}),
        ("wanted_to", {"sense": "between"}),
        ("wanted_to", {"wanted_to": 99.0}),
    ):
        with pytest.raises(ValidationError) as raised:
            keeping.change(made_, version=1, by=officer, at=NOW, **wrong)
        assert set(raised.value.message_dict) == {fault}
    changed = keeping.change(made_, version=1, by=officer, at=NOW, wanted=96.0)
    assert changed.version == 2
    with pytest.raises(ValidationError, match="meanwhile"):
        keeping.change(made_, version=1, by=officer, at=NOW, wanted=97.0)
    entry = AuditEntry.objects.get(action="target.changed")
    assert (entry.subject, entry.before, entry.after) == (f"plan {plan.code} T1", {"wanted": 95.0}, {"wanted": 96.0})


def test_everybody_reads_public_targets_of_public_plans_alone(plan, officer):
    shown = made.target(plan, "T1")
    made.target(plan, "T2", public=False)
    made.target(plan, "T3", withdrawn=NOW)
    assert [one.target for one in standings.public(plan, TODAY)] == [shown]
    plan.public = False
    assert standings.public(plan, TODAY) == []


def test_standings_cost_the_same_for_one_target_and_for_many(plan, officer, queries):
    declared(made.target(plan, "T1"), officer, 10)
    one = queries(lambda: values.latest([plan], TODAY))
    for n in range(2, 6):
        declared(made.target(plan, f"T{n}"), officer, 10)
    other = made.plan("khac")
    declared(made.target(other, "T1"), officer, 10)
    assert queries(lambda: values.latest([plan, other], TODAY)) == one == 3
