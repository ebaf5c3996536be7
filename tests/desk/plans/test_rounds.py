"""The pages of rounds and forms, as the people who have to do with them."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.plans.models import Assignment, Blocker, Form, Plan, Round, Saving
from nonnuoc.records.plans.rounds import fields, selectors
from tests.desk.staff import said
from tests.records.plans import made

pytestmark = pytest.mark.django_db
PAGE = "/desk/plans/thu/rounds/"
JSON = {"HTTP_ACCEPT": "application/json"}


class World:
    """A department that follows a plan of three tasks, and two communes."""

    def __init__(self) -> None:
        self.department = made.office("so-thu")
        self.here = made.office("ubnd-01273", Office.Kind.COMMUNE)
        self.there = made.office("ubnd-01279", Office.Kind.COMMUNE)
        self.plan = made.plan(leading=self.department)
        self.tasks = [made.task(self.plan, code, lead=self.department) for code in ("I.1", "I.2")]
        self.tasks.append(made.task(self.plan, "II.1", lead=self.here))
        for task in self.tasks[:2]:
            for office in (self.here, self.there):
                made.assignment(task, office, Assignment.Role.HELP)
        people = {
            "officer": (self.department, Role.OFFICER),
            "commune": (self.here, Role.COMMUNE_OFFICER),
            "other": (self.there, Role.COMMUNE_OFFICER),
            "leader": (made.office("ubnd-tinh", Office.Kind.PROVINCE), Role.LEADER),
            "reader": (made.office("hdnd", Office.Kind.COUNCIL), Role.READER),
        }
        self.clients = {}
        for name, (office, role) in people.items():
            self.clients[name] = Client()
            self.clients[name].force_login(made.worker(name, office, role))

    def __getitem__(self, name: str) -> Client:
        return self.clients[name]

    def opened(self) -> None:
        today = timezone.localdate()
        given = {
            "kind": "yearly",
            "title": "Báo cáo năm",
            "code": "nam",
            "asked": "Nêu rõ số liệu",
            "begins": date(today.year, 1, 1),
            "ends": today,
            "due": today,
            "tasks": ["I.1", "I.2", "II.1"],
            "offices": ["so-thu", "ubnd-01273", "ubnd-01279"],
        }
        seen = self["officer"].post(f"{PAGE}new", given)
        assert seen.context["forecast"][:2] == (3, 7) and not Round.objects.exists()
        assert self["officer"].post(f"{PAGE}new", {**given, "open": ""}).status_code == 302

    def form(self, office: Office) -> Form:
        return Form.objects.get(office=office)


@pytest.fixture(scope="module")
def built(rolled_back: None) -> World:
    return World()


def whole(form: Form, **more: str) -> dict[str, str]:
    found = {"version": str(form.version), "token": str(uuid4()), **more}
    for answer in selectors.answers(form):
        found |= {fields.name(answer, "state"): "under_way", fields.name(answer, "result"): f"Làm {answer.task.code}"}
    return found


def test_a_round_from_its_opening_to_its_approval(world):
    world.opened()
    officer, commune, here = world["officer"], world["commune"], f"{PAGE}nam/ubnd-01273/"
    assert "Báo cáo năm" in said(commune.get(PAGE)) and here in commune.get(PAGE).content.decode()
    page = commune.get(here)
    text = said(page)
    assert text.index("II.1") < text.index("I.1 ") and "Nêu rõ số liệu" in text  # what one leads comes first
    assert page.headers["Cache-Control"].count("no-store") == 1

    form = world.form(world.here)
    first = selectors.answers(form)[0]
    kept = {"version": "1", "token": str(uuid4()), fields.name(first, "result"): "Đã <b>xây</b> bể", "deed": "save"}
    assert commune.post(here, kept).status_code == 302
    assert "Đã &lt;b&gt;xây&lt;/b&gt; bể" in commune.get(here).content.decode()
    lacking = commune.post(here, {"version": "2", "token": str(uuid4()), "deed": "submit"})
    assert lacking.status_code == 422 and "I.2: " in said(lacking)
    difficulty = {fields.name(first, "difficulty"): "Thiếu kinh phí"}
    assert commune.post(here, whole(world.form(world.here), deed="submit") | difficulty).status_code == 302
    assert "Thiếu kinh phí" in said(commune.get(here)) and "<textarea" not in commune.get(here).content.decode()

    remark = {f"remark-{first.task_id}": "Nêu dung tích", "deed": "return"}
    assert officer.post(f"{here}decide", remark).status_code == 302
    assert "Nêu dung tích" in said(commune.get(here))
    commune.post(here, whole(world.form(world.here), deed="submit"))
    chosen = {"deed": "approve", "unit": ["ubnd-01273"]}
    assert officer.post(f"{PAGE}nam/act", chosen).status_code == 302
    assert world.form(world.here).state == "approved"
    assert Blocker.objects.get().text == "Thiếu kinh phí"
    shown = said(officer.get(f"{PAGE}nam/?show=approved"))
    assert "Cơ quan ubnd-01273" in shown and "Cơ quan ubnd-01279" not in shown


def test_everybody_sees_their_own_and_the_leader_all(world):
    world.opened()
    for who, codes in (
        ("officer", (200, 200)),
        ("leader", (200, 200)),
        ("commune", (200, 404)),
        ("other", (404, 200)),
        ("reader", (404, 404)),
    ):
        asked = [f"{PAGE}nam/{office.code}/" for office in (world.here, world.there)]
        assert tuple(world[who].get(path).status_code for path in asked) == codes, who
        assert world[who].get(f"{PAGE}nam/").status_code == 200
        assert ("Cơ quan ubnd-01279" in said(world[who].get(f"{PAGE}nam/"))) is (codes[1] == 200)
    refused = world["leader"].post(f"{PAGE}nam/ubnd-01273/", whole(world.form(world.here)))
    assert refused.status_code == 403 and not Saving.objects.exists()
    for who in ("commune", "leader"):
        assert world[who].post(f"{PAGE}nam/ubnd-01273/decide", {"deed": "approve"}).status_code == 403
        assert world[who].get(f"{PAGE}new").status_code == 403
    assert world["officer"].get(f"{PAGE}khong/").status_code == 404


def test_two_saved_at_once_and_both_texts_are_shown(world):
    world.opened()
    commune, here = world["commune"], f"{PAGE}nam/ubnd-01273/"
    mate = Client()
    mate.force_login(made.worker("Bạn", world.here, Role.COMMUNE_OFFICER))
    commune.post(here, {"version": "1", "token": str(uuid4()), "general": "của tôi"})
    clash = mate.post(here, {"version": "1", "token": str(uuid4()), "general": "của Bạn", "proposals": "thêm"})
    assert clash.status_code == 409
    text = clash.content.decode()
    assert "của tôi" in text and ">của Bạn</textarea>" in text and 'name="version" value="3"' in text
    assert world.form(world.here).proposals == "thêm"
    assert mate.post(here, {"version": "3", "token": str(uuid4()), "general": "của cả hai"}).status_code == 302
    assert world.form(world.here).general == "của cả hai"


def test_a_phone_is_answered_in_json(world):
    world.opened()
    commune, here, token = world["commune"], f"{PAGE}nam/ubnd-01273/", str(uuid4())
    sent = {"version": "1", "token": token, "general": "một"}
    for _twice in range(2):
        answer = commune.post(here, sent, **JSON).json()
        assert (answer["version"], answer["clashes"], answer["faults"]) == (2, [], {})
    assert Saving.objects.count() == 1
    assert commune.get(here, **JSON).json()["csrf"]
    name = fields.name(selectors.answers(world.form(world.here))[0], "done")
    bad = commune.post(here, {"version": "2", "token": str(uuid4()), name: "31/31"}, **JSON)
    assert bad.status_code == 422 and list(bad.json()["faults"]) == [name]
    clash = commune.post(here, {"version": "1", "token": str(uuid4()), "general": "hai"}, **JSON).json()
    assert clash["clashes"] == [{"name": "general", "mine": "hai", "theirs": "một"}]
    for version in ("", "x", "99", "9" * 30):
        assert commune.post(here, {"version": version, "token": "x", "general": "y"}, **JSON).status_code == 422


def test_paper_is_entered_and_its_scan_handed_out(world):
    world.opened()
    officer, there = world["officer"], f"{PAGE}nam/ubnd-01279/"
    today = timezone.localdate().isoformat()
    paper = {"deed": "enter", "way": "paper", "received": today}
    lacking = officer.post(there, whole(world.form(world.there)) | {**paper, "received": ""})
    assert lacking.status_code == 422 and "Làm I.1" in lacking.content.decode()
    scan = SimpleUploadedFile("công văn.pdf", b"%PDF-1.7 x")
    given = whole(world.form(world.there)) | paper
    assert officer.post(there, {**given, "original": scan}).status_code == 302
    assert "công văn.pdf" in said(world["other"].get(there))
    handed = world["other"].get(f"{there}original")
    assert (handed.content, handed["X-Content-Type-Options"]) == (b"%PDF-1.7 x", "nosniff")
    assert world["commune"].get(f"{there}original").status_code == 404


def test_units_are_urged_more_are_asked_and_the_round_is_called_off(world):
    world.opened()
    officer, act = world["officer"], f"{PAGE}nam/act"
    assert "1 " in said(officer.post(act, {"deed": "urge", "unit": ["ubnd-01273"], "words": "Gấp"}, follow=True))
    assert world.form(world.here).reminded is not None and world.form(world.there).reminded is None
    assert officer.post(act, {"deed": "postpone", "postpone-due": "2026-01-01", "postpone-why": "x"}).status_code == 422
    assert officer.post(act, {"deed": "more"}).status_code == 302
    assert officer.post(act, {"deed": "call_off", "call_off-why": "Gộp kỳ"}).status_code == 302
    assert "Gộp kỳ" in said(world["commune"].get(f"{PAGE}nam/ubnd-01273/"))
    assert "<textarea" not in world["commune"].get(f"{PAGE}nam/ubnd-01273/").content.decode()
    for deed in ("", "approve", "strange"):
        assert officer.post(act, {"deed": deed}).status_code == 302


def test_the_next_yearly_round_begins_where_the_last_one_ended(world):
    plan = Plan.objects.get(code="thu")
    made.asked_round(plan, "2025", begins=date(2025, 1, 1), ends=date(2025, 11, 20), due=date(2025, 11, 30))
    made.asked_round(plan, "x", ends=date(2025, 12, 24), called_off="Nhầm", begins=date(2025, 1, 1))
    proposed = world["officer"].get(f"{PAGE}new").context["form"].initial
    assert (proposed["kind"], proposed["begins"]) == ("yearly", date(2025, 11, 21))


@pytest.mark.slow
def test_pages_ask_as_many_questions_for_many_as_for_few(world, queries):
    world.opened()
    officer, commune = world["officer"], world["commune"]
    pages = [(officer, f"{PAGE}nam/"), (commune, f"{PAGE}nam/ubnd-01273/"), (officer, PAGE), (commune, PAGE)]
    for client, path in pages:
        client.get(path)
    before = [queries(lambda client=client, path=path: client.get(path)) for client, path in pages]
    more = [made.task(world.plan, f"III.{number}", lead=world.department) for number in range(6)]
    communes = [made.office(f"ubnd-{number:05d}", Office.Kind.COMMUNE) for number in range(2000, 2006)]
    for task in more:
        for office in (world.here, *communes):
            made.assignment(task, office, Assignment.Role.HELP)
    form = {"deed": "more", "more-tasks": [task.code for task in more], "more-offices": [one.code for one in communes]}
    assert officer.post(f"{PAGE}nam/act", form).status_code == 302
    for client, path in pages:
        client.get(path)
    after = [queries(lambda client=client, path=path: client.get(path)) for client, path in pages]
    assert after == before
    assert Form.objects.count() == 9
