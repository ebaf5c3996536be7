"""Words of what is said of a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from nonnuoc.records.plans.models import Assignment
from nonnuoc.records.plans.reports.wording.figures import day, number
from nonnuoc.records.plans.tasks import wording
from nonnuoc.records.plans.tasks.wording import light

Values = Mapping[str, Any]
#: Units named with what they share; of the others it is said how many there are.
NAMED = 5


def state(name: str) -> str:
    """What a unit says of its part; "" where it said none."""
    return str(Assignment.State(name).label) if name in Assignment.State.values else ""


def states(counted: Mapping[str, int]) -> str:
    """3 done, 30 under way, in the order of the states; units that told no state last."""
    words = {**{str(one): str(one.label) for one in Assignment.State}, "unsaid": _("without a state")}
    return ", ".join(f"{number(counted[one])} {words[one]}" for one in words if counted.get(one))


def why(reasons: Sequence[Mapping[str, Any]]) -> str:
    """Why a task stands as it does, the weightiest reason first, in one line."""
    return "; ".join(wording.said(one["kind"], one["values"]) for one in reasons)


def closed(text: str) -> str:
    """What somebody wrote, with an end."""
    text = text.rstrip()
    return text if not text or text[-1] in ".!?…:;" else f"{text}."


def stands(values: Values) -> str:
    given = {"light": capfirst(light(values["light"])), "why": why(values["reasons"])}
    said = _("%(light)s: %(why)s.") % given
    return _("Computed from records: %(said)s") % {"said": said} if values["seen"] else said


def seen(values: Values) -> str:
    given = {**values, "light": light(values["light"]), "until": day(values["until"])}
    return _("Seen until %(until)s as %(light)s, because: %(reason)s") % {**given, "reason": closed(values["reason"])}


def steps(values: Values) -> str:
    return _("%(done)s of %(of)s milestones are reached.") % {name: number(one) for name, one in values.items()}


def step(values: Values) -> str:
    return _("Reached on %(day)s: %(title)s") % {"day": day(values["done"]), "title": closed(values["title"])}


def lead(values: Values) -> str:
    """The lead's own words stand whole, behind the names of the first of those that share them."""
    said = [_some(values["offices"])]
    if values["state"]:
        said.append(f" ({state(values['state'])}" + (f", {day(values['done'])})" if values["done"] else ")"))
    text = values["text"]
    said.append(f": {closed(text)}" if text else ": " + _("gave no account of what was done."))
    return "".join(said)


def lead_silent(values: Values) -> str:
    """Where many have not, the first are named; the chapter of the units names them all."""
    return _("Not reported by the lead: %(names)s.") % {"names": _some(values["offices"])}


def lead_not_asked(values: Values) -> str:
    named = ", ".join(values["offices"]) or values["text"]
    return _("The lead (%(names)s) was not asked in this round.") % {"names": named}


def helpers(values: Values) -> str:
    given = {"reported": number(values["reported"]), "of": number(values["of"]), "states": states(values["states"])}
    if not values["reported"]:
        return _("None of %(of)s coordinating units has reported on it.") % given
    if not given["states"]:
        return _("%(reported)s of %(of)s coordinating units reported on it.") % given
    return _("%(reported)s of %(of)s coordinating units reported on it: %(states)s.") % given


def helper(values: Values) -> str:
    """Words that several units share are told once, behind the names of the first of them."""
    return f"{_some(values['offices'])}: {closed(values['text'])}"


def _some(offices: list[str]) -> str:
    more = len(offices) - NAMED
    if more < 2:
        return ", ".join(offices)
    return _("%(names)s and %(more)s other units") % {"names": ", ".join(offices[:NAMED]), "more": number(more)}


def coming(values: Values) -> str:
    return f"{values['office']}: {closed(values['text'])}"


def overdue(values: Values) -> str:
    given = {"ends": day(values["ends"]), "days": number(values["days"])}
    return _("To be finished: its time ended on %(ends)s, %(days)s days ago.") % given


def ends(values: Values) -> str:
    return _("To be finished by %(ends)s, in %(days)s days.") % {
        "ends": day(values["ends"]),
        "days": number(values["days"]),
    }


def step_due(values: Values) -> str:
    given = {"title": values["title"], "due": day(values["due"])}
    if values["late"] is None:
        return _("By %(due)s: %(title)s.") % given
    return _("Was due on %(due)s, %(days)s days ago: %(title)s.") % {**given, "days": number(values["late"])}


WORDS = {
    "task.stands": stands,
    "task.seen": seen,
    "task.steps": steps,
    "task.step": step,
    "task.lead": lead,
    "task.lead_silent": lead_silent,
    "task.lead_not_asked": lead_not_asked,
    "task.helpers": helpers,
    "task.helper": helper,
    "task.next": coming,
    "task.overdue": overdue,
    "task.due": ends,
    "task.step_due": step_due,
}
