"""The annex as a workbook, in Vietnamese: tasks, targets, units, every answer, difficulties, proposals, money.

Numbers are numbers and days are days; a text stays a text, whatever it begins with. What is not known is an empty cell.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import xlsxwriter
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from nonnuoc.records.plans.models import Assignment, Budget, Form
from nonnuoc.records.plans.reports.docx.head import subject
from nonnuoc.records.plans.reports.wording import said
from nonnuoc.records.plans.reports.wording.figures import day
from nonnuoc.records.plans.reports.wording.of_targets import standing
from nonnuoc.records.plans.reports.wording.of_tasks import state, why
from nonnuoc.records.plans.reports.wording.of_units import WHEN
from nonnuoc.records.plans.tasks.wording import light

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
CELL = 32_767  # letters that a cell holds
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Content = dict[str, Any]
Value = str | int | float | date | None


class Sheet(NamedTuple):
    """A sheet: its name, what its columns hold and how wide they are, its rows; how many columns stay in sight."""

    name: str
    columns: Sequence[tuple[str, float]]
    rows: Iterable[Sequence[Value]]
    fixed: int = 2


def write(content: Content, *, sha256: str = "") -> bytes:
    """The workbook; its first sheet says what it is, and with the seal of an issued report, that it is frozen."""
    out = io.BytesIO()
    with translation.override("vi"), xlsxwriter.Workbook(out, OPTIONS) as book:
        forms = {
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#E6E3DA"}
            ),
            "text": book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
            "as_text": book.add_format({"text_wrap": True, "valign": "top", "border": 1, "quote_prefix": True}),
            "day": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "border": 1, "align": "left"}),
            "number": book.add_format({"num_format": "#,##0.##########", "valign": "top", "border": 1}),
            "whole": book.add_format({"num_format": "#,##0", "valign": "top", "border": 1}),
            "year": book.add_format({"num_format": "0", "valign": "top", "border": 1}),
        }
        book.set_properties({"title": subject(content["head"]), "author": content["head"]["writer"]["name"]})
        _about(book, content["head"], sha256)
        for sheet in (
            _tasks(content),
            _targets(content),
            _units(content),
            _answers(content),
            _difficulties(content),
            _proposals(content),
            _money(content),
        ):
            _put(book, sheet, forms, content["head"]["simulated"])
    return out.getvalue()


def _about(book: xlsxwriter.Workbook, facts: dict[str, Any], sha256: str) -> None:
    sheet, bold, wrapped = (
        book.add_worksheet(_("About this report")),
        book.add_format({"bold": True}),
        book.add_format(),
    )
    wrapped.set_text_wrap()
    lines = [
        (_("Report"), subject(facts)),
        (_("The plan"), facts["plan"]["title"]),
        (_("Number of the report"), facts["number"] or _("draft, not issued")),
        (_("Day"), day(facts["day"])),
        (_("Reporting office"), facts["writer"]["name"]),
        (_("Period"), f"{day(facts['round']['begins'])} – {day(facts['round']['ends'])}"),
        (_("As the records stand on"), day(facts["on"])),
    ]
    if facts["simulated"]:
        lines.insert(0, (_("SIMULATED DATA"), _("Invented for demonstration; not to be relied on.")))
    if sha256:
        lines.append((_("SHA-256 of the frozen content"), sha256))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text, wrapped)


def _put(book: xlsxwriter.Workbook, sheet: Sheet, forms: dict[str, Any], simulated: bool) -> None:
    made = book.add_worksheet(sheet.name)
    for place, (title, width) in enumerate(sheet.columns):
        made.set_column(place, place, width)
        made.write_string(0, place, title, forms["head"])
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for place, value in enumerate(row):
            _cell(made, last, place, value, forms, is_year=sheet.columns[place][0] == _("Year"))
    made.freeze_panes(1, sheet.fixed)
    made.autofilter(0, 0, max(last, 1), len(sheet.columns) - 1)
    made.set_landscape()
    made.set_paper(9)
    made.repeat_rows(0)
    made.fit_to_pages(1, 0)
    mark = _("SIMULATED DATA") if simulated else ""
    made.set_footer(f"&L{mark}&R&P/&N")


def _cell(made: Any, row: int, place: int, value: Value, forms: dict[str, Any], *, is_year: bool) -> None:
    if value is None or value == "":
        made.write_blank(row, place, None, forms["text"])
    elif isinstance(value, date):
        made.write_datetime(row, place, value, forms["day"])
    elif isinstance(value, str):
        made.write_string(row, place, value[:CELL], forms["as_text" if value.startswith(FORMULA) else "text"])
    else:
        form = "year" if is_year else "whole" if isinstance(value, int) else "number"
        made.write_number(row, place, value, forms[form])


def _each(content: Content) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    return ((section, task) for section in content["sections"] for task in section["tasks"])


def _tasks(content: Content) -> Sheet:
    columns = (
        (_("No."), 7),
        (_("Task"), 55),
        (_("Section"), 9),
        (_("Title of the section"), 40),
        (_("Code"), 9),
        (_("Time"), 16),
        (_("End"), 12),
        (_("Lead unit"), 28),
        (_("Coordinating units"), 28),
        (_("How it stands"), 15),
        (_("Reasons"), 40),
        (_("Seen otherwise"), 30),
        (_("Milestones reached"), 11),
        (_("Milestones"), 10),
        (_("Done on"), 12),
        (_("Result told by the lead"), 55),
        (_("What the coordinating units told"), 35),
        (_("What comes next"), 40),
    )
    rows = []
    for section, one in _each(content):
        stands, *seen = one["standing"]
        told = {kind: "\n".join(said(s) for s in one["sentences"] if s["kind"].startswith(kind)) for kind in TOLD}
        row = (
            *(one["printed"], one["title"], section["section"], section["title"], one["code"], one["time"]),
            *(_day(one["ends"]), one["lead"], one["help"], capfirst(light(one["light"])), _reasons(stands)),
            *("\n".join(said(s) for s in seen), one["steps"]["done"], one["steps"]["of"], _day(one["done"])),
            *(told["task.lead"], told["task.helpers"], "\n".join(said(s) for s in one["next"])),
        )
        rows.append(row)
    return Sheet(_("Tasks"), columns, rows)


TOLD = ("task.lead", "task.helpers")


def _reasons(stands: dict[str, Any]) -> str:
    return capfirst(why(stands["values"]["reasons"]))


def _targets(content: Content) -> Sheet:
    years = sorted({year for one in content["targets"] for year in one["path"]})
    columns = (
        (_("Code"), 7),
        (_("Target"), 55),
        (_("Section"), 14),
        (_("Unit"), 10),
        (_("Wanted, as the plan writes it"), 22),
        (_("Wanted"), 10),
        (_("Wanted by the day"), 12),
        (_("Baseline"), 10),
        (_("Day of the baseline"), 12),
        *((_("Path %(year)s") % {"year": year}, 9) for year in years),
        (_("Wanted by now"), 10),
        (_("Measured"), 10),
        (_("Measured for"), 12),
        (_("Declared"), 10),
        (_("Declared for"), 12),
        (_("Against its path"), 16),
        (_("In words"), 80),
    )
    rows = [
        (
            *(one["code"], one["title"], one["section"], one["unit"], one["wanted_text"], one["wanted"]),
            *(_day(one["due"]), one["baseline"], _day(one["baseline_day"])),
            *(one["path"].get(year) for year in years),
            one["wanted_now"],
            *(part for kind in ("measured", "declared") for part in _valued(one[kind])),
            *(standing(one["judged"]), " ".join(said(s) for s in one["sentences"])),
        )
        for one in content["targets"]
    ]
    return Sheet(_("Targets"), columns, rows)


def _valued(value: dict[str, Any] | None) -> tuple[Value, Value]:
    return (None, None) if value is None else (value["value"], _day(value["day"]))


def _units(content: Content) -> Sheet:
    columns = (
        (_("No."), 6),
        (_("Unit"), 42),
        (_("Tasks it leads"), 9),
        (_("Tasks in all"), 9),
        (_("Told of"), 9),
        *((capfirst(str(one.label)), 12) for one in STATES),
        (_("Came on"), 12),
        (_("How it came"), 18),
        (_("In time"), 22),
        (_("In words"), 70),
    )
    rows = []
    for place, one in enumerate(content["units"], start=1):
        came = bool(one["came"])
        counts = [one["states"].get(str(name), 0) if came else None for name in STATES]
        way = str(Form.Way(one["way"]).label) if came else None
        words = " ".join(said(s) for s in one["sentences"])
        told = (one["leads"], one["of"], one["answered"] if came else None, *counts)
        when = capfirst(str(WHEN[one["when"]]))
        rows.append((place, one["name"], *told, _day(one["came"]), way, when, words))
    return Sheet(_("Units"), columns, rows)


STATES = (Assignment.State.UNDER_WAY, Assignment.State.DONE, Assignment.State.NOT_OURS)


def _answers(content: Content) -> Sheet:
    titles = {one["code"]: one["title"] for _section, one in _each(content)}
    columns = (
        (_("Code"), 9),
        (_("Task"), 45),
        (_("Unit"), 35),
        (_("Part"), 12),
        (_("State"), 16),
        (_("Done on"), 12),
        (_("Result"), 60),
        (_("What comes next"), 45),
        (_("Difficulty"), 45),
    )
    rows = (
        (
            *(one["task"], titles[one["task"]], unit["name"], str(Assignment.Role(one["role"]).label)),
            *(state(one["state"]), _day(one["done"]), one["result"], one["next"], one["difficulty"]),
        )
        for unit in content["units"]
        for one in unit["answers"]
    )
    return Sheet(_("Answers"), columns, rows, 3)


def _difficulties(content: Content) -> Sheet:
    columns = ((_("Code"), 9), (_("Task"), 45), (_("Unit"), 35), (_("In words"), 100))
    rows = (
        (one["task"] or "", one["title"], s["values"]["office"], said(s))
        for one in content["difficulties"]
        for s in one["sentences"]
    )
    return Sheet(_("Difficulties"), columns, rows)


def _proposals(content: Content) -> Sheet:
    columns = ((_("Unit"), 35), (_("Proposal"), 90), (_("Task"), 45))
    rows = ((s["values"]["office"], s["values"]["text"], s["values"]["task"]) for s in content["proposals"])
    return Sheet(_("Proposals"), columns, rows, 1)


def _money(content: Content) -> Sheet:
    columns = (
        (_("Code"), 9),
        (_("Task"), 55),
        (_("Year"), 8),
        (_("Source of money"), 34),
        (_("Estimated sum, đồng"), 18),
        (_("Approved sum, đồng"), 18),
        (_("Disbursed sum, đồng"), 18),
        (_("Document it rests on"), 40),
    )
    rows = (
        (
            *(one["code"], one["title"], line["year"], str(Budget.Source(line["source"]).label)),
            *(line[name] for name in ("estimated", "approved", "spent")),
            line["document"],
        )
        for _section, one in _each(content)
        for line in one["budget"]
    )
    return Sheet(_("Money"), columns, rows)


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
