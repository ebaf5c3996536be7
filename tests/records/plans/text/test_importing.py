"""A plan brought as a file: read whole, matched with a person's word, taken over all or not at all."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from docx.oxml import parse_xml
from docx.oxml.ns import nsmap

from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.plans.models import Assignment, Edition, Plan, Task
from nonnuoc.records.plans.text import editions, importing
from nonnuoc.records.plans.text.importing import holding
from tests.records.plans.made import NOW, worker
from tests.records.plans.text import made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def offices():
    return made.offices()


@pytest.fixture
def keeper(offices):
    return worker("Can", offices["so-nnmt"], "officer")


def test_word_and_markdown_give_the_same_plan(offices):
    plain, word = importing.read(*made.markdown()), importing.read(*made.docx())
    assert [row.code for row in word.rows] == [row.code for row in plain.rows] == ["I.1", "I.2", "II.1"]
    assert [row.section_title for row in word.rows] == ["Nguồn nước", "Nguồn nước", "Quan trắc"]
    first, second, third = word.rows
    assert (first.lead_text, second.lead_text) == ("UBND cấp xã", "UBND cấp xã")  # merged over both
    assert second.title == "Khoanh vùng bảo hộ vệ sinh nước đầu nguồn"
    assert second.help_text == "Sở NN&MT và Sở Xây dựng"
    assert third == plain.rows[2]
    assert (word.head.number, str(word.head.issued), word.head.signer) == (
        "12/KH-UBND",
        "2026-03-05",
        "CHỦ TỊCH Nguyễn Văn Thử",
    )
    assert (plain.head.number, plain.head.issued, plain.head.issued_text) == ("", None, "ngày tháng 3 năm 2026")
    assert (str(plain.head.starts), str(plain.head.ends), plain.head.issuer) == (
        "2026-01-01",
        "2030-12-31",
        "UBND tỉnh Thử",
    )
    body = {one.anchor: one.text for one in plain.pieces if one.anchor.startswith(("I.", "II."))}
    assert {one.anchor: one.text for one in word.pieces if one.anchor.startswith(("I.", "II."))} == body
    assert body["II.1.b.1"] == "Xây dựng kế hoạch quản lý chất lượng nước mặt."


def word(inside: str = "", more: bytes = b"") -> bytes:
    """A DOCX file with these pieces of XML in it, and a file beside it."""
    document = docx.Document()
    if inside:
        begins = f'<w:tbl xmlns:w="{nsmap["w"]}"><w:tblPr/><w:tblGrid/><w:tr><w:tc>'
        document.element.body.insert(0, parse_xml(f"{begins}{inside}<w:p/></w:tc></w:tr></w:tbl>"))
    out = io.BytesIO()
    document.save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/more.xml", more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "name", "media_type", "says"),
    [
        (b"x", "a.pdf", "application/pdf", "Files of this kind"),
        (word(more=b" " * 31_000_000), "a.docx", made.DOCX, "unpacks to more"),
        (word('<w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>'), "a.docx", made.DOCX, "more than 100,000 cells"),
        (b"PK\x03\x04nothing", "a.docx", made.DOCX, "cannot be opened as a DOCX"),
        ("Kế hoạch\nSố".encode("utf-16-le"), "a.md", made.MARKDOWN, "Line 1"),
        (b" \n ", "a.md", made.MARKDOWN, "There is no text"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(body, name, media_type, says):
    with pytest.raises(ValidationError, match=says):
        importing.read(body, name, media_type)


def test_each_name_is_matched_and_says_how_sure(offices):
    found = importing.proposals(importing.read(*made.markdown()))
    sure = {one.text: (one.codes, one.sure.value) for row in found for one in (*row.leads, *row.helps)}
    assert sure == {
        "Sở Nông nghiệp và Môi trường": (("so-nnmt",), "exact"),
        "Các Sở, ban, ngành": ((importing.DEPARTMENTS,), "group"),
        "UBND cấp xã": ((importing.COMMUNES,), "group"),
        "Sở NN&MT": (("so-nnmt",), "likely"),
        "Sở Xây dựng": (("so-xay-dung",), "exact"),
    }
    assert [one.span.kind for one in found] == ["quarter", "years", "continuous"]
    assert not any(one.faults for one in found)


def test_taken_over_it_is_whole_and_the_same_file_again_is_the_same_plan(keeper):
    plan = made.taken(keeper)
    tasks = {one.code: one for one in Task.objects.filter(plan=plan)}
    assert tasks["I.1"].title == "Lập danh mục nguồn nước sinh hoạt"
    assert (tasks["I.1"].section_title, tasks["I.1"].printed) == ("Nguồn nước", "1")
    parts = {(one.task.code, one.office.code, one.role) for one in Assignment.objects.select_related("task", "office")}
    assert parts == {
        ("I.1", "so-nnmt", "lead"),
        ("I.1", "so-xay-dung", "help"),  # of "Các Sở, ban, ngành" the lead is left out
        ("I.1", "ubnd-01273", "help"),
        ("I.1", "ubnd-01279", "help"),
        ("I.2", "ubnd-01273", "lead"),
        ("I.2", "ubnd-01279", "lead"),
        ("I.2", "so-nnmt", "help"),
        ("II.1", "so-nnmt", "lead"),
        ("II.1", "so-xay-dung", "lead"),
    }
    assert plan.state == Plan.State.DRAFT  # number and day are not filled in
    assert {one.subject for one in AuditEntry.objects.all()} == {"plan nuoc", *(f"plan nuoc {code}" for code in tasks)}
    assert made.taken(keeper) == plan
    assert made.taken(keeper, said={"plan": made.plan_said("khac")}) == plan
    assert (Plan.objects.count(), Edition.objects.count(), Task.objects.count()) == (1, 1, 3)


@pytest.mark.parametrize(
    ("row", "said", "fault"),
    [
        (("1", "Việc", "2026", "Sở Y tế", ""), {}, "Row I.1: nobody has confirmed who “Sở Y tế” is"),
        (("1", "Việc", "2026", "Sở Y tế", ""), {"units": {"Sở Y tế": ["so-y-te"]}}, "there is no office “so-y-te”"),
        (("1", "Việc", "2026", "Sở Y tế", ""), {"units": {"Sở Y tế": []}}, "Row I.1 has no lead"),
        (("1", "Việc", "khi có tiền", "Sở Xây dựng", ""), {}, "Row I.1: nobody has confirmed the time “khi có tiền”"),
        (("2", "Việc", "2026", "Sở Xây dựng", ""), {}, "Row I.2 is there more than once"),
        (("1", "", "2026", "Sở Xây dựng", ""), {}, "Row I.1 has no content"),
    ],
)
def test_as_long_as_a_row_is_wrong_nothing_is_written(keeper, row, said, fault):
    rows = (made.ROWS[0], row, made.ROWS[2], *made.ROWS[3:])
    draft = importing.read(*made.markdown(*rows))
    agreed = importing.agreed(importing.proposals(draft))
    given = {**agreed, "plan": made.plan_said(), "units": {**agreed["units"], **said.get("units", {})}}
    with pytest.raises(ValidationError) as refused:
        importing.take(draft, given, by=keeper, at=NOW)
    assert any(fault in message.replace("-2", "") for message in refused.value.messages)
    assert not Plan.objects.exists()


def test_without_a_table_of_tasks_or_without_the_right_nothing_is_written(keeper, offices):
    draft = importing.read(b"## I. A\n\nText.", "a.md", made.MARKDOWN)
    with pytest.raises(ValidationError, match="no table of tasks"):
        importing.take(draft, {"plan": made.plan_said()}, by=keeper, at=NOW)
    other = worker("Xa", offices["ubnd-01273"], "commune_officer")
    with pytest.raises(PermissionDenied):
        made.taken(other)
    assert not Plan.objects.exists()


def test_an_amendment_adds_changes_and_takes_out_and_keeps_codes_and_anchors(keeper, offices):
    plan = made.taken(keeper)
    told = Assignment.objects.get(task__code="I.2", office=offices["ubnd-01273"])
    Assignment.objects.filter(pk=told.pk).update(note="đã làm")
    before = {one.text: one.anchor for one in editions.passages(editions.current(plan)) if one.text}
    rows = (
        made.ROWS[0],
        ("1", "Trồng rừng đầu nguồn", "Năm 2026 - 2030", "Sở Xây dựng", ""),
        ("2", "Lập danh mục nguồn nước sinh hoạt", "Quý II năm 2027", "Sở Nông nghiệp và Môi trường", "UBND cấp xã"),
        ("3", "Khoanh vùng bảo hộ vệ sinh", "Năm 2026 - 2030", "UBND cấp xã", ""),
    )
    text = made.TEXT.replace("a) Lập danh mục", "a) Trồng thêm rừng ở đầu các con suối. Lập danh mục")
    edition = {"edition": {"kind": "amendment", "document_number": "99/QĐ-UBND"}}
    made.taken(keeper, made.markdown(*rows, text=text), edition)
    tasks = {one.code: one for one in Task.objects.filter(plan=plan)}
    assert {code: one.title for code, one in tasks.items() if one.withdrawn is None} == {
        "I.3": "Trồng rừng đầu nguồn",
        "I.1": "Lập danh mục nguồn nước sinh hoạt",
        "I.2": "Khoanh vùng bảo hộ vệ sinh",
    }
    assert tasks["II.1"].withdrawn == NOW
    assert (tasks["I.1"].printed, tasks["I.1"].time_text, tasks["I.3"].added_by) == (
        "2",
        "Quý II năm 2027",
        "99/QĐ-UBND",
    )
    told.refresh_from_db()
    assert (told.note, told.ended) == ("đã làm", None)
    assert Assignment.objects.get(task__code="I.2", office=offices["so-nnmt"]).ended == NOW
    after = {one.text: one.anchor for one in editions.passages(editions.current(plan)) if one.text}
    assert {text: after[text] for text in before if text in after} == {
        text: anchor for text, anchor in before.items() if text in after
    }
    assert after["Trồng thêm rừng ở đầu các con suối."] == "II.1.a.3"
    history = AuditEntry.objects.filter(subject="plan nuoc I.1", action="plan-task.changed").get()
    assert history.before["time_text"] == "Quý IV năm 2026"
    assert history.detail["document"] == "99/QĐ-UBND"


def test_a_file_waits_for_its_answers_and_is_taken_once(keeper, offices):
    body, name, _kind = made.markdown()
    held = holding.begin(body, name, by=keeper, at=NOW)
    with pytest.raises(ValidationError):
        holding.finish(held, by=keeper, at=NOW)
    assert not Plan.objects.exists()
    said = {"plan": made.plan_said(), **importing.agreed(importing.proposals(holding.draft(held)))}
    holding.answer(held, said, by=keeper)
    plan = holding.finish(held, by=keeper, at=NOW)
    assert holding.finish(held, by=keeper, at=NOW) == plan
    assert not holding.of(keeper).exists()
    other = worker("Khac", offices["so-xay-dung"], "reporter")
    assert holding.one(str(held.uuid), other) is None
