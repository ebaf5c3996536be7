"""The paper: pages, type, and the pieces that the parts of the document are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
TEXT, SMALL = Pt(14), Pt(13)
SHORT_SIDE, LONG_SIDE = Mm(210), Mm(297)
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(20)
EDGE = Mm(10)  # from the edge of the page to its number, and to what stands at its foot
FIRST_LINE = Mm(10)
#: Word wants what stands in an element in the order of its schema (ECMA-376, part 1, 17.3.1.26 and 17.6.17).
AFTER_EDGES = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")
AFTER_NUMBERS = ("w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:docGrid")
CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
START, END = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT


def begin(document: Document, notes: Sequence[str]) -> None:
    """Set the type and the first page; `notes` stand at the foot of every page."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, TEXT
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.rPr.append(language)
    spacing = normal.paragraph_format
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(0), Pt(6), 1.15
    section = document.sections[0]
    _sheet(section, SHORT_SIDE, LONG_SIDE)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    for foot in (section.first_page_footer, section.footer):
        _noted(foot.paragraphs[0], notes)


def landscape(document: Document) -> None:
    """A new section across, its pages counted from 1; their head and foot are those of the first section."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _sheet(section, LONG_SIDE, SHORT_SIDE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.different_first_page_header_footer = True
    counted = OxmlElement("w:pgNumType")
    counted.set(qn("w:start"), "1")
    section._sectPr.insert_element_before(counted, *AFTER_NUMBERS)


def paragraph(
    document: Document | _Cell, text: str = "", *, bold: bool = False, italic: bool = False, keep: bool = False
) -> Paragraph:
    """A paragraph of the text: justified, its first line in. Every line of the text becomes one of its own."""
    *before, last = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    for line in before:
        _justified(document, line, bold=bold, italic=italic, keep=keep)
    return _justified(document, last, bold=bold, italic=italic, keep=keep)


def _justified(document: Document | _Cell, line: str, *, bold: bool, italic: bool, keep: bool) -> Paragraph:
    made = document.add_paragraph()
    made.paragraph_format.first_line_indent = FIRST_LINE
    made.alignment = JUSTIFY
    made.paragraph_format.keep_with_next = keep
    run = made.add_run(line)
    run.bold, run.italic = bold, italic
    return made


def centred(
    document: Document | _Cell, text: str, size: Length = TEXT, *, bold: bool = False, italic: bool = False
) -> Paragraph:
    made = document.add_paragraph()
    made.alignment = CENTRE
    run = made.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, size
    return made


def rule(document: Document | _Cell, width: Length, within: Length) -> Paragraph:
    """A line so wide in the middle of a column: the lower edge of a paragraph that is not seen otherwise."""
    made = document.add_paragraph()
    spacing = made.paragraph_format
    spacing.left_indent = spacing.right_indent = Length(max(0, (within - width) // 2))
    spacing.space_after, spacing.line_spacing = Pt(0), Pt(3)
    edges, edge = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        edge.set(qn(f"w:{name}"), value)
    edges.append(edge)
    made._p.get_or_add_pPr().insert_element_before(edges, *AFTER_EDGES)
    return made


def columns(document: Document, widths: Iterable[Length]) -> Table:
    """A table of one row without lines, for what stands beside each other."""
    widths = list(widths)
    table: Table = document.add_table(rows=1, cols=len(widths))
    table.autofit = False
    for column, cell, width in zip(table.columns, table.rows[0].cells, widths, strict=True):
        column.width = cell.width = width
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    return table


def tight(made: Paragraph) -> Paragraph:
    made.paragraph_format.space_after, made.paragraph_format.line_spacing = Pt(0), 1.0
    return made


def drop_first(cell: _Cell) -> None:
    """Take out the empty paragraph a cell begins with, once it has others."""
    first = cell.paragraphs[0]._p
    first.getparent().remove(first)


def _sheet(section: Section, width: Length, height: Length) -> None:
    section.page_width, section.page_height = width, height
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = TOP, BOTTOM, LEFT, RIGHT
    section.header_distance = section.footer_distance = EDGE


def _page_number(made: Paragraph) -> None:
    made.alignment = CENTRE
    tight(made)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = made.add_run()
        run.font.size = SMALL
        piece = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            piece.set(qn("w:fldCharType"), kind)
        else:
            piece.text = text
        run._r.append(piece)


def _noted(made: Paragraph, notes: Sequence[str]) -> None:
    made.alignment = CENTRE
    tight(made)
    run = made.add_run(" · ".join(notes))
    run.bold, run.font.size = True, Pt(10)
