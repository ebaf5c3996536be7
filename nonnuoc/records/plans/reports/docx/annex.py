"""The annexes: tables across the page, whose head stands on every page again; each numbered by itself.

No title is shortened. What does not fit on paper (every unit's words on every task) is in the workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Row

from nonnuoc.records.plans.models import Budget, Form
from nonnuoc.records.plans.reports.docx.frame import CENTRE, END, START, centred, landscape, tight
from nonnuoc.records.plans.reports.docx.head import BLANK, day_in_words
from nonnuoc.records.plans.reports.wording import said
from nonnuoc.records.plans.reports.wording.figures import UNKNOWN, day, measured, number
from nonnuoc.records.plans.reports.wording.of_targets import standing
from nonnuoc.records.plans.reports.wording.of_units import WHEN
from nonnuoc.records.plans.tasks.wording import light

Content = dict[str, Any]
Cell = str | Sequence[str]  # lines, each a paragraph
SIZE = Pt(10.5)
#: A row with more letters than this in a cell may go on on the next page: kept whole it would leave half a page empty.
WHOLE = 700
ROMAN = ("I", "II", "III", "IV")


def write(document: Document, content: Content, sha256: str) -> None:
    """Tasks, targets, units, money; last, the seal of what was issued."""
    annexes = [(_("How the tasks stand"), _tasks), (_("How the units reported"), _units)]
    if content["targets"]:
        annexes.insert(1, (_("How the targets stand"), _targets))
    if any(task["budget"] for section in content["sections"] for task in section["tasks"]):
        annexes.append((_("Money for the tasks, in đồng"), _money))
    for number_, (title, table) in zip(ROMAN, annexes, strict=False):
        landscape(document)
        tight(centred(document, _("Annex %(number)s") % {"number": number_}, bold=True))
        tight(centred(document, title.upper(), bold=True))
        centred(document, _attached(content["head"]), Pt(13), italic=True)
        table(document, content)
    if sha256:
        sealed = _("Content frozen when issued; SHA-256: %(sha256)s") % {"sha256": sha256}
        document.add_paragraph().add_run(sealed).font.size = Pt(9)


def _attached(facts: dict[str, Any]) -> str:
    number_ = facts["number"] or f"{BLANK}/BC-{BLANK}"
    given = {"number": number_, "day": day_in_words(facts), "writer": facts["writer"]["name"]}
    return _("(Attached to report No. %(number)s of %(day)s of %(writer)s)") % given


def _tasks(document: Document, content: Content) -> None:
    heads = (
        (_("No."), 11),
        (_("Task"), 55),
        (_("Time"), 22),
        (_("Lead unit"), 30),
        (_("How it stands"), 40),
        (_("Milestones"), 15),
        (_("Result"), 46),
        (_("What comes next"), 28),
    )
    table = _table(document, heads)
    for section in content["sections"]:
        _across(table, f"{section['section']}. {section['title']}")
        for one in section["tasks"]:
            stands, *seen = one["standing"]
            leads = [said(s) for s in one["sentences"] if s["kind"].startswith("task.lead")]
            helpers = [said(s) for s in one["sentences"] if s["kind"] == "task.helpers"]
            steps = f"{one['steps']['done']}/{one['steps']['of']}" if one["steps"]["of"] else UNKNOWN
            shown = [capfirst(light(one["light"])), *(said(s) for s in seen)] if seen else []
            row = (
                one["printed"],
                one["title"],
                one["time"],
                one["lead"],
                [*shown, said(stands)],
                steps,
                [*leads, *helpers],
                [said(s) for s in one["next"]] or UNKNOWN,
            )
            _row(table, row, centre=(0, 5))


def _targets(document: Document, content: Content) -> None:
    heads = (
        (_("Code"), 13),
        (_("Target"), 68),
        (_("Wanted"), 32),
        (_("Baseline"), 26),
        (_("Measured"), 34),
        (_("Declared"), 34),
        (_("Wanted by now"), 18),
        (_("Against its path"), 22),
    )
    table = _table(document, heads)
    for one in content["targets"]:
        unit = one["unit"]
        baseline = (
            _valued(one["baseline"], unit, one["baseline_day"]) if one["baseline"] is not None else _("not known")
        )
        told = [_told(one[kind], unit) for kind in ("measured", "declared")]
        wanted = measured(one["wanted_now"], unit) if one["wanted_now"] is not None else UNKNOWN
        row = (one["code"], one["title"], one["wanted_text"], baseline, *told, wanted, standing(one["judged"]))
        _row(table, row, centre=(0, 6))


def _units(document: Document, content: Content) -> None:
    heads = (
        (_("No."), 12),
        (_("Unit"), 70),
        (_("Tasks it leads"), 21),
        (_("Tasks in all"), 21),
        (_("Told of"), 21),
        (_("Came on"), 27),
        (_("How it came"), 35),
        (_("In time"), 40),
    )
    table = _table(document, heads)
    for place, one in enumerate(content["units"], start=1):
        way = str(Form.Way(one["way"]).label) if one["came"] else UNKNOWN
        told = number(one["answered"]) if one["came"] else UNKNOWN
        counted = (
            number(one["leads"]),
            number(one["of"]),
            told,
            day(one["came"]),
            way,
            capfirst(str(WHEN[one["when"]])),
        )
        _row(table, (str(place), one["name"], *counted), centre=(0, 2, 3, 4, 5))


def _money(document: Document, content: Content) -> None:
    heads = (
        (_("No."), 14),
        (_("Task"), 78),
        (_("Year"), 15),
        (_("Source of money"), 44),
        (_("Estimated sum"), 30),
        (_("Approved sum"), 30),
        (_("Disbursed sum"), 30),
    )
    table = _table(document, heads)
    for section in content["sections"]:
        for one in section["tasks"]:
            for line in one["budget"]:
                sums = (number(line[name]) for name in ("estimated", "approved", "spent"))
                source = str(Budget.Source(line["source"]).label)
                _row(
                    table, (one["code"], one["title"], str(line["year"]), source, *sums), centre=(0, 2), right=(4, 5, 6)
                )


def _told(value: dict[str, Any] | None, unit: str) -> str:
    if value is None:
        return UNKNOWN
    if value["value"] is None:
        return _("cannot be computed")
    return _valued(value["value"], unit, value["day"])


def _valued(value: float, unit: str, on: str | None) -> str:
    return f"{measured(value, unit)} ({day(on)})"


def _table(document: Document, heads: Iterable[tuple[str, int]]) -> Table:
    """A table with its first row, which stands at the head of every page."""
    heads = list(heads)
    table: Table = document.add_table(rows=1, cols=len(heads))
    table.style, table.autofit, table.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.CENTER
    _room(table)
    for column, (_title, width) in zip(table.columns, heads, strict=True):
        column.width = Mm(width)
    first = table.rows[0]
    widths = [Mm(width) for _title, width in heads]
    _put(first, [title for title, _width in heads], widths, dict.fromkeys(range(len(heads)), CENTRE), bold=True)
    again = OxmlElement("w:tblHeader")
    again.set(qn("w:val"), "true")
    first._tr.get_or_add_trPr().append(again)
    _whole(first)
    return table


def _room(table: Table) -> None:
    """A little room between the text and the lines above and below it."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "45")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def _row(table: Table, cells: Sequence[Cell], *, centre: Iterable[int] = (), right: Iterable[int] = ()) -> None:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    sides = {**dict.fromkeys(centre, CENTRE), **dict.fromkeys(right, END)}
    _put(row, cells, [column.width for column in table.columns], sides)
    if all(len(cell if isinstance(cell, str) else "".join(cell)) < WHOLE for cell in cells):
        _whole(row)


def _across(table: Table, text: str) -> None:
    """A row of one cell, which stays with the row after it."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    cells = row.cells
    cell = cells[0].merge(cells[-1])
    made = tight(cell.paragraphs[0])
    made.paragraph_format.keep_with_next = True
    run = made.add_run(text)
    run.bold, run.font.size = True, SIZE
    _whole(row)


def _put(
    row: _Row, cells: Sequence[Cell], widths: Sequence[Length | None], sides: Mapping[int, Any], *, bold: bool = False
) -> None:
    """Texts into the cells of a row; `sides`: by the place of a cell where its text stands, if not at the left."""
    for place, (cell, text, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
        if width is not None:
            cell.width = width
        lines = [line for one in ([text] if isinstance(text, str) else text) for line in one.splitlines()] or [""]
        for at, line in enumerate(lines):
            made = tight(cell.paragraphs[0] if at == 0 else cell.add_paragraph())
            made.alignment = sides.get(place, START)
            run = made.add_run(line)
            run.bold, run.font.size = bold, SIZE


def _whole(row: _Row) -> None:
    """It is not divided between pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
