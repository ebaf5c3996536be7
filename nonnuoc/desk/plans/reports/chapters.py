"""A report's content as its page shows it: in words, each sentence with links to what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from nonnuoc.desk.plans.reports.links import Link, Links
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.models import Report
from nonnuoc.records.plans.reports import wording
from nonnuoc.records.plans.reports.sentence import Sentence

#: Links that stand with a sentence; what rests on more has a page of its own with all of them.
MOST = 8
#: Accounts of coordinators that stand with a task; a page has all of them.
RESULTS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with what it rests on; `place` is its path in the content: "sections.0.tasks.3.sentences.1"."""

    kind: str
    words: str
    links: Sequence[Link]
    all: int
    place: str

    @property
    def more(self) -> int:
        return self.all - len(self.links)


@dataclass(frozen=True, slots=True)
class Part:
    """A task, a target, a unit, or none of these, with its sentences."""

    anchor: str
    title: str
    facts: Mapping[str, Any]
    lines: Sequence[Line]
    results: Sequence[Line] = ()  # of the coordinators, RESULTS at most
    all_results: int = 0
    place: str = ""  # of all of them


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter with its parts; `groups` are those of the sections of the plan: (title, parts)."""

    anchor: str
    title: str
    groups: Sequence[tuple[str, Sequence[Part]]]
    none: str = ""  # what is said where there is nothing


def chapters(report: Report, rights: Rights) -> list[Chapter]:
    """All chapters, in the order of the document, with the links that the reader may follow."""
    told, of = report.content, Links(report.round, report.content, rights)
    found = [
        Chapter("general", _("General assessment"), [("", [_plain(told, "general", of)])]),
        Chapter("tasks", _("Tasks"), [_section(told, place, of) for place in range(len(told["sections"]))]),
        Chapter("targets", _("Targets"), [("", _each(told, "targets", of, "target"))]),
        Chapter("units", _("How the units reported"), [("", _each(told, "units", of, "unit"))]),
        Chapter(
            "difficulties",
            _("Difficulties"),
            [("", _each(told, "difficulties", of, "difficulty"))],
            _("No unit has told of a difficulty."),
        ),
        Chapter(
            "proposals", _("Proposals"), [("", [_plain(told, "proposals", of)])], _("No unit has made a proposal.")
        ),
        Chapter(
            "next",
            _("What comes next"),
            [("", _each(told, "next", of, "next"))],
            _("Nothing falls due within a year, and no lead has told of what comes next."),
        ),
    ]
    return [one for one in found if one.anchor != "targets" or told["targets"]]


def at(report: Report, place: str, rights: Rights) -> list[Line]:
    """The sentence at this place with all it rests on; of a list of sentences, each with the first of it.

    Raises LookupError, ValueError or TypeError where there is none.
    """
    found: Any = report.content
    for step in place.split("."):
        found = found[int(step)] if isinstance(found, list) else found[step]
    of = Links(report.round, {"here": found}, rights)
    return _lines(found, place, of) if isinstance(found, list) else [_line(found, place, of, len(found["rests_on"]))]


def unit_lines(report: Report, place: int, rights: Rights) -> list[Line]:
    """The sentences of one unit."""
    sentences = report.content["units"][place]["sentences"]
    return _lines(sentences, f"units.{place}.sentences", Links(report.round, {"here": sentences}, rights))


def _line(sentence: Sentence, place: str, of: Links, most: int = MOST) -> Line:
    rests = sentence["rests_on"]
    links = [of.link(rest) for rest in rests[:most]]
    return Line(sentence["kind"], wording.said(sentence), links, len(rests), place)


def _lines(sentences: Iterable[Sentence], place: str, of: Links) -> list[Line]:
    return [_line(one, f"{place}.{number}", of) for number, one in enumerate(sentences)]


def _plain(told: Mapping[str, Any], name: str, of: Links) -> Part:
    return Part("", "", {}, _lines(told[name], name, of))


def _each(told: Mapping[str, Any], name: str, of: Links, kind: str) -> list[Part]:
    """Of a list of things that have sentences, each; the kind makes their anchors differ."""
    return [
        Part(
            f"{kind}-{number}",
            str(one.get("title") or one.get("name") or _("In general")),
            {**one, "number": one.get("task") or one.get("code", "")} if kind != "unit" else {**one, "number": ""},
            _lines(one["sentences"], f"{name}.{number}.sentences", of),
        )
        for number, one in enumerate(told[name])
    ]


def _section(told: Mapping[str, Any], place: int, of: Links) -> tuple[str, list[Part]]:
    section = told["sections"][place]
    parts = []
    for number, one in enumerate(section["tasks"]):
        at = f"sections.{place}.tasks.{number}"
        lines = [*_lines(one["standing"], f"{at}.standing", of), *_lines(one["sentences"], f"{at}.sentences", of)]
        results = _lines(one["results"][:RESULTS], f"{at}.results", of)
        facts = {**one, "number": one["code"]}
        told_all = (len(one["results"]), f"{at}.results")
        parts.append(Part(f"task-{one['code']}", one["title"], facts, lines, results, *told_all))
    return f"{section['section']}. {section['title']}", parts
