"""The plans as everybody sees them: what the province shows, and nothing of what it does not."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.models import Assignment, Blocker, Evidence, Plan, Value
from tests.records.accounts import staff
from tests.records.plans import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def public():
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return browser


@pytest.fixture
def plan():
    """Three tasks, one of them not public, on which a public one waits; a public and an internal target."""
    today = timezone.localdate()
    plan = made.plan()
    commune = made.office("ubnd-01273", Office.Kind.COMMUNE)
    late = made.task(plan, "I.1", lead=commune, ends=today - timedelta(days=5), title="Đóng cửa bãi rác")
    hidden = made.task(plan, "I.2", title="Chuyện nội bộ", public=False)
    waiting = made.task(plan, "I.3", title="Quyết định ranh giới")
    made.assignment(waiting, commune)
    made.needs(waiting, hidden)
    made.milestone(late, today - timedelta(days=9))
    whose = made.office("so-thu")
    facts = {"task": late, "office": whose, "at": timezone.now(), "kind": "document"}
    Evidence.objects.create(**facts, title="Biên bản mật", reference="1", data_class="restricted")
    Evidence.objects.create(**facts, title="Quyết định công khai", reference="2", data_class="public")
    Blocker.objects.create(
        plan=plan, task=late, office=commune, with_office=whose, text="Vướng mắc riêng", raised=timezone.now()
    )
    made.target(plan, "T1", title="Rác được thu gom")
    made.target(plan, "T2", title="Chỉ tiêu nội bộ", public=False)
    return plan


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_everybody_sees_what_is_shown_and_nothing_else(plan, public):
    pages = "/plans/thu/", "/plans/thu/tasks/I.1/", "/plans/thu/tasks/I.3/", "/plans/thu/targets/T1/", "/communes/01273"
    files = "/plans/plans.json", "/plans/tasks.csv", "/plans/targets.csv", "/plans/thu/calendar.ics", "/plans/"
    whole = "".join(text_of(public, path) for path in (*pages, *files))
    for shown in ("Đóng cửa bãi rác", "Quyết định ranh giới", "Quyết định công khai", "Rác được thu gom"):
        assert shown in whole
    for kept in ("Chuyện nội bộ", "Biên bản mật", "Vướng mắc riêng", "Chỉ tiêu nội bộ", "I.2"):
        assert kept not in whole, kept
    assert public.get("/plans/thu/tasks/I.2/").status_code == 404
    assert public.get("/plans/thu/targets/T2/").status_code == 404


def test_a_plan_that_is_not_public_or_a_draft_is_nowhere(plan, public):
    for change in ({"public": False}, {"public": True, "state": Plan.State.DRAFT}):
        Plan.objects.filter(pk=plan.pk).update(**change)
        assert "Đóng cửa" not in text_of(public, "/plans/") + text_of(public, "/plans/plans.json")
        assert "Đóng cửa" not in text_of(public, "/communes/01273")
        for path in ("", "calendar.ics", "tasks/I.1/", "targets/T1/"):
            assert public.get(f"/plans/thu/{path}").status_code == 404


def test_how_tasks_stand_is_shown_only_where_the_province_wants_it(plan, public):
    late = "2 tasks: 1 late"
    assert late in text_of(public, "/plans/thu/")
    Plan.objects.update(public_lights=False)
    assert "2 tasks." in text_of(public, "/plans/thu/")
    page = text_of(public, "/plans/thu/tasks/I.1/")
    assert "light-late" not in page
    assert "Mốc 1" not in page
    row = next(csv.DictReader(io.StringIO(text_of(public, "/plans/tasks.csv"))))
    assert (row["standing"], row["computed"], row["reasons"]) == ("", "", "")


def test_the_data_say_what_the_pages_say(plan, public):
    Value.objects.create(
        target=plan.targets.get(code="T1"),
        day=date(2026, 6, 30),
        kind="declared",
        quality="complete",
        value=61.5,
        evidence="BC 1",
        at=timezone.now(),
    )
    whole = public.get("/plans/plans.json").json()["plans"][0]
    tasks = list(csv.DictReader(io.StringIO(text_of(public, "/plans/tasks.csv"))))
    assert [one["code"] for one in whole["tasks"]] == [one["code"] for one in tasks] == ["I.1", "I.3"]
    assert whole["tasks"][0]["standing"] == tasks[0]["standing"] == "late"
    (target,) = csv.DictReader(io.StringIO(text_of(public, "/plans/targets.csv")))
    assert (target["measured"], target["declared"]) == ("", "61.5"), "the two kinds are never mixed"
    assert whole["targets"][0]["declared"] == 61.5
    assert "BEGIN:VEVENT" in text_of(public, "/plans/thu/calendar.ics")


def test_a_commune_finds_what_it_leads_and_in_how_much_it_helps(plan, public):
    page = text_of(public, "/communes/01273")
    assert "leads 1 task" in page
    assert "coordinates in 1" in page
    staff.commune("01279")
    assert "leads" not in text_of(public, "/communes/01279")
    Assignment.objects.update(ended=timezone.now())
    assert "leads 1 task" not in text_of(public, "/communes/01273")


def test_progress_that_was_invented_is_marked_everywhere_and_the_gravest_stand_first(plan, public):
    page = text_of(public, "/plans/thu/")
    assert page.index('id="red"') < page.index('id="tasks"') < page.index('id="targets"')
    assert "Not known: 1 without milestones, of which no lead has told anything." in page
    assert "simulated-tag" not in page + text_of(public, "/plans/thu/tasks/I.1/") + text_of(public, "/plans/")
    made.asked_round(plan, simulated=True)
    for path in ("/plans/", "/plans/thu/", "/plans/thu/tasks/I.1/", "/communes/01273"):
        assert "simulated-tag" in text_of(public, path), path
    assert {row["simulated"] for row in csv.DictReader(io.StringIO(text_of(public, "/plans/tasks.csv")))} == {"true"}
