"""The views over a plan: the province on one page, units, matrix, timeline, calendar, the desk's first page."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from nonnuoc.desk.plans.overview import province, wording
from nonnuoc.domain import icalendar
from nonnuoc.records.plans.models import Assignment
from tests.desk.plans import scene
from tests.records.plans import made

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(rolled_back: None) -> SimpleNamespace:
    return scene.filled(4)


def said(answer: Any) -> str:
    assert answer.status_code == 200, answer.request
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def words(client: Client, path: str) -> str:
    return said(client.get(path))


def test_the_province_on_one_page_answers_first_and_leads_to_what_waits(world):
    scene.more(world, 21)
    client = scene.browser_of(world, "leader")
    answer = client.get("/desk/province")
    page = said(answer)
    counts = answer.context["found"].total.counts
    assert counts["late"] >= 7 and sum(counts.values()) == 21
    assert page.count(f"21 tasks: {counts['late']} late, ") == 1
    assert "3 of 3 units have not reported, due in 4 days." in page
    assert "3 decisions wait for you. 1 question of the plans is open." in page
    assert f"and {counts['late'] + counts['at_risk'] - province.RED} more" in page
    with translation.override("en"):
        cause = wording.cause(answer.context["red"].rows[0].standing)
    assert len(cause) > 10 and cause in unescape(page)
    html = answer.content.decode()
    assert reverse("plan-task", args=["thu", "1.0"]) in html
    assert reverse("plan-questions", args=["thu"]) in html
    assert "No decision waits for you." in words(scene.browser_of(world, "village"), "/desk/province")
    assert scene.browser_of(world, "factory").get("/desk/province").status_code == 403


def test_each_view_of_a_plan_opens_and_costs_the_same_for_more(world, queries):
    client = scene.browser_of(world, "officer")
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


def test_an_officer_of_a_commune_finds_one_list_and_the_own_report(world):
    client = scene.browser_of(world, "village")
    answer = client.get("/desk/plans/thu/units/ubnd-01273/")
    page = said(answer)
    assert "You lead 0 and coordinate 4." in page
    assert "Fill in the report" in page and "due in 4 days" in page
    assert "Fill in the report" not in words(client, "/desk/plans/thu/units/ubnd-01274/")
    assert answer.content.decode().count('class="box"') == 6  # the report, a milestone, four tasks


def test_the_timeline_shows_whole_titles_what_waits_and_only_what_was_asked_for(world):
    client = scene.browser_of(world, "officer")
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


def test_the_matrix_tells_part_and_state_and_is_a_file_too(world):
    Assignment.objects.filter(office=world.villages[0], task=world.tasks[1]).update(state="done", told=world.today)
    client = scene.browser_of(world, "officer")
    assert words(client, "/desk/plans/thu/matrix").count("coordinates: nothing told yet") == 7
    assert "departments" in words(client, "/desk/plans/thu/matrix?units=x")
    text = client.get("/desk/plans/thu/matrix?units=communes&format=csv").content.decode("utf-8-sig")
    assert text.splitlines() == [
        "office,name,1.0,1.1,1.2,1.3",
        "ubnd-01273,Cơ quan ubnd-01273,help not_told,help done,help not_told,help not_told",
        "ubnd-01274,Cơ quan ubnd-01274,help not_told,help not_told,help not_told,help not_told",
    ]


def test_a_calendar_program_reads_the_days_until_the_address_is_ended(world):
    client = scene.browser_of(world, "village")
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
    assert sum(line == "BEGIN:VEVENT" for line in lines) == 6
    assert "UID:thu-task-1.0@nonnuoc" in lines
    wrong = re.sub(r"~.*\.ics", "~wrong.ics", address.removeprefix("http://testserver"))
    assert program.get(wrong).status_code == 404
    client.post("/desk/plans/thu/calendar", {"deed": "end"})
    assert program.get(address.removeprefix("http://testserver")).status_code == 404


def test_the_first_page_of_the_desk_tells_each_their_part(world):
    village = words(scene.browser_of(world, "village"), "/desk/")
    assert "You lead 0 and coordinate 4 open tasks." in village and "due in 4 days" in village
    reporter = words(scene.browser_of(world, "reporter"), "/desk/")
    assert "You lead 2 and coordinate 0 open tasks." in reporter
    assert "3 decisions wait for you." in words(scene.browser_of(world, "leader"), "/desk/")
    assert "My part" not in words(scene.browser_of(world, "factory"), "/desk/")


def test_the_search_of_the_desk_finds_tasks_and_leads_to_them(world):
    html = scene.browser_of(world, "reporter").get("/desk/search?q=phan+loai+thu").content.decode()
    assert reverse("plan-task", args=["thu", "1.1"]) in html
    world.tasks[0].public = False
    world.tasks[0].save()
    outside = scene.browser_of(world, "factory").get("/desk/search?q=phan+loai+thu").content.decode()
    assert reverse("plan-progress-task", args=["thu", "1.1"]) in outside  # the plan is public, this task of it is not
    assert "/1.0/" not in outside and "/desk/plans/" not in outside
    hits = scene.browser_of(world, "reporter").get("/desk/search.json?q=1.1").json()["groups"]
    assert [hit["page"] for group in hits for hit in group["hits"] if hit["layer"] == "plan-tasks"] == [
        "/desk/plans/thu/tasks/1.1/"
    ]
