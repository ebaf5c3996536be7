"""Files that bring a plan, written for tests: a DOCX as offices write them, and Markdown."""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as Opened
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.plans.models import Plan
from nonnuoc.records.plans.text import importing
from nonnuoc.records.plans.text.importing.files import DOCX, MARKDOWN
from tests.records.accounts import staff
from tests.records.plans.made import NOW

LEAD = "Sở Nông nghiệp và Môi trường"
HEADINGS = ("STT", "Nội dung thực hiện", "Thời gian thực hiện", "Đơn vị chủ trì", "Đơn vị phối hợp")
TEXT = """Số: /KH-UBND

Thử, ngày tháng 3 năm 2026

## KẾ HOẠCH

### Bảo vệ nguồn nước tỉnh Thử giai đoạn 2026-2030

UBND tỉnh Thử ban hành Kế hoạch bảo vệ nguồn nước như sau:

## I. MỤC ĐÍCH

1. Bảo vệ nguồn nước cho mọi người dân trong tỉnh.

## II. NHIỆM VỤ

### 1. Nguồn nước

a) Lập danh mục nguồn nước sinh hoạt toàn tỉnh. Phấn đấu đến năm 2030 bảo vệ được 95% số nguồn nước.

b) Xây dựng kế hoạch quản lý chất lượng nước mặt.

**TM. ỦY BAN NHÂN DÂN**

**CHỦ TỊCH**

**Nguyễn Văn Thử**

**PHỤ LỤC**

{table}
"""
ROWS = (
    ("I", "Nguồn nước", "", "", ""),
    ("1", "Lập danh mục nguồn nước sinh hoạt", "Quý IV năm 2026", LEAD, "Các Sở, ban, ngành, UBND cấp xã"),
    ("2", "Khoanh vùng bảo hộ vệ sinh", "Năm 2026 - 2030", "UBND cấp xã", "Sở NN&MT"),
    ("II", "Quan trắc", "", "", ""),
    ("1", "Lắp đặt trạm quan trắc nước mặt", "Thường xuyên", f"{LEAD}, Sở Xây dựng", ""),
)  # fmt: skip


def offices() -> dict[str, Office]:
    """The province, two departments and two communes."""
    province = Office.objects.create(code="province", name="UBND tỉnh Thử", kind=Office.Kind.PROVINCE)
    named = {"so-nnmt": "Sở Nông nghiệp và Môi trường", "so-xay-dung": "Sở Xây dựng"}
    found = {"province": province}
    for code, name in named.items():
        found[code] = Office.objects.create(code=code, name=name, kind=Office.Kind.DEPARTMENT, parent=province)
    for code in ("01273", "01279"):
        facts = {"commune": staff.commune(code), "name": f"UBND xã {code}", "kind": Office.Kind.COMMUNE}
        found[f"ubnd-{code}"] = Office.objects.create(code=f"ubnd-{code}", parent=province, **facts)
    return found


def markdown(*rows: tuple[str, ...], text: str = TEXT) -> tuple[bytes, str, str]:
    """What `importing.read` takes: bytes, name, media type."""
    table = "\n".join("\t".join(row) for row in (HEADINGS, *(rows or ROWS)))
    return text.format(table=table).encode(), "ke-hoach.md", MARKDOWN


def plan_said(code: str = "nuoc", **more: object) -> dict[str, object]:
    """What a person says of the plan itself."""
    facts = {"title": "Bảo vệ nguồn nước", "short_title": "Nguồn nước", "issuer": "province", "leading": "so-nnmt"}
    return {"code": code, **facts, "starts": "2026-01-01", "ends": "2030-12-31", "source": "thử", **more}


def docx() -> tuple[bytes, str, str]:
    """The same plan as Word keeps it: numbers by a list, the head in a table, a lead merged over two rows,
    a row that goes on after a page break, a footnote."""
    document = Document()
    head = document.add_table(rows=1, cols=2)
    head.cell(0, 0).text = "UBND TỈNH THỬ\nSố: 12/KH-UBND"
    head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nThử, ngày 05 tháng 3 năm 2026"
    document.add_heading("KẾ HOẠCH", level=1)
    document.add_heading("Bảo vệ nguồn nước tỉnh Thử giai đoạn 2026-2030", level=2)
    document.add_paragraph("UBND tỉnh Thử ban hành Kế hoạch bảo vệ nguồn nước như sau:")
    document.add_heading("I. MỤC ĐÍCH", level=2)
    document.add_paragraph("1. Bảo vệ nguồn nước cho mọi người dân trong tỉnh.")
    document.add_paragraph().add_run("II. NHIỆM VỤ").bold = True
    document.add_paragraph().add_run("1. Nguồn nước").bold = True
    number = _letters(document)
    for said in (
        "Lập danh mục nguồn nước sinh hoạt toàn tỉnh. Phấn đấu đến năm 2030 bảo vệ được 95% số nguồn nước.",
        "Xây dựng kế hoạch quản lý chất lượng nước mặt.",
    ):
        _numbered(document.add_paragraph(said), number)
    for line in ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn Thử", "PHỤ LỤC"):
        document.add_paragraph().add_run(line).bold = True
    _appendix(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue(), "ke-hoach.docx", DOCX


def _appendix(document: Opened) -> None:
    rows = [*ROWS[:3], ("", "nước đầu nguồn", "", "", "và Sở Xây dựng"), *ROWS[3:]]
    table = document.add_table(rows=len(rows) + 1, cols=5)
    for place, row in enumerate((HEADINGS, *rows)):
        for column, text in enumerate(row):
            table.cell(place, column).text = text
    for place in (1, 5):  # the title of a part reaches over the row
        for cell in (table.cell(place, 0), table.cell(place, 1)):
            cell.paragraphs[0].runs[0].bold = True
        table.cell(place, 1).merge(table.cell(place, 4))
    table.cell(2, 3).text = ""  # "UBND cấp xã" leads both rows
    table.cell(2, 3).merge(table.cell(3, 3))


def _letters(document: Opened) -> str:
    """A list whose paragraphs Word numbers "a)", "b)"; its id."""
    root = document.part.numbering_part.element
    abstract, level = OxmlElement("w:abstractNum"), OxmlElement("w:lvl")
    abstract.set(qn("w:abstractNumId"), "90")
    level.set(qn("w:ilvl"), "0")
    for name, value in (("w:start", "1"), ("w:numFmt", "lowerLetter"), ("w:lvlText", "%1)")):
        one = OxmlElement(name)
        one.set(qn("w:val"), value)
        level.append(one)
    abstract.append(level)
    root.insert(0, abstract)
    return str(root.add_num(90).numId)


def _numbered(paragraph: object, number: str) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # type: ignore[attr-defined]
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = int(number)


def taken(keeper: Person, file: tuple[bytes, str, str] | None = None, said: dict[str, object] | None = None) -> Plan:
    """The plan of the file, everything in it confirmed; `said` is said otherwise."""
    draft = importing.read(*(file or markdown()))
    given = {"plan": plan_said(), **importing.agreed(importing.proposals(draft)), **(said or {})}
    return importing.take(draft, given, by=keeper, at=NOW)
