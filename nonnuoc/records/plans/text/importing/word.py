"""A DOCX file as Markdown: headings by style or by bold numbers, tables with their merged cells, footnotes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from docx import Document
from docx.document import Document as Opened
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from nonnuoc.domain.plan import tables
from nonnuoc.records.plans.text.importing.word_numbers import Numbering, footnotes

#: What is more is no plan: a plan has a few MB of XML and some thousand pieces. Bytes, unpacked: all of it, and XML.
MOST_UNPACKED, MOST_XML = 200_000_000, 30_000_000
MOST_BLOCKS, MOST_CELLS, MOST_SPAN = 50_000, 100_000, 200
_TOO_MANY_CELLS = gettext_lazy("The tables of this file have more than 100,000 cells: this is no plan.")
_HEADING = re.compile(r"(?:heading|tiêu đề|đề mục)\s*(\d)", re.IGNORECASE)
_BEGINS_LIKE_MARKDOWN = re.compile(r"^(#{1,6}\s|[-*+]\s|\|)")


def read(body: bytes) -> str:
    """Its text as Markdown. Raises ValidationError for what is no DOCX file, or unpacks to too much.

    The sizes are asked before anything is parsed; zipfile gives no more of a file than it says it has, and lxml
    follows no entities.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            _is_small(packed.infolist())
        document = Document(io.BytesIO(body))
        _is_plain(document)
        return "\n\n".join(_Reader(document).blocks())
    except ValidationError:
        raise
    except Exception as error:  # python-docx gives many kinds of errors for broken files
        raise ValidationError(
            _("This cannot be opened as a DOCX file. Save it again as .docx, and bring that.")
        ) from error


def _is_small(packed: Sequence[zipfile.ZipInfo]) -> None:
    xml = sum(one.file_size for one in packed if one.filename.casefold().endswith((".xml", ".rels")))
    if sum(one.file_size for one in packed) > MOST_UNPACKED or xml > MOST_XML:
        raise ValidationError(_("The file unpacks to more than 200 MB: this is no plan."))


def _is_plain(document: Opened) -> None:
    """A cell that says it spans a million columns would be read a million times."""
    body: Any = document.element.body
    spans = (one.get(qn("w:val")) or "" for one in body.iter(qn("w:gridSpan")))
    cells = sum(1 for _one in body.iter(qn("w:tc")))
    if cells > MOST_CELLS or any(not span.isdecimal() or int(span) > MOST_SPAN for span in spans):
        raise ValidationError(_TOO_MANY_CELLS)
    if sum(1 for _one in body.iter(qn("w:p"))) > MOST_BLOCKS + cells:
        raise ValidationError(_("The text has more than three million letters: this is no plan."))


class _Reader:
    def __init__(self, document: Opened) -> None:
        self._document = document
        self._numbers = Numbering(document)
        self._notes = footnotes(document)
        self._cited: list[str] = []

    def blocks(self) -> Iterator[str]:
        for block in self._document.iter_inner_content():
            if isinstance(block, Paragraph):
                yield from filter(None, [self._paragraph(block)])
            else:
                yield from self._table(block)
        for place, note in enumerate(self._cited, start=1):
            yield f"<sup>{place}</sup> {self._notes.get(note, '')}"

    def _paragraph(self, one: Paragraph) -> str:
        text = self._text(one)
        if not text:
            return ""
        label = self._numbers.label(one)
        style = _HEADING.match(one.style.name or "") if one.style is not None else None
        if style:
            return f"{'#' * min(int(style[1]), 6)} {label} {text}".replace("  ", " ")
        if label:
            text = f"{label} {text}"
        elif _BEGINS_LIKE_MARKDOWN.match(text):
            text = f"\\{text}" if text[0] in "#|" else text
        return _in_bold(text) if _is_bold(one) else text

    def _text(self, one: Paragraph) -> str:
        """Its words, what is deleted left out, with the figure of each footnote."""
        parts: list[str] = []
        element: Any = one._p
        for node in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:noBreakHyphen"), qn("w:footnoteReference")):
            if node.tag == qn("w:t"):
                parts.append((node.text or "").replace("*", "\\*"))
            elif node.tag == qn("w:noBreakHyphen"):
                parts.append("-")
            elif node.tag == qn("w:footnoteReference"):
                self._cited.append(node.get(qn("w:id")))
                parts.append(f"<sup>{len(self._cited)}</sup>")
            elif node.getparent().tag == qn("w:r"):
                parts.append(" ")
        return " ".join("".join(parts).split())

    def _table(self, table: Table) -> Iterator[str]:
        """A Markdown table; one that only sets text side by side (number and motto, close) as its paragraphs."""
        rows = list(_grid(table))
        if not any(
            tables.roles([" ".join(one.text for one in cell.paragraphs) for _o, _c, cell in row]) for row in rows
        ):
            for row in rows:
                for opens, goes_on, cell in row:
                    if opens and not goes_on:
                        yield from filter(None, map(self._paragraph, cell.paragraphs))
            return
        width = max(len(row) for row in rows)
        lines = [self._row(row, width) for row in rows]
        yield "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])

    def _row(self, row: Sequence[tuple[bool, bool, Any]], width: int) -> str:
        """Cells that go on from the row above stand in this one too, except where the whole row goes on."""
        runs_on = bool(row) and row[0][1]
        cells = []
        for opens, goes_on, cell in row:
            text = "" if not opens or (goes_on and runs_on) else self._cell(cell, again=goes_on)
            cells.append(text)
        return "| " + " | ".join([*cells, *[""] * (width - len(cells))]) + " |"

    def _cell(self, cell: Any, *, again: bool) -> str:
        lines = [text for one in cell.paragraphs if (text := self._cell_text(one, again=again))]
        text = " ".join(lines).replace("|", "\\|")
        return _in_bold(text) if text and all(_is_bold(one) for one in cell.paragraphs if one.text.strip()) else text

    def _cell_text(self, one: Paragraph, *, again: bool) -> str:
        text = self._text(one)
        label = "" if again else self._numbers.label(one)
        return f"{label} {text}".strip()


def _grid(table: Table) -> Iterator[list[tuple[bool, bool, Any]]]:
    """Of each row its cells over all columns: whether it opens here in the row, whether it goes on from above, what."""
    above: list[Any] = []
    count = 0
    for row in table.rows:
        cells = row.cells
        count += len(cells)
        if count > MOST_CELLS:
            raise ValidationError(_TOO_MANY_CELLS)
        here: list[tuple[bool, bool, Any]] = []
        for place, cell in enumerate(cells):
            opens = place == 0 or cells[place - 1]._tc is not cell._tc
            here.append((opens, place < len(above) and above[place] is cell._tc, cell))
        above = [cell._tc for cell in cells]
        yield here


def _is_bold(one: Paragraph) -> bool:
    runs = [run for run in one.runs if run.text.strip()]
    return bool(runs) and all(run.bold for run in runs)


def _in_bold(text: str) -> str:
    return f"**{text}**"
