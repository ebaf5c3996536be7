"""The pages of tasks, as those who keep the plan, lead a task, help in one, decide, or only read."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.plans.models import Assignment, Blocker, Evidence
from tests.records.plans import made

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n"
TASKS = "/desk/plans/thu/tasks/"
WHO = {
    "officer": ("so-thu", Office.Kind.DEPARTMENT, Role.OFFICER),
    "lead": ("so-xd", Office.Kind.DEPARTMENT, Role.REPORTER),
    "village": ("ubnd-01273", Office.Kind.COMMUNE, Role.COMMUNE_OFFICER),
    "stranger": ("so-khac", Office.Kind.DEPARTMENT, Role.REPORTER),
    "leader": ("ubnd-tinh", Office.Kind.PROVINCE, Role.LEADER),
    "reader": ("hdnd", Office.Kind.COUNCIL, Role.READER),
}


@pytest.fixture(scope="module")
def built(rolled_back):
    """A plan of three tasks; II.1 is led by so-xd, and the commune 01273 helps in it."""
    plan = made.plan()
    offices = {name: made.office(code, kind) for name, (code, kind, _role) in WHO.items()}
    browsers = {}
    for name, (_code, _kind, role) in WHO.items():
        browsers[name] = Client()
        browsers[name].cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        browsers[name].force_login(made.worker(name, offices[name], role))
    today = timezone.localdate()
    first = made.task(plan, "I.1", lead=offices["officer"])
    second = made.task(
        plan, "II.1", lead=offices["lead"], ends=today - timedelta(days=3), title="Ranh giới <b>vùng</b>"
    )
    made.assignment(second, offices["village"], named="UBND cấp xã")
    third = made.task(plan, "II.2", lead=offices["officer"], time="continuous", time_text="Thường xuyên")
    return SimpleNamespace(plan=plan, offices=offices, tasks=[first, second, third], today=today, **browsers)


def act(browser: Client, code: str, deed: str, **given: object):
    data = {f"{deed}-{name}": value for name, value in given.items()}
    return browser.post(f"{TASKS}{code}/act", {"deed": deed, **data})


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def deeds_on(browser: Client, code: str) -> set[str]:
    return {one.key for one in browser.get(f"{TASKS}{code}/").context["deeds"]}


def test_the_list_says_how_each_stands_and_can_be_narrowed(world):
    whole = text_of(world.reader, TASKS)
    assert "3 tasks: 1 late, 2 not known" in whole
    assert "Ranh giới &lt;b&gt;vùng&lt;/b&gt;" in whole, "a title is shown whole, and as text"
    for asked, found in (
        ("light=late", {"II.1"}),
        ("section=I", {"I.1"}),
        ("office=so-xd", {"II.1"}),
        ("due=past", {"II.1"}),
        ("due=none", {"II.2"}),
        ("q=ranh giới", {"II.1"}),
        ("q=nhiem vu II.2", {"II.2"}),
        ("section=II&due=none", {"II.2"}),
    ):
        page = world.reader.get(f"{TASKS}?{asked}")
        assert {row.task.code for group in page.context["groups"] for row in group.rows} == found, asked
    assert "No task is like that" in text_of(world.reader, f"{TASKS}?q=khongco")


def test_the_list_costs_the_same_for_any_number_of_tasks(world, queries):
    world.reader.get(TASKS)
    few = queries(lambda: world.reader.get(TASKS))
    for number in range(3, 12):
        task = made.task(world.plan, f"II.{number}", lead=world.offices["officer"])
        made.milestone(task, world.today)
    assert queries(lambda: world.reader.get(TASKS)) == few


def test_everybody_is_offered_what_is_theirs_to_do(world):
    assert deeds_on(world.reader, "II.1") == deeds_on(world.stranger, "II.1") == set()
    helps = {"tell", "add-file", "add-reference", "raise"}
    assert deeds_on(world.village, "II.1") == helps
    assert deeds_on(world.lead, "II.1") == helps | {"add-step", "put-money"}
    assert deeds_on(world.officer, "II.1") >= helps | {"add-step", "put-money", "wait", "assign", "end-part", "see"}
    act(world.stranger, "II.1", "add-step", title="x", due="2027-01-01", source="x")
    assert not world.tasks[1].milestones.exists(), "what is not offered is not done either"


def test_a_lead_sets_a_step_reaches_it_and_proves_it(world):
    due = world.tasks[1].ends.isoformat()
    assert act(world.lead, "II.1", "add-step", title="Hồ sơ", due=due, source="KH riêng").status_code == 302
    step = world.tasks[1].milestones.get()
    refused = act(world.lead, "II.1", "do-step", step=step.pk, reached=(world.today + timedelta(days=9)).isoformat())
    assert refused.status_code == 422, "nothing is reached in the future"
    assert act(world.lead, "II.1", "do-step", step=step.pk, reached=world.today.isoformat()).status_code == 302
    file = SimpleUploadedFile("bien-ban.pdf", PDF, "application/pdf")
    office = world.offices["lead"].pk
    facts = {"part_of": office, "title": "Biên bản", "step": step.pk, "data_class": "restricted"}
    assert act(world.lead, "II.1", "add-file", file=file, **facts).status_code == 302
    proof = Evidence.objects.get()
    assert proof.milestone == step
    page = f"{TASKS}II.1/evidence/{proof.pk}"
    answer = world.officer.get(page)
    assert answer.content == PDF
    assert "attachment" in answer["Content-Disposition"]
    assert world.village.get(page).status_code == 404, "it is restricted"
    assert world.officer.get(page.replace("II.1", "I.1")).status_code == 404, "it is of another task"
    seen = text_of(world.village, f"{TASKS}II.1/")
    assert "Biên bản" not in seen, "nor does the history name it"
    assert "1 piece is not for you to see" in seen


def test_a_difficulty_climbs_and_comes_back_decided(world):
    token = str(uuid4())
    given = {"part_of": world.offices["village"].pk, "text": "Thiếu vốn", "proposal": "Cấp vốn", "token": token}
    assert act(world.village, "II.1", "raise", **given).status_code == 302
    act(world.village, "II.1", "raise", **given)
    blocker = Blocker.objects.get()
    assert "1 difficulty waits for a decision" in text_of(world.reader, "/desk/plans/thu/difficulties")
    assert "decide" not in deeds_on(world.village, "II.1")
    refused = act(world.officer, "II.1", "decide", blocker=blocker.pk, decision="Cấp", basis="")
    assert refused.status_code == 422, "who is no leader decides by a document"
    assert act(world.officer, "II.1", "submit", blocker=blocker.pk).status_code == 302
    assert act(world.leader, "II.1", "decide", blocker=blocker.pk, decision="Cấp 2 tỷ đồng").status_code == 302
    assert "Cấp 2 tỷ đồng" in text_of(world.village, f"{TASKS}II.1/")
    assert act(world.village, "II.1", "close", blocker=blocker.pk).status_code == 302
    blocker.refresh_from_db()
    assert blocker.state == Blocker.State.CLOSED


def test_a_unit_tells_of_its_own_part_alone(world):
    own, lead = world.offices["village"].pk, world.offices["lead"].pk
    assert act(world.village, "II.1", "tell", part_of=own, state="under_way", note="đang làm").status_code == 302
    assert Assignment.objects.get(office=own).state == "under_way"
    assert act(world.village, "II.1", "tell", part_of=lead, state="done").status_code == 422
    assert Assignment.objects.get(office=lead).state == "not_told"


def test_a_circle_is_refused_and_named(world):
    first, second, _third = world.tasks
    facts = {"days": 0, "why": "cần", "source": "x"}
    assert act(world.officer, "II.1", "wait", on=first.pk, **facts).status_code == 302
    refused = act(world.officer, "I.1", "wait", on=second.pk, **facts)
    assert refused.status_code == 422
    assert "I.1" in str(refused.context["deeds"][-1].errors) or "II.1" in refused.content.decode()
    assert not first.needs.exists()
    assert act(world.officer, "II.1", "unwait", need=second.needs.get().pk, reason="nhầm").status_code == 302


def test_seen_otherwise_is_shown_as_what_it_is(world):
    until = (world.today + timedelta(days=20)).isoformat()
    assert act(world.officer, "II.1", "see", light="on_course", reason="", until=until).status_code == 422
    assert act(world.officer, "II.1", "see", light="on_course", reason="đã có gia hạn", until=until).status_code == 302
    page = text_of(world.reader, f"{TASKS}II.1/")
    assert "đã có gia hạn" in page
    assert "computed: late" in page
    assert act(world.officer, "II.1", "see-no-more").status_code == 302
    assert "đã có gia hạn" not in text_of(world.reader, f"{TASKS}?light=late")


def test_money_is_summed_and_what_is_not_told_is_said(world):
    for source, estimated in (("environment", 1_000_000), ("ppp", "")):
        act(world.lead, "II.1", "put-money", year=2026, source=source, estimated=estimated, spent=5)
    page = text_of(world.reader, f"{TASKS}II.1/")
    assert "1,000,000" in page
    assert "not told" in page
    assert act(world.lead, "II.1", "put-money", year=2026, source="oda").status_code == 422, "no amount at all"


def test_a_task_is_planned_anew_finished_taken_up_and_added(world):
    change = f"{TASKS}I.1/change"
    assert world.lead.get(change).status_code == 403
    now = {"do": "change", "change-starts": "2026-03-01", "change-ends": "2028-06-30", "change-version": 1}
    assert world.officer.post(change, now).status_code == 422, "another end needs a reason"
    assert world.officer.post(change, {**now, "change-reason": "QĐ 12"}).status_code == 302
    assert world.officer.post(change, {**now, "change-product": "Bản đồ"}).status_code == 422, "it has changed since"
    world.tasks[0].refresh_from_db()
    assert world.tasks[0].ends == date(2028, 6, 30)
    assert "QĐ 12" in text_of(world.reader, f"{TASKS}I.1/"), "the history says why"
    done = {"do": "finish", "finish-done": world.today.isoformat(), "finish-basis": "QĐ 99/QĐ-UBND"}
    assert world.officer.post(change, done).status_code == 302
    assert "QĐ 99/QĐ-UBND" in text_of(world.reader, f"{TASKS}I.1/")
    assert world.officer.post(change, {"do": "reopen", "reopen-reason": "chưa xong"}).status_code == 302
    new = {"section": "II", "code": "II.9", "title": "Thêm", "time_text": "Quý I năm 2028", "lead_text": "Sở"}
    assert world.officer.post(f"{TASKS}new", {**new, "added_by": ""}).status_code == 422
    assert world.officer.post(f"{TASKS}new", {**new, "added_by": "TB 5", "time_text": "khi nào đó"}).status_code == 422
    made_ = world.officer.post(f"{TASKS}new", {**new, "added_by": "TB 5"})
    assert made_.status_code == 302
    assert "TB 5" in text_of(world.reader, made_.url)
    assert world.reader.get(f"{TASKS}XX.1/").status_code == 404
    assert world.reader.get("/desk/plans/khong-co/tasks/").status_code == 404
