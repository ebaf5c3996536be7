"""The rules of alarm, by what they are about, with how good each has been."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.desk.alarm_rules import wording
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.look import figures
from nonnuoc.records.alerts.rulebook import reading as rulebook
from nonnuoc.records.alerts.rulebook import scoring
from nonnuoc.records.alerts.rulebook.reading import Line, Standing
from nonnuoc.records.alerts.rulebook.scoring import Score

SCORED = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Row:
    """One rule in the list."""

    code: str
    name: str
    level: str
    scope: str
    state: str
    on: bool
    score: Score
    precision: str


@allowed("incidents.read", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """All rules: whether they are switched on, what they say, how good they were over a year."""
    at = timezone.now()
    lines = rulebook.lines(at)
    scores = scoring.scores(at - SCORED, at)
    parts = [
        (wording.heading(family), [_row(line, scores.get(line.rule.code)) for line in many])
        for family, many in groupby(lines, key=lambda line: line.family)
    ]
    context = {
        "parts": parts,
        "rules": len(lines),
        "on": sum(line.standing == Standing.ON for line in lines),
        "answer": _answer(lines),
        "may_manage": request.rights.may("alarm_rules.manage"),
    }
    return render(request, "desk/alarm_rules/listing.html", context)


def precision(score: Score) -> str:
    """ "12 of 14 were true"; empty while nobody has said."""
    if not score.judged:
        return ""
    said = {
        "true": score.confirmed,
        "all": score.judged,
        "percent": figures.number(100 * score.confirmed / score.judged),
    }
    return _("%(true)d of %(all)d were true (%(percent)s %%)") % said


def _row(line: Line, score: Score | None) -> Row:
    found = score or Score(line.rule.code)
    return Row(
        code=line.rule.code,
        name=wording.told(line.rule, "name"),
        level=wording.level(line.rule),
        scope=wording.scope(line.rule),
        state=wording.state(line.standing),
        on=line.standing == Standing.ON,
        score=found,
        precision=precision(found),
    )


def _answer(lines: list[Line]) -> str:
    return " ".join(_sentences(lines))


def _sentences(lines: list[Line]) -> Iterator[str]:
    on = [line for line in lines if line.standing == Standing.ON]
    yield _("%(on)d of %(all)d rules are switched on.") % {"on": len(on), "all": len(lines)}
