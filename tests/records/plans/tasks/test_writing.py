"""A task is written, assigned, stepped through, finished; by whom, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from nonnuoc.records.accounts.access import ANYBODY
from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.plans.models import Assignment, Dependency, Task
from nonnuoc.records.plans.tasks import assigning, history, keeping, stepping, waiting
from tests.records.plans import made

TODAY, NOW = made.TODAY, made.NOW
State, Role = Assignment.State, Assignment.Role


def trail(task):
    return [entry.action for entry in history.of(task, ANYBODY)]


def added(world, **facts):
    given = {"code": "I.9", "title": "Thêm", "time_text": "Quý II/2028", "lead_text": "Sở", "added_by": "QĐ 1", **facts}
    return keeping.create(world.plan, by=world.keeper, at=NOW, **given)


def test_a_task_is_added_once_its_time_read_and_its_number_taken(world):
    task = added(world)
    assert (task.time, task.ends, task.section_title) == (Task.Time.QUARTER, date(2028, 6, 30), "Mục I")
    assert added(world).pk == task.pk
    assert trail(task) == ["plan-task.created"]
    assert AuditEntry.objects.filter(subject="plan thu I.9").count() == 1
    with pytest.raises(ValidationError, match="already"):
        added(world, title="Khác")
    with pytest.raises(ValidationError, match="cannot be read"):
        added(world, code="I.10", time_text="khi nào xong")
    assert added(world, code="I.10", time_text="khi nào xong", time=Task.Time.UNREAD).ends is None
    with pytest.raises(ValidationError, match="decision"):
        added(world, code="I.11", added_by="")
    with pytest.raises(PermissionDenied):
        keeping.create(world.plan, code="I.12", title="x", time_text="2027", lead_text="x", by=world.in_lead, at=NOW)


def test_other_dates_need_a_reason_and_a_stale_form_is_refused(world):
    task, given = world.task, {"by": world.keeper, "at": NOW}
    with pytest.raises(ValidationError, match="another time"):
        keeping.change(task, ends=date(2028, 6, 30), **given)
    moved = keeping.change(task, time_text="Quý II năm 2028", reason="QĐ 12", version=1, **given)
    assert (moved.ends, moved.version) == (date(2028, 6, 30), 2)
    entry = history.of(task, ANYBODY)[0]
    assert (entry.before["ends"], entry.after["ends"]) == ("2027-12-31", "2028-06-30")
    assert keeping.change(task, product="", **given).version == 2  # nothing new
    with pytest.raises(ValidationError, match="meanwhile"):
        keeping.change(task, product="Quyết định", version=1, **given)
    made.milestone(task, date(2028, 3, 1), title="Dự thảo")
    with pytest.raises(ValidationError, match="Dự thảo"):
        keeping.change(task, ends=date(2027, 12, 31), reason="QĐ 13", **given)
    with pytest.raises(PermissionDenied):
        keeping.change(task, title="Khác", by=world.in_lead, at=NOW)


def test_a_task_is_finished_on_evidence_only_and_opened_again_for_a_reason(world):
    task, given = world.task, {"by": world.keeper, "at": NOW}
    step = made.milestone(task, TODAY, title="Dự thảo")
    with pytest.raises(ValidationError, match="Dự thảo"):
        keeping.finish(task, done=TODAY, basis="QĐ 7", **given)
    stepping.do(step, done=TODAY, by=world.in_lead, at=NOW)
    with pytest.raises(ValidationError, match="evidence"):
        keeping.finish(task, done=TODAY, **given)
    with pytest.raises(ValidationError, match="still to come"):
        keeping.finish(task, done=TODAY + timedelta(days=1), basis="QĐ 7", **given)
    with pytest.raises(PermissionDenied):
        keeping.finish(task, done=TODAY, basis="QĐ 7", by=world.in_lead, at=NOW)
    for _twice in range(2):
        assert keeping.finish(task, done=TODAY, basis="QĐ 7", **given).done == TODAY
    assert trail(task)[:2] == ["plan-task.finished", "plan-task.evidence_added"]
    with pytest.raises(ValidationError, match="Reopen"):
        stepping.undo(step, reason="x", by=world.in_lead, at=NOW)
    with pytest.raises(ValidationError, match="Say why"):
        keeping.reopen(task, reason=" ", **given)
    assert keeping.reopen(task, reason="nhầm", **given).done is None


def test_a_task_taken_out_takes_nothing_more(world):
    for _twice in range(2):
        keeping.withdraw(world.task, reason="QĐ 9", by=world.keeper, at=NOW)
    assert trail(world.task) == ["plan-task.withdrawn"]
    with pytest.raises(ValidationError, match="no longer part"):
        stepping.add(world.task, title="x", due=TODAY, source="x", by=world.keeper, at=NOW)


def test_each_office_tells_of_its_own_part_only(world):
    given = {"state": State.UNDER_WAY, "note": "đang làm", "at": NOW}
    for _twice in range(2):
        told = assigning.tell(world.commune_part, by=world.in_commune, **given)
    assert (told.state, told.told) == (State.UNDER_WAY, TODAY)
    assert trail(world.task) == ["plan-task.told"]
    with pytest.raises(PermissionDenied, match="Only Cơ quan ubnd-01273"):
        assigning.tell(world.commune_part, by=world.in_help, **given)
    assigning.tell(world.help_part, by=world.keeper, **given)  # who runs the rounds enters it for them
    with pytest.raises(ValidationError, match="nothing to do"):
        assigning.tell(world.commune_part, state=State.NOT_OURS, by=world.in_commune, at=NOW)
    with pytest.raises(ValidationError, match="still to come"):
        assigning.tell(world.commune_part, told=TODAY + timedelta(days=1), by=world.in_commune, **given)


def test_a_task_keeps_a_lead(world):
    given = {"by": world.keeper, "at": NOW}
    with pytest.raises(ValidationError, match="needs a lead"):
        assigning.end(world.lead_part, reason="QĐ", **given)
    with pytest.raises(ValidationError, match="needs a lead"):
        assigning.assign(world.task, world.lead, role=Role.HELP, **given)
    for _twice in range(2):
        assigning.assign(world.task, world.helper, role=Role.LEAD, **given)
    assert trail(world.task) == ["plan-task.assigned"]
    assert assigning.end(world.lead_part, reason="QĐ", **given).ended == NOW
    world.other.is_active = False
    with pytest.raises(ValidationError, match="closed"):
        assigning.assign(world.task, world.other, role=Role.HELP, **given)
    with pytest.raises(PermissionDenied):
        assigning.assign(world.task, world.other, role=Role.HELP, by=world.in_lead, at=NOW)


def test_steps_are_the_leads_and_end_with_the_task(world):
    given = {"source": "KH chi tiết", "by": world.in_lead, "at": NOW}
    step = stepping.add(world.task, title="Dự thảo", due=date(2027, 3, 1), office=world.lead, **given)
    assert stepping.add(world.task, title="Dự thảo", due=date(2027, 3, 1), **given).pk == step.pk
    with pytest.raises(ValidationError, match="after the end"):
        stepping.add(world.task, title="Ban hành", due=date(2028, 1, 1), **given)
    with pytest.raises(ValidationError, match="no part"):
        stepping.add(world.task, title="Ban hành", due=TODAY, office=world.other, **given)
    with pytest.raises(PermissionDenied, match="lead"):
        stepping.add(world.task, title="Ban hành", due=TODAY, source="x", by=world.in_help, at=NOW)
    with pytest.raises(ValidationError, match="another time"):
        stepping.change(step, due=date(2027, 4, 1), by=world.in_lead, at=NOW)
    stepping.change(step, due=date(2027, 4, 1), reason="chờ góp ý", by=world.in_lead, at=NOW)
    for _twice in range(2):
        stepping.do(step, done=TODAY, by=world.in_lead, at=NOW)
    stepping.undo(step, reason="nhầm", by=world.in_lead, at=NOW)
    stepping.withdraw(step, reason="gộp", by=world.in_lead, at=NOW)
    with pytest.raises(ValidationError, match="withdrawn"):
        stepping.do(step, done=TODAY, by=world.in_lead, at=NOW)
    assert trail(world.task) == [
        f"plan-task.step_{deed}" for deed in ("withdrawn", "undone", "done", "changed", "added")
    ]


def test_a_circle_is_refused_and_named(world):
    first, second, third = world.task, made.task(world.plan, "I.2"), made.task(world.plan, "II.1")
    given = {"why": "cần bản đồ", "source": "Phụ lục", "by": world.keeper, "at": NOW}
    for _twice in range(2):
        waiting.add(second, first, days=30, **given)
    waiting.add(third, second, **given)
    with pytest.raises(ValidationError, match=r"circle: I\.1 → II\.1 → I\.2 → I\.1"):
        waiting.add(first, third, **given)
    with pytest.raises(ValidationError, match=r"circle: I\.1 → I\.1"):
        waiting.add(first, first, **given)
    with pytest.raises(ValidationError, match="another plan"):
        waiting.add(first, made.task(made.plan("khac"), "I.1"), **given)
    with pytest.raises(PermissionDenied):
        waiting.add(third, first, why="x", source="x", by=world.in_lead, at=NOW)
    held = Dependency.objects.get(task=second)
    for _twice in range(2):
        waiting.remove(held, by=world.keeper, at=NOW)
    assert trail(second) == ["plan-task.waits_no_more", "plan-task.waits"]
