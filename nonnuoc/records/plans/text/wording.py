"""A question the system found, in a sentence: made of its facts when it is shown, in the language of who reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonnuoc.records.plans.models import Question

_ROMAN = ("", "I", "II", "III", "IV")


def sentence(question: Question) -> str:
    """What is open; of a question somebody asked, their own words."""
    key = question.key.partition(":")[0]
    if not question.found or key not in _WORDS:
        return question.text
    return _WORDS[key](question.facts)


def _uncovered(_facts: Mapping[str, Any]) -> str:
    return _("No task takes this up. Make a task of it, add it to one, or decide that none is needed.")


def _order(facts: Mapping[str, Any]) -> str:
    quarter = {**facts, "quarter": _ROMAN[int(facts.get("quarter", 0))]}
    said = _("Task %(task)s cannot end before task %(on)s has, and both are due in quarter %(quarter)s of %(year)s.")
    return said % quarter


def _baseline(facts: Mapping[str, Any]) -> str:
    due = date.fromisoformat(facts["due"]).strftime("%d/%m/%Y") if facts.get("due") else ""
    if facts.get("by") and due:
        return _("Nobody knows yet where it began. %(by)s sets it by %(due)s.") % {"by": facts["by"], "due": due}
    if facts.get("by"):
        return _("Nobody knows yet where it began. %(by)s sets it; by when is not said.") % facts
    return _("Nobody knows yet where it began, and nobody has been named to set it.")


def _path(_facts: Mapping[str, Any]) -> str:
    return _("The plan says where to arrive, not what is to be reached each year on the way.")


def _wanted(facts: Mapping[str, Any]) -> str:
    return _("The plan contradicts itself, so that no number could be taken over: %(text)s") % facts


def _lead(facts: Mapping[str, Any]) -> str:
    if not facts.get("count"):
        return _("The plan writes “%(text)s”; no office that leads has been named.") % facts
    if facts.get("collective"):
        said = ngettext(
            "“%(text)s” is %(count)s office: say which communes are meant, and who answers for the whole.",
            "“%(text)s” are %(count)s offices: say which are meant, and who answers for the whole.",
            int(facts["count"]),
        )
        return said % facts
    return _("%(count)s offices lead it (%(text)s): say who answers for the whole.") % facts


def _time(facts: Mapping[str, Any]) -> str:
    return _("“%(text)s” could not be read as dates: say by when.") % facts


def _milestone(facts: Mapping[str, Any]) -> str:
    return _("It goes on without an end (“%(text)s”) and has no milestone by which to see how it stands.") % facts


def _body(_facts: Mapping[str, Any]) -> str:
    return _("It stands in the appendix; no sentence of the text says what is to be done.")


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "uncovered": _uncovered,
    "order": _order,
    "baseline": _baseline,
    "path": _path,
    "wanted": _wanted,
    "lead": _lead,
    "time": _time,
    "milestone": _milestone,
    "body": _body,
}
