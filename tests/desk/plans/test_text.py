"""Pages of a plan's text: read, marked, compared, asked about, brought in."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans.models import Mark, Plan, PlanImport, Question, Task
from nonnuoc.records.plans.text import editions
from tests.records.plans.made import NOW, worker
from tests.records.plans.text import made

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def offices(rolled_back: None):
    return made.offices()


@pytest.fixture(scope="module")
def keeper(offices) -> Person:
    return worker("Can", offices["so-nnmt"], "officer")


@pytest.fixture(scope="module")
def taken(keeper) -> Plan:
    return made.taken(keeper)


@pytest.fixture(scope="module")
def villager(offices) -> Person:
    return worker("Xa", offices["ubnd-01273"], "commune_officer")


@pytest.fixture
def plan(taken) -> Plan:
    return Plan.objects.get(pk=taken.pk)


@pytest.fixture
def reader(villager) -> Client:
    return entered(villager)


@pytest.fixture
def desk(keeper) -> Client:
    return entered(keeper)


def entered(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def said(page) -> str:
    return page.content.decode()


def test_the_text_is_read_marked_and_filtered(desk, reader, plan):
    page = said(reader.get("/desk/plans/nuoc/text"))
    assert 'id="II.1.b.1"' in page and 'id="PL.I.1"' in page
    assert "mark=II.1.b.1" not in page  # who only reads is offered no form
    form = said(desk.get("/desk/plans/nuoc/text?mark=II.1.b.1"))
    assert 'name="anchor" value="II.1.b.1"' in form
    sent = desk.post("/desk/plans/nuoc/text/marks", {"anchor": "II.1.b.1", "kind": "duty"})
    assert (sent.status_code, sent["location"]) == (302, "/desk/plans/nuoc/text?mark=II.1.b.1#II.1.b.1")
    shown = said(reader.get("/desk/plans/nuoc/text?show=uncovered"))
    assert 'id="II.1.b.1"' in shown and 'id="II.1.a.1"' not in shown and 'id="II.1"' in shown
    refused = desk.post("/desk/plans/nuoc/text/marks", {"anchor": "II.1.b.1", "kind": "duty", "words": "gì đó"})
    assert refused.status_code == 422 and Mark.objects.count() == 1
    assert reader.post("/desk/plans/nuoc/text/marks", {"anchor": "II.1.a.1", "kind": "duty"}).status_code == 403
    desk.post("/desk/plans/nuoc/text/marks", {"anchor": "II.1.b.1", "remove": str(Mark.objects.get().pk)})
    assert not Mark.objects.exists()
    assert reader.get("/desk/plans/khong/text").status_code == 404


def test_what_an_edition_changed_is_shown_word_by_word(desk, reader, plan, keeper):
    text = editions.of(plan)[0].text.replace("95%", "97%")
    editions.add(plan, text, kind="correction", reason="chép sai", by=keeper, at=NOW)
    page = said(reader.get("/desk/plans/nuoc/changes/2"))
    assert "<del>95%</del>" in page and "<ins>97%</ins>" in page and "II.1.a.2" in page
    assert reader.get("/desk/plans/nuoc/changes/1").status_code == 404
    assert 'id="II.1.a.2"' in said(reader.get("/desk/plans/nuoc/text/1"))
    assert reader.get("/desk/plans/nuoc/text/9").status_code == 404


def test_a_question_is_decided_on_a_document_by_who_keeps_plans(desk, reader, plan):
    page = said(reader.get("/desk/plans/nuoc/questions"))
    assert "PL.I.2" in page
    question = Question.objects.get(plan=plan, key="lead:I.2")
    where = f"/desk/plans/nuoc/questions/{question.pk}"
    assert desk.post(where, {"decision": "Sở."}).status_code == 422  # without its document
    assert reader.post(where, {"decision": "Xã.", "basis": "1"}).status_code == 403
    assert desk.post(where, {"decision": "Sở chịu.", "basis": "12/TB-UBND"}).status_code == 302
    assert "Sở chịu." in said(reader.get(where)) and "12/TB-UBND" in said(reader.get("/desk/plans/nuoc/questions"))
    asked = desk.post(
        "/desk/plans/nuoc/questions", {"kind": "wording", "title": "Thế nào là “nguồn”?", "anchors": "II.1.a.1"}
    )
    assert asked.status_code == 302
    wrong = {"kind": "wording", "title": "Khác", "anchors": "X.1"}
    assert desk.post("/desk/plans/nuoc/questions", wrong).status_code == 422


def test_a_plan_is_brought_in_row_by_row(desk, keeper):
    body, name, kind = made.docx()
    sent = desk.post("/desk/plans/import", {"file": SimpleUploadedFile(name, body, kind)})
    where = sent["location"]
    page = desk.get(where)
    assert "Khoanh vùng bảo hộ vệ sinh nước đầu nguồn" in said(page)
    fields = filled(page.context["given"])
    assert fields["plan-number"] == "12/KH-UBND" and fields["plan-leading"]
    given = {**fields, "plan-code": "moi", "plan-source": "bản Word"}
    unit = next(key for key, value in fields.items() if value == "*departments")
    refused = desk.post(where, {**given, unit: "", "deed": "take"})
    assert refused.status_code == 422 and not Plan.objects.filter(code="moi").exists()
    assert "Dòng I.1: chưa ai xác nhận “Các Sở, ban, ngành”" in said(refused)
    assert PlanImport.objects.get().state == "waiting"
    taken = desk.post(where, {**given, "deed": "take"})
    assert (taken.status_code, taken["location"]) == (302, "/desk/plans/moi/text")
    new = Plan.objects.get(code="moi")
    assert (Task.objects.filter(plan=new).count(), new.state) == (3, "issued")
    assert desk.get(where)["location"] == "/desk/plans/moi/text"
    assert (
        desk.post("/desk/plans/import", {"file": SimpleUploadedFile("a.pdf", b"%PDF", "application/pdf")}).status_code
        == 422
    )


def test_the_head_is_filled_in_later(desk, reader, plan):
    form = desk.get("/desk/plans/nuoc/head").context["form"]
    given = {key: value for key, value in form.initial.items() if value not in (None, False)}
    given |= {"number": "12/KH-UBND", "issued": "2026-03-05", "version": 1}
    assert desk.post("/desk/plans/nuoc/head", {**given, "deed": "change"}).status_code == 302
    assert desk.post("/desk/plans/nuoc/head", {"deed": "issue"}).status_code == 302
    plan.refresh_from_db()
    assert (plan.number, plan.state, str(plan.issued)) == ("12/KH-UBND", "issued", "2026-03-05")
    assert desk.post("/desk/plans/nuoc/head", {"deed": "end", "why": ""}).status_code == 422
    assert reader.get("/desk/plans/nuoc/head").status_code == 403


def test_the_page_costs_the_same_for_a_long_text(reader, plan, keeper):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            reader.get("/desk/plans/nuoc/text")
        return len(asked)

    queries()
    before = queries()
    text = editions.of(plan)[0].text
    more = "\n\n".join(f"{letter}) Việc số {place} của tỉnh." for place, letter in enumerate("degh"))
    editions.add(plan, text.replace("**TM.", f"{more}\n\n**TM."), kind="correction", reason="thiếu", by=keeper, at=NOW)
    assert queries() == before


def filled(given) -> dict[str, object]:
    """What a browser would send of the forms as they are shown."""
    sent: dict[str, object] = {}
    for form in given.forms:
        for bound in form:
            value = bound.value()
            if value not in (None, "", []):
                sent[bound.html_name] = value
    return sent
