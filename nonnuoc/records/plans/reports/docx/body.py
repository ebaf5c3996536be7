"""The text of the report: assessment, results by section of the plan, targets, units, difficulties, what next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from docx.document import Document

from nonnuoc.records.plans.reports.docx.frame import paragraph
from nonnuoc.records.plans.reports.sentence import Sentence
from nonnuoc.records.plans.reports.wording import said
from nonnuoc.records.plans.reports.wording.figures import number

#: Letters of items, as laws use them.
LETTERS = "abcdđeghiklmnopqrstuvxy"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
#: Results of coordinators that the text tells of one task; all of them stand in the workbook and on the web.
RESULTS = 3
Content = dict[str, Any]


def write(document: Document, content: Content) -> None:
    """All chapters."""
    chapters = iter(ROMAN)
    _chapter(document, chapters, _("GENERAL ASSESSMENT"))
    _listed(document, content["general"])
    _chapter(document, chapters, _("RESULTS OF TASKS BY SECTION OF THE PLAN"))
    for place, section in enumerate(content["sections"], start=1):
        _section(document, place, section)
    if content["targets"]:
        _chapter(document, chapters, _("TARGETS"))
        for place, target in enumerate(content["targets"], start=1):
            paragraph(document, f"{place}. {target['title']} ({target['code']})", bold=True, keep=True)
            paragraph(document, " ".join(said(one) for one in target["sentences"]))
    _chapter(document, chapters, _("HOW THE UNITS REPORTED"))
    _units(document, content)
    _chapter(document, chapters, _("DIFFICULTIES"))
    if not content["difficulties"]:
        paragraph(document, _("No unit has told of a difficulty."))
    for one in content["difficulties"]:
        _of_task(document, one, _("In general"))
    _chapter(document, chapters, _("PROPOSALS"))
    _listed(document, content["proposals"])
    if not content["proposals"]:
        paragraph(document, _("No unit has made a proposal."))
    _chapter(document, chapters, _("WHAT COMES NEXT"))
    for one in content["next"]:
        _of_task(document, one, "")
    if not content["next"]:
        paragraph(document, _("Nothing falls due within a year, and no lead has told of what comes next."))
    closing = _("The above is the report of %(writer)s.") % {"writer": content["head"]["writer"]["name"]}
    paragraph(document, f"{closing}/.")


def letter(place: int) -> str:
    """a), b) … of 0, 1 …; figures once the letters are used up."""
    return f"{LETTERS[place]})" if place < len(LETTERS) else f"{place + 1})"


def _chapter(document: Document, chapters: Iterator[str], title: str) -> None:
    paragraph(document, f"{next(chapters)}. {title}", bold=True, keep=True)


def _listed(document: Document, sentences: Iterable[Sentence]) -> None:
    for one in sentences:
        paragraph(document, f"- {said(one)}")


def _section(document: Document, place: int, section: dict[str, Any]) -> None:
    paragraph(document, f"{place}. {section['title']}", bold=True, keep=True)
    for at, task in enumerate(section["tasks"]):
        paragraph(document, f"{letter(at)} {task['title']}", italic=True, keep=True)
        given = {"time": task["time"], "lead": task["lead"]}
        paragraph(document, "- " + _("Time: %(time)s; lead: %(lead)s.") % given)
        stands, *seen = task["standing"]
        paragraph(document, "- " + _("How it stands: %(light)s") % {"light": said(stands)})
        _listed(document, seen)
        _listed(document, _unsaid(task))
        results = task["results"]
        for one in results[:RESULTS]:
            paragraph(document, f"+ {said(one)}")
        if len(results) > RESULTS:
            more = {"n": number(len(results) - RESULTS)}
            paragraph(
                document, "+ " + _("%(n)s further results stand in the annexed workbook, sheet “Answers”.") % more
            )


def _unsaid(task: dict[str, Any]) -> list[Sentence]:
    """Without the count of milestones where the reasons for how it stands tell it already."""
    reasons = {one["kind"] for one in task["standing"][0]["values"]["reasons"]}
    return [one for one in task["sentences"] if one["kind"] != "task.steps" or not reasons & {"steps", "pace"}]


def _units(document: Document, content: Content) -> None:
    units = content["units"]
    for one in units:
        general = [sentence for sentence in one["sentences"] if sentence["kind"] == "unit.general"]
        _listed(document, general)
    if not content["missing"]:
        paragraph(document, _("All units that were asked have reported; how each did stands in the annex."))
        return
    paragraph(document, _("These units have not reported; how each unit reported stands in the annex:"), keep=True)
    _listed(document, content["missing"])


def _of_task(document: Document, one: dict[str, Any], general: str) -> None:
    title = f"{one['task']}. {one['title']}" if one["task"] else general
    paragraph(document, title, italic=True, keep=True)
    _listed(document, one["sentences"])
