"""What is known of a unit's part in a task (records/plans/rounds/prefilling.py), in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonnuoc.records.plans.models import Assignment
from nonnuoc.records.plans.targets import wording as targets

Values = Mapping[str, Any]
#: Where on the page of a task what a fact rests on is shown.
ANCHORS = {"milestone": "step-{}", "evidence": "evidence", "blocker": "blockers"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A fact in words; `anchor`: where on the task's page what it rests on stands ("step-7"), "": nowhere."""

    words: str
    anchor: str = ""
    target: str = ""  # code of the target whose value it is
    simulated: bool = False


def sentences(known: Mapping[str, Any], seen: Container[int]) -> list[Sentence]:
    """All facts of an answer's `known`; kinds this version does not know are left out.

    `seen`: ids of the pieces of evidence that the reader may know of (tasks/evidencing.py); the others are left out.
    """
    return list(_sentences(known.get("facts", ()), seen))


def evidence(known: Iterable[Mapping[str, Any]]) -> set[int]:
    """The ids of the pieces of evidence that facts of these answers rest on."""
    facts = (fact for one in known for fact in one.get("facts", ()))
    return {fact["evidence"]["evidence"] for fact in facts if "evidence" in fact.get("evidence", {})}


def _sentences(facts: Sequence[Mapping[str, Any]], seen: Container[int]) -> Iterator[Sentence]:
    for fact in facts:
        worded = WORDS.get(fact["kind"])
        rests_on = fact.get("evidence", {})
        if worded is None or ("evidence" in rests_on and rests_on["evidence"] not in seen):
            continue
        sort = next((name for name in ANCHORS if name in rests_on), "")
        values = fact["values"]
        anchor = ANCHORS[sort].format(rests_on[sort]) if sort else ""
        simulated = bool(values.get("simulated"))
        yield Sentence(worded(values), anchor, rests_on.get("target", ""), simulated)


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"


def _task_done(told: Values) -> str:
    return _("The whole task was done on %(day)s.") % {"day": _day(told["done"])}


def _task_late(told: Values) -> str:
    days = told["days"]
    words = ngettext(
        "The task was due on %(day)s, %(days)d day ago.", "The task was due on %(day)s, %(days)d days ago.", days
    )
    return words % {"day": _day(told["ends"]), "days": days}


def _task_due(told: Values) -> str:
    days = told["days"]
    words = ngettext(
        "The task is due on %(day)s, in %(days)d day.", "The task is due on %(day)s, in %(days)d days.", days
    )
    return words % {"day": _day(told["ends"]), "days": days}


def _milestone_done(told: Values) -> str:
    return _("Step done on %(day)s: %(title)s") % {"day": _day(told["done"]), "title": told["title"]}


def _milestone_late(told: Values) -> str:
    said = {"day": _day(told["due"]), "days": told["days"], "title": told["title"]}
    words = ngettext(
        "Step not done, due on %(day)s (%(days)d day ago): %(title)s",
        "Step not done, due on %(day)s (%(days)d days ago): %(title)s",
        told["days"],
    )
    return words % said


def _milestone_next(told: Values) -> str:
    return _("Next step, due on %(day)s: %(title)s") % {"day": _day(told["due"]), "title": told["title"]}


def _evidence(told: Values) -> str:
    said = {"day": _day(told["day"]), "title": told["title"], "office": told["office"]}
    return _("Evidence of %(day)s (%(office)s): %(title)s") % said


def _blocker_open(told: Values) -> str:
    return _("Difficulty since %(day)s, not decided yet: %(text)s") % {"day": _day(told["day"]), "text": told["text"]}


def _blocker_decided(told: Values) -> str:
    said = {"day": _day(told["decided"]), "decision": told["decision"], "office": told["office"]}
    return _("Decided on %(day)s on a difficulty of %(office)s: %(decision)s") % said


def _told(told: Values) -> str:
    state = Assignment.State(told["state"]).label
    said = {"day": _day(told["day"]), "state": state, "note": told["note"]}
    if told["note"]:
        return _("You told on %(day)s: %(state)s. %(note)s") % said
    return _("You told on %(day)s: %(state)s.") % said


def _measured(told: Values) -> str:
    return _value(told, _("Measured on %(day)s: %(title)s %(value)s (wanted: %(wanted)s)"))


def _declared(told: Values) -> str:
    return _value(told, _("Declared for %(day)s: %(title)s %(value)s (wanted: %(wanted)s)"))


def _measured_here(told: Values) -> str:
    return _value(told, _("Measured in your commune on %(day)s: %(title)s %(value)s (wanted: %(wanted)s)"))


def _declared_here(told: Values) -> str:
    return _value(told, _("Declared for your commune, %(day)s: %(title)s %(value)s (wanted: %(wanted)s)"))


def _value(told: Values, words: str) -> str:
    said = {"day": _day(told["day"]), "title": told["title"], "wanted": told["wanted"]}
    said["why"] = targets.reason(told["why"], told.get("numbers", {}))
    if told["value"] is None:
        return _("%(title)s cannot be computed: %(why)s") % said
    value = number_format(f"{told['value']:.2f}".rstrip("0").rstrip("."), use_l10n=True)
    found = words % {**said, "value": f"{value} {told['unit']}".strip()}
    return f"{found}. {said['why']}" if told["quality"] == "partial" and told["why"] else found


WORDS: Mapping[str, Callable[[Values], str]] = {
    "task-done": _task_done,
    "task-late": _task_late,
    "task-due": _task_due,
    "milestone-done": _milestone_done,
    "milestone-late": _milestone_late,
    "milestone-next": _milestone_next,
    "evidence": _evidence,
    "blocker-open": _blocker_open,
    "blocker-decided": _blocker_decided,
    "told": _told,
    "measured": _measured,
    "declared": _declared,
    "measured-here": _measured_here,
    "declared-here": _declared_here,
}
