"""Who gets the report, and who signs it. The title of who signs follows from what the office is: common practice."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from docx.document import Document
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from nonnuoc.records.plans.reports.docx.frame import TEXT, centred, columns, drop_first, tight
from nonnuoc.records.plans.reports.wording.figures import number

SIGNS = {
    "department": ("GIÁM ĐỐC",),
    "province": ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
    "commune": ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
}


def write(document: Document, facts: dict[str, Any]) -> None:
    """Below the text: left the list of who gets it, right the place of the signature; never divided by a page."""
    tight(document.add_paragraph()).paragraph_format.line_spacing = Pt(6)
    for last in document.paragraphs[-4:]:  # a signature never stands on a page without some of the text
        last.paragraph_format.keep_with_next = True
    table = columns(document, (Mm(80), Mm(80)))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    left, right = table.rows[0].cells
    first = tight(left.add_paragraph())
    named = first.add_run("Nơi nhận:")
    named.bold, named.italic, named.font.size = True, True, Pt(12)
    units = _("units that were asked (%(n)s)") % {"n": number(facts["units"])}
    for name in ("Như trên", units, "Lưu: VT"):
        end = "." if name.startswith("Lưu") else ";"
        tight(left.add_paragraph()).add_run(f"- {name[0].upper()}{name[1:]}{end}").font.size = Pt(11)
    for line in SIGNS.get(facts["writer"]["kind"], ("THỦ TRƯỞNG ĐƠN VỊ",)):
        tight(centred(right, line, TEXT, bold=True))
    for _blank in range(4):
        tight(centred(right, "", TEXT))
    for cell in (left, right):
        drop_first(cell)
