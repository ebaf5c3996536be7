"""The report as it leaves the house, read back by somebody else's readers and opened by LibreOffice."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import docx
import openpyxl
import pytest

from nonnuoc.records.plans.reports import content, xlsx
from nonnuoc.records.plans.reports import docx as documents
from tests.records.plans import made
from tests.records.plans.reports import world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(rolled_back):
    """What the report says."""
    return content.build(world.build().round, made.TODAY)


def texts(document) -> str:
    """All text of a document and of its tables."""
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def feet(document) -> list[str]:
    """What stands at the foot of the first page and of all others; the annexes have no feet of their own."""
    first, *others = document.sections
    assert all(one.footer.is_linked_to_previous and one.first_page_footer.is_linked_to_previous for one in others)
    return [first.first_page_footer.paragraphs[0].text, first.footer.paragraphs[0].text]


def titles(told) -> list[str]:
    return [task["title"] for section in told["sections"] for task in section["tasks"]]


def test_the_document_holds_every_title_whole_in_the_form_of_a_report(told):
    document = docx.Document(io.BytesIO(documents.write(told)))
    first, *annexes = document.sections
    edges = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    assert [round(edge.mm) for edge in edges] == [20, 20, 30, 20]
    assert (round(first.page_width.mm), round(first.page_height.mm), document.styles["Normal"].font.name) == (
        *(210, 297),
        "Times New Roman",
    )
    assert len(annexes) == 4 and all(one.page_width > one.page_height for one in annexes)
    assert first.different_first_page_header_footer and "PAGE" in first.header._element.xml
    tasks = next(table for table in document.tables if len(table.rows) > 3 and len(table.columns) == 8)
    assert [row.cells[1].text for row in tasks.rows if row.cells[0].text in ("1", "2", "10")] == titles(told)
    assert "w:tblHeader" in tasks.rows[0]._tr.xml
    whole = texts(document)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "BÁO CÁO",
        "Kính gửi",
        "Nơi nhận:",
    ):
        assert words in whole
    assert feet(document) == ["DỰ THẢO – CHƯA PHÁT HÀNH"] * 2


def test_simulated_data_say_so_on_every_page_and_an_issued_report_is_no_draft(told):
    told = told | {"head": told["head"] | {"simulated": True, "number": "12/BC-ST", "day": "2026-11-30"}}
    document = docx.Document(io.BytesIO(documents.write(told, sha256="ab" * 32)))
    whole = texts(document)
    assert feet(document) == ["DỮ LIỆU MÔ PHỎNG – CHỈ ĐỂ TRÌNH DIỄN"] * 2
    assert "Số: 12/BC-ST" in whole and "ngày 30 tháng 11 năm 2026" in whole and "ab" * 32 in whole


def test_the_workbook_holds_numbers_days_and_texts_that_are_no_formulas(told):
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(told)))
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    assert list(rows)[1:] == ["Nhiệm vụ", "Chỉ tiêu", "Đơn vị", "Trả lời", "Khó khăn, vướng mắc", "Đề xuất", "Kinh phí"]
    assert [row[1] for row in rows["Nhiệm vụ"][1:]] == titles(told)
    assert [row[0] for row in rows["Nhiệm vụ"][1:]] == ["1", "2", "10"]
    money = rows["Kinh phí"][1]
    assert (money[2], money[4], money[5]) == (2026, 1_500_000_000, None)
    share = dict(zip(rows["Chỉ tiêu"][0], rows["Chỉ tiêu"][1], strict=True))
    assert (share["Đo được"], share["Khai báo"], share["Lộ trình 2026"]) == (81.5, 90, 83)
    assert share["Đo cho ngày"] == datetime(2026, 10, 31)
    assert {cell.number_format for row in book["Chỉ tiêu"] for cell in row if cell.is_date} == {"dd/mm/yyyy"}
    assert [row[6] for row in rows["Trả lời"]].count(world.FORMULA) == 2
    assert "26/11/2026" in str(rows[book.sheetnames[0]])
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert book["Nhiệm vụ"].freeze_panes == "C2" and book["Nhiệm vụ"].auto_filter.ref


#: The library of LibreOffice that opens a kind of file, and the package it is in.
PARTS = {"docx": ("libswlo.so", "libreoffice-writer"), "xlsx": ("libsclo.so", "libreoffice-calc")}


@pytest.mark.slow
def test_libreoffice_opens_both(told, tmp_path):
    program = shutil.which("soffice")
    there = [] if program is None else [path.name for path in Path(program).resolve().parent.glob("lib*lo.so")]
    files = {"docx": documents.write(told), "xlsx": xlsx.write(told)}
    opened = [kind for kind in files if PARTS[kind][0] in there]
    for kind in opened:
        (tmp_path / f"{kind}.{kind}").write_bytes(files[kind])
    if opened:
        home, out = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}", ("--outdir", tmp_path)
        made_of = [tmp_path / f"{kind}.{kind}" for kind in opened]
        command = [program, home, "--headless", "--convert-to", "pdf", *out, *made_of]
        subprocess.run(command, check=True, timeout=120, capture_output=True)
    assert {kind: (tmp_path / f"{kind}.pdf").read_bytes()[:4] for kind in opened} == dict.fromkeys(opened, b"%PDF")
    if missing := [PARTS[kind][1] for kind in files if kind not in opened]:
        pytest.skip(f"NOT TESTED: no LibreOffice here that opens all of it (Debian: apt install {' '.join(missing)})")
