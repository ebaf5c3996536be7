"""The report of a round on the desk, as those who make, issue and read it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.plans.models import Form, Report, Round
from nonnuoc.records.plans.reports import making
from tests.desk import staff
from tests.records.plans import made
from tests.records.plans.reports import world

pytestmark = pytest.mark.django_db
HOME = "/desk/plans/thu/rounds/2026/report/"


@pytest.fixture(scope="module")
def of(rolled_back):
    built = world.build()
    ministry = made.office("bo", Office.Kind.MINISTRY)
    people = {
        "officer": built.steerer,
        "leader": made.worker("Lanh", built.plan.issuer, Role.LEADER),
        "unit": world.reporter(built.forms["ubnd-01001"].office),
        "ministry": made.worker("Bo", ministry, Role.MINISTRY),
    }
    clients = {}
    for name, person in people.items():
        clients[name] = Client()
        clients[name].force_login(person)
    return SimpleNamespace(**clients, world=built)


def draft(of) -> Report:
    """Asked for on the page, made as the worker does."""
    assert of.officer.post(f"{HOME}ask").status_code == 302
    making.make(Report.objects.order_by("-id").first().uuid)
    return Report.objects.get(state="draft")


@pytest.fixture(scope="module")
def drafted(of) -> Report:
    return draft(of)


def test_a_draft_is_asked_for_watched_and_read(of):
    Report.objects.all().delete()  # of the other tests
    assert "Lập dự thảo" in staff.said(of.officer.get(HOME))
    assert of.unit.post(f"{HOME}ask").status_code == 403
    of.officer.post(f"{HOME}ask")
    waiting = of.officer.get(HOME)
    assert waiting["Refresh"] and "đang chờ" in staff.said(waiting)
    making.make(Report.objects.get().uuid)
    page = of.officer.get(HOME)
    assert "Refresh" not in page and world.LONG in staff.said(page).replace("&amp;", "&")
    assert of.unit.get(HOME).status_code == 200 and world.LONG not in staff.said(of.unit.get(HOME))
    assert of.unit.get(f"{HOME}docx").status_code == 404
    document = of.officer.get(f"{HOME}docx")
    assert document.content[:2] == b"PK" and "2026" in document["Content-Disposition"]


def test_every_sentence_leads_to_what_it_rests_on(of, drafted):
    html = of.officer.get(HOME).content.decode()
    said = re.findall(r'<div class="told-line .*?</div>', html, flags=re.S)
    assert len(said) > 20 and all("<a href=" in one for one in said)
    addresses = {address.partition("#")[0] for one in said for address in re.findall(r'href="([^"]+)"', one)}
    refused = {address: of.officer.get(address).status_code for address in addresses}
    assert set(refused.values()) == {200}, refused
    kinds = (
        "tasks/I.1/",
        "#step-",
        "#evidence",
        "targets/T1/#values",
        "text#II.1.a.1",
        "units/so-thu#task-I.1",
        "#blockers",
    )
    assert [kind for kind in kinds if kind not in html] == []


def test_what_rests_on_much_has_a_page_with_all_of_it(of, drafted):
    page = of.officer.get(f"{HOME}basis/general.0")
    assert page.content.decode().count("/report/units/") == 5
    accounts = of.officer.get(f"{HOME}basis/sections.0.tasks.0.results")
    assert "HYPERLINK" in staff.said(accounts)
    for wrong in ("general.99", "nothing", "head.plan", "general.x", "sections.0.title.2"):
        assert of.officer.get(f"{HOME}basis/{wrong}").status_code == 404
    unit = of.officer.get(f"{HOME}units/so-thu")
    assert "Đang lấy ý kiến các sở." in staff.said(unit)
    assert of.officer.get(f"{HOME}units/so-khac").status_code == 404


def test_issued_with_its_number_it_is_for_everybody_and_has_its_seal(of, drafted):
    form = of.leader.get(f"{HOME}issue")
    assert "không hoàn tác" in staff.said(form) and "2 đơn vị chưa gửi" in staff.said(form)
    given = {"report": drafted.uuid, "number": "12/BC-ST", "day": timezone.localdate().isoformat()}
    assert of.leader.post(f"{HOME}issue", given).status_code == 422  # has not said that they read it
    assert of.unit.post(f"{HOME}issue", given | {"sure": "on"}).status_code == 403
    newer = draft(of)
    assert of.leader.post(f"{HOME}issue", given | {"sure": "on"}).status_code == 422
    assert of.leader.post(f"{HOME}issue", given | {"sure": "on", "report": newer.uuid}).status_code == 302
    assert Round.objects.get(pk=of.world.round.pk).state == "closed"
    page = staff.said(of.ministry.get(HOME))
    assert "12/BC-ST" in page and Report.objects.get().sha256 in page and "vừa kiểm tra" in page
    assert "Phát hành báo cáo" not in staff.said(of.leader.get(HOME))
    assert of.ministry.get(f"{HOME}units/so-thu").status_code == 200
    assert "12-BC-ST.xlsx" in of.ministry.get(f"{HOME}xlsx")["Content-Disposition"]


def test_a_draft_that_lacks_something_says_so(of, drafted):
    Form.objects.filter(office__code="ubnd-01003").update(state="submitted", submitted=timezone.now())
    assert "chưa có trong dự thảo này: Cơ quan ubnd-01003" in staff.said(of.officer.get(HOME))
