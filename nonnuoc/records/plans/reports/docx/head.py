"""The head of the report: who issues it under whom, the national title, number, place and day, subject, addressees."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt
from docx.table import _Cell

from nonnuoc.records.plans.reports.docx.frame import (
    END,
    TEXT,
    centred,
    columns,
    drop_first,
    paragraph,
    rule,
    tight,
)
from nonnuoc.records.plans.reports.wording.figures import day

LEFT, RIGHT = Mm(67), Mm(98)  # wider by 5 mm than the text, so that the national title stands on one line
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
BLANK = "\N{NO-BREAK SPACE}" * 7


def write(document: Document, facts: dict[str, Any]) -> None:
    """Everything above the text, and the sentence the text begins with."""
    _first_lines(document, facts)
    title = centred(document, _("REPORT"), bold=True)
    title.paragraph_format.space_before = Pt(12)
    tight(title)
    tight(centred(document, subject(facts), bold=True))
    rule(document, Mm(50), Mm(160)).paragraph_format.space_after = Pt(12)
    _addressees(document, facts)
    paragraph(document, opening(facts))


def subject(facts: dict[str, Any]) -> str:
    """What the report is about."""
    asked = facts["round"]
    year = date.fromisoformat(asked["ends"]).year
    given = {
        "plan": named(facts["plan"]["title"]),
        "year": year,
        "begins": day(asked["begins"]),
        "ends": day(asked["ends"]),
    }
    if asked["kind"] == "yearly":
        return _("Results of %(year)s in carrying out %(plan)s") % given
    return _("Results from %(begins)s to %(ends)s in carrying out %(plan)s") % given


def named(title: str) -> str:
    """A plan's title within a sentence: the word for plan before it, where it does not begin with it."""
    whole = title if title.casefold().startswith("kế hoạch") else f"Kế hoạch {title[:1].lower()}{title[1:]}"
    return whole.rstrip(".")


def opening(facts: dict[str, Any]) -> str:
    """On what plan, of what period, by whom, and how tasks are judged."""
    given = {
        "plan": named(facts["plan"]["title"]),
        "issuer": facts["plan"]["issuer"]["name"],
        "number": _("No. %(number)s") % {"number": facts["plan"]["number"]} if facts["plan"]["number"] else "",
        "writer": facts["writer"]["name"],
        "begins": day(facts["round"]["begins"]),
        "ends": day(facts["round"]["ends"]),
        "on": day(facts["on"]),
    }
    which = (
        _("the plan %(number)s of %(issuer)s: %(plan)s") if given["number"] else _("the plan of %(issuer)s: %(plan)s")
    )
    return _(
        "Carrying out %(named)s, %(writer)s reports on the results from %(begins)s to %(ends)s, "
        "as the records stand on %(on)s, as follows:"
    ) % {**given, "named": which % given}


def day_in_words(facts: dict[str, Any]) -> str:
    """ngày 30 tháng 11 năm 2026; a day below 10 and the first two months have a 0 before them."""
    issued = facts["day"]
    if issued is None:
        return f"ngày{BLANK}tháng{BLANK}năm {date.fromisoformat(facts['on']).year}"
    on = date.fromisoformat(issued)
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    return f"ngày {on.day:02d} tháng {month} năm {on.year}"


def numbered(facts: dict[str, Any]) -> str:
    return f"Số: {facts['number']}" if facts["number"] else f"Số:{BLANK}/BC-{BLANK}"


def balanced(name: str, most: int = 22) -> list[str]:
    """A long name in two lines about as long as each other, so that no word stands alone."""
    words = name.split()
    if len(name) <= most or len(words) < 2:
        return [name]
    ways = [[" ".join(words[:at]), " ".join(words[at:])] for at in range(1, len(words))]
    return min(ways, key=lambda way: abs(len(way[0]) - len(way[1])))


def _first_lines(document: Document, facts: dict[str, Any]) -> None:
    table = columns(document, (LEFT, RIGHT))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    if facts["writer"]["under"]:
        _line(left, facts["writer"]["under"].upper(), 12)
    for part in balanced(facts["writer"]["name"].upper()):
        _line(left, part, 12, bold=True)
    rule(left, Mm(22), LEFT)
    _line(left, numbered(facts), 13, before=6)
    _line(right, NATION, 12, bold=True)
    _line(right, MOTTO, 13, bold=True)
    rule(right, Mm(60), RIGHT)
    _line(right, f"{facts['place']}, {day_in_words(facts)}", 13, italic=True, before=6)
    for cell in (left, right):
        drop_first(cell)


def _line(cell: _Cell, text: str, size: int, *, bold: bool = False, italic: bool = False, before: int = 0) -> None:
    made = tight(centred(cell, text, Pt(size), bold=bold, italic=italic))
    made.paragraph_format.space_before = Pt(before)


def _addressees(document: Document, facts: dict[str, Any]) -> None:
    names = [one["name"] for one in facts["addressees"]]
    if len(names) < 2:
        made = centred(document, f"Kính gửi: {''.join(names)}", TEXT)
        made.paragraph_format.space_after = Pt(12)
        return
    table = columns(document, (Mm(58), Mm(102)))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    made = tight(left.paragraphs[0])
    made.alignment = END
    made.add_run("Kính gửi:").font.size = TEXT
    for place, name in enumerate(names):
        line = right.paragraphs[0] if place == 0 else right.add_paragraph()
        tight(line).add_run(f"- {name}{'.' if place == len(names) - 1 else ';'}").font.size = TEXT
    tight(document.add_paragraph()).paragraph_format.line_spacing = Pt(8)
