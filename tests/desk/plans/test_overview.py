"""The views over a plan: the province on one page, units, matrix, timeline, calendar, the desk's first page."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Browser

from nonnuoc.desk.plans.overview import province, wording
from nonnuoc.domain import icalendar
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.plans.models import Assignment, Blocker, Form, Question
from tests.records.plans import made

DB = pytest.mark.django_db
WHO = {
    "officer": ("so-thu", Office.Kind.DEPARTMENT, Role.OFFICER),
    "reporter": ("so-xd", Office.Kind.DEPARTMENT, Role.REPORTER),
    "village": ("ubnd-01273", Office.Kind.COMMUNE, Role.COMMUNE_OFFICER),
    "leader": ("ubnd-tinh", Office.Kind.PROVINCE, Role.LEADER),
    "factory": ("nha-may", Office.Kind.ENTERPRISE, Role.ENTERPRISE),
}
TITLE = "Xây dựng Đề án phân loại, thu gom, vận chuyển và xử lý chất thải rắn sinh hoạt trên địa bàn tỉnh " * 2


def filled(tasks: int = 3, communes: int = 2) -> SimpleNamespace:
    """A plan whose tasks wait for each other in turn; every third is late, communes coordinate all of them."""
    today = timezone.localdate()
    offices = {name: made.office(code, kind) for name, (code, kind, _role) in WHO.items()}
    people = {name: made.worker(name, offices[name], role) for name, (_code, _kind, role) in WHO.items()}
    plan = made.plan(leading=offices["officer"])
    villages = [made.office(f"ubnd-01{273 + n}", Office.Kind.COMMUNE) for n in range(communes)]
    rows = []
    for n in range(tasks):
        ends = today + timedelta(days=-20 - n if n % 3 == 0 else 300 + 30 * n)
        lead = offices["reporter" if n % 2 else "officer"]
        rows.append(made.task(plan, f"{1 + n // 10}.{n}", ends=ends, lead=lead, title=f"{n} {TITLE}"))
        for one in villages:
            made.assignment(rows[-1], one, named="UBND cấp xã")
        if n:
            made.needs(rows[-1], rows[-2], days=10)
    made.milestone(rows[0], today + timedelta(days=5), office=villages[0])
    running = made.asked_round(plan, tasks=rows, due=today + timedelta(days=4))
    Form.objects.bulk_create(Form(round=running, office=one) for one in (*villages, offices["reporter"]))
    for n in range(min(tasks, 19)):
        made.target(plan, f"T{n + 1}", title=f"Tỷ lệ chất thải rắn sinh hoạt đô thị được thu gom, xử lý {n}")
    now = timezone.now()
    facts = {"plan": plan, "task": rows[0], "office": villages[0], "with_office": offices["leader"], "raised": now}
    for n in range(3):
        Blocker.objects.create(text=f"Chưa có kinh phí {n}", state="submitted", submitted=now, **facts)
    Question.objects.create(plan=plan, key="17", kind="contradiction", title="17 hay 10", at=now)
    return SimpleNamespace(plan=plan, tasks=rows, offices=offices, people=people, villages=villages, today=today)


def browser_of(world: SimpleNamespace, name: str) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(world.people[name])
    return client


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@DB
def test_the_province_on_one_page_answers_first_and_leads_to_what_waits():
    world = filled(21)
    client = browser_of(world, "leader")
    answer = client.get("/desk/province")
    page = words(client, "/desk/province")
    counts = answer.context["found"].total.counts
    assert counts["late"] >= 7 and sum(counts.values()) == 21
    assert page.count(f"21 tasks: {counts['late']} late, ") == 1
    assert "3 of 3 units have not reported, due in 4 days." in page
    assert "3 decisions wait for you. 1 question of the plans is open." in page
    assert f"and {counts['late'] + counts['at_risk'] - province.RED} more" in page
    with translation.override("en"):
        cause = wording.cause(answer.context["red"].rows[0].standing)
    assert len(cause) > 10 and cause in unescape(page)
    html = client.get("/desk/province").content.decode()
    assert reverse("plan-task", args=["thu", "1.0"]) in html
    assert reverse("plan-questions", args=["thu"]) in html
    assert "No decision waits for you." in words(browser_of(world, "village"), "/desk/province")
    assert browser_of(world, "factory").get("/desk/province").status_code == 403


@DB
def test_each_view_of_a_plan_opens_and_costs_the_same_for_more(queries):
    world = filled(3)
    client = browser_of(world, "officer")
    paths = ["/desk/plans/", *(f"/desk/plans/thu/{rest}" for rest in ("", "units/", "timeline", "matrix", "calendar"))]
    paths.append("/desk/plans/thu/units/so-xd/")
    for path in paths:
        words(client, path)  # what is kept in memory is there
    before = {path: queries(lambda path=path: words(client, path)) for path in paths}
    for n in range(3):
        task = made.task(world.plan, f"9.{n}", lead=world.offices["officer"])
        made.assignment(task, world.offices["reporter"])
        made.milestone(task, world.today)
        made.needs(task, world.tasks[0])
    assert {path: queries(lambda path=path: words(client, path)) for path in paths} == before
    assert client.get("/desk/plans/khong-co/").status_code == 404
    assert client.get("/desk/plans/thu/units/khong-co/").status_code == 404


@DB
def test_an_officer_of_a_commune_finds_one_list_and_the_own_report():
    world = filled(3)
    client = browser_of(world, "village")
    page = words(client, "/desk/plans/thu/units/ubnd-01273/")
    assert "You lead 0 and coordinate 3." in page
    assert "Fill in the report" in page and "due in 4 days" in page
    assert "Fill in the report" not in words(client, "/desk/plans/thu/units/ubnd-01274/")
    html = client.get("/desk/plans/thu/units/ubnd-01273/").content.decode()
    assert html.count('class="box"') == 5  # the report, a milestone, three tasks


@DB
def test_the_timeline_shows_whole_titles_what_waits_and_only_what_was_asked_for():
    world = filled(4)
    client = browser_of(world, "officer")
    answer = client.get("/desk/plans/thu/timeline")
    drawn = answer.context["drawing"]
    assert len(drawn.rows) == 4 and len(drawn.arrows) == 3
    for row in drawn.rows:
        assert " ".join(" ".join(line for _y, line in row.lines).split()[1:]) == " ".join(
            row.course.standing.task.title.split()
        )
    assert [row.slip > 0 for row in drawn.rows] == [bool(row.course.standing.slip_days) for row in drawn.rows]
    assert all(one.top + one.height == then.top for one, then in zip(drawn.rows, drawn.rows[1:], strict=False))
    asked = client.get("/desk/plans/thu/timeline?lead=so-xd").context["courses"]
    assert [one.standing.task.code for one in asked] == ["1.1", "1.3"]
    light = answer.context["courses"][0].standing.light.value
    assert {
        one.standing.light.value for one in client.get(f"/desk/plans/thu/timeline?light={light}").context["courses"]
    } == {light}
    assert client.get("/desk/plans/thu/timeline?section=khong").status_code == 200


@DB
def test_the_matrix_tells_part_and_state_and_is_a_file_too():
    world = filled(3)
    Assignment.objects.filter(office=world.villages[0], task=world.tasks[1]).update(state="done", told=world.today)
    client = browser_of(world, "officer")
    assert words(client, "/desk/plans/thu/matrix").count("coordinates: nothing told yet") == 5
    assert "departments" in words(client, "/desk/plans/thu/matrix?units=x")
    text = client.get("/desk/plans/thu/matrix?units=communes&format=csv").content.decode("utf-8-sig")
    assert text.splitlines() == [
        "office,name,1.0,1.1,1.2",
        "ubnd-01273,Cơ quan ubnd-01273,help not_told,help done,help not_told",
        "ubnd-01274,Cơ quan ubnd-01274,help not_told,help not_told,help not_told",
    ]


@DB
def test_a_calendar_program_reads_the_days_until_the_address_is_ended():
    world = filled(3)
    client = browser_of(world, "village")
    assert "make" in client.get("/desk/plans/thu/calendar").content.decode()
    client.post("/desk/plans/thu/calendar", {"deed": "make"})
    page = client.get("/desk/plans/thu/calendar?office=ubnd-01273")
    address = page.context["address"]
    assert address in page.content.decode() and address.endswith("?office=ubnd-01273")
    program = Client()
    answer = program.get(address.removeprefix("http://testserver"))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    lines = answer.content.decode().split("\r\n")
    assert all(len(line.encode()) <= icalendar.LONGEST_LINE for line in lines)
    assert sum(line == "BEGIN:VEVENT" for line in lines) == 5
    assert "UID:thu-task-1.0@nonnuoc" in lines
    wrong = re.sub(r"~.*\.ics", "~wrong.ics", address.removeprefix("http://testserver"))
    assert program.get(wrong).status_code == 404
    client.post("/desk/plans/thu/calendar", {"deed": "end"})
    assert program.get(address.removeprefix("http://testserver")).status_code == 404


@DB
def test_the_first_page_of_the_desk_tells_each_their_part():
    world = filled(4)
    village = words(browser_of(world, "village"), "/desk/")
    assert "You lead 0 and coordinate 4 open tasks." in village and "due in 4 days" in village
    reporter = words(browser_of(world, "reporter"), "/desk/")
    assert "You lead 2 and coordinate 0 open tasks." in reporter
    assert "3 decisions wait for you." in words(browser_of(world, "leader"), "/desk/")
    assert "My part" not in words(browser_of(world, "factory"), "/desk/")


@DB
def test_the_search_of_the_desk_finds_tasks_and_leads_to_them():
    world = filled(2)
    html = browser_of(world, "reporter").get("/desk/search?q=phan+loai+thu").content.decode()
    assert reverse("plan-task", args=["thu", "1.1"]) in html
    world.tasks[0].public = False
    world.tasks[0].save()
    outside = browser_of(world, "factory").get("/desk/search?q=phan+loai+thu").content.decode()
    assert reverse("plan-progress-task", args=["thu", "1.1"]) in outside  # the plan is public, this task of it is not
    assert "/1.0/" not in outside and "/desk/plans/" not in outside
    hits = browser_of(world, "reporter").get("/desk/search.json?q=1.1").json()["groups"]
    assert [hit["page"] for group in hits for hit in group["hits"] if hit["layer"] == "plan-tasks"] == [
        "/desk/plans/thu/tasks/1.1/"
    ]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_province_prints_on_one_sheet_and_nothing_scrolls_sideways(browser: Browser, live_server: Any):
    world = filled(37, 12)
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    session = browser_of(world, "leader").cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    try:
        views = ("", "units/ubnd-01273/", "matrix", "timeline", "calendar", "units/")
        for path in ("/desk/province", *(f"/desk/plans/thu/{view}" for view in views)):
            page.goto(live_server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        page.goto(live_server.url + "/desk/province")
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1
    finally:
        context.close()
