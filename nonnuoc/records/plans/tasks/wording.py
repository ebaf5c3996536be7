"""How a task stands, and why, in the reader's language. The kinds of reasons are those of domain/plan/light.py.

Values may be as the reasons give them, or as JSON kept them: days as "2026-11-26".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy

from nonnuoc.domain.plan.light import Light, Reason

LIGHTS: Mapping[Light, Promise] = {
    Light.DONE: pgettext_lazy("task of a plan", "done"),
    Light.ON_COURSE: pgettext_lazy("task of a plan", "on course"),
    Light.AT_RISK: pgettext_lazy("task of a plan", "at risk"),
    Light.LATE: pgettext_lazy("task of a plan", "late"),
    Light.UNKNOWN: pgettext_lazy("task of a plan", "not known"),
}


def light(value: str) -> str:
    """ "at risk"."""
    return str(LIGHTS[Light(value)])


def reason(one: Reason) -> str:
    """ "waits for task I.1 (expected 31/12/2027)"."""
    return said(one.kind, one.values)


def reasons(found: Iterable[Reason], most: int | None = None) -> str:
    """All of them, or the `most` weightiest, in one line: "2 of 5 milestones, 37 days to the end of the quarter"."""
    return ", ".join([reason(one) for one in found][:most])


def said(kind: str, values: Mapping[str, Any]) -> str:
    """The words of a reason. Raises KeyError for a kind there are none for."""
    return _WORDS[kind]({name: _shown(value) for name, value in values.items()})


def day(value: date | str) -> str:
    """26/11/2026."""
    return f"{date.fromisoformat(value) if isinstance(value, str) else value:%d/%m/%Y}"


def _shown(value: Any) -> Any:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return day(value)
    return value


def _done_after(v: Mapping[str, Any]) -> str:
    return (
        ngettext(
            "done on %(day)s (%(days)d day after its end)", "done on %(day)s (%(days)d days after its end)", v["days"]
        )
        % v
    )


def _ended(v: Mapping[str, Any]) -> str:
    return (
        ngettext(
            "its time ended on %(ends)s (%(days)d day ago)", "its time ended on %(ends)s (%(days)d days ago)", v["days"]
        )
        % v
    )


def _blockers(v: Mapping[str, Any]) -> str:
    return ngettext("an open difficulty", "%(count)d open difficulties", v["count"]) % v


def _time_short(v: Mapping[str, Any]) -> str:
    days = ngettext("%(days)d day", "%(days)d days", v["days"]) % v
    steps = ngettext("%(open)d milestone", "%(open)d milestones", v["open"]) % v
    return gettext("only %(days)s left for %(steps)s") % {"days": days, "steps": steps}


def _end_near(v: Mapping[str, Any]) -> str:
    return (
        ngettext(
            "%(days)d day to the end and no milestone that shows how far it is",
            "%(days)d days to the end and no milestone that shows how far it is",
            v["days"],
        )
        % v
    )


def _time_left(v: Mapping[str, Any]) -> str:
    if v["days"] > YEAR_DAYS:
        return gettext("its end is on %(ends)s") % v
    if v.get("time") == "quarter":
        return (
            ngettext("%(days)d day to the end of the quarter", "%(days)d days to the end of the quarter", v["days"]) % v
        )
    return ngettext("%(days)d day to its end (%(ends)s)", "%(days)d days to its end (%(ends)s)", v["days"]) % v


def _waits_too_long(v: Mapping[str, Any]) -> str:
    return (
        ngettext(
            "waits for task %(code)s (expected %(expected)s: %(days)d day too late for its own end)",
            "waits for task %(code)s (expected %(expected)s: %(days)d days too late for its own end)",
            v["days"],
        )
        % v
    )


def _expected(v: Mapping[str, Any]) -> str:
    return (
        ngettext("expected %(expected)s (%(days)d day late)", "expected %(expected)s (%(days)d days late)", v["days"])
        % v
    )


def _step_overdue(v: Mapping[str, Any]) -> str:
    first = (
        ngettext(
            "milestone “%(title)s” overdue by %(days)d day", "milestone “%(title)s” overdue by %(days)d days", v["days"]
        )
        % v
    )
    more = v["count"] - 1
    if not more:
        return first
    others = ngettext("%(n)d more overdue", "%(n)d more overdue", more) % {"n": more}
    return gettext("%(first)s and %(others)s") % {"first": first, "others": others}


def _steps(v: Mapping[str, Any]) -> str:
    return ngettext("%(done)d of %(steps)d milestone", "%(done)d of %(steps)d milestones", v["steps"]) % v


def _silent(v: Mapping[str, Any]) -> str:
    return ngettext("nothing told for %(days)d day", "nothing told for %(days)d days", v["days"]) % v


def _told_by_some(v: Mapping[str, Any]) -> str:
    return ngettext("%(told)d of %(leads)d lead has told", "%(told)d of %(leads)d leads have told", v["leads"]) % v


def _pace(v: Mapping[str, Any]) -> str:
    steps = _steps(v)
    return gettext("pace: %(gone)d %% of the time gone for %(steps)s") % {"gone": v["gone"], "steps": steps}


#: Farther away than this, days are no help.
YEAR_DAYS = 366
#: Called when needed: the language is that of the moment.
_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "done": lambda v: gettext("done on %(day)s") % v,
    "done_after": _done_after,
    "ended": _ended,
    "told_done": lambda v: gettext("its lead said on %(day)s that it is done; nobody has confirmed it yet") % v,
    "blockers": _blockers,
    "time_short": _time_short,
    "end_near": _end_near,
    "time_left": _time_left,
    "not_started": lambda v: gettext("its time begins on %(starts)s") % v,
    "waits_unknown": lambda v: gettext("waits for task %(code)s, of which no end is known") % v,
    "waits_too_long": _waits_too_long,
    "waits": lambda v: gettext("waits for task %(code)s (expected %(expected)s)") % v,
    "waits_other": lambda v: gettext("waits for another task of the plan"),  # one that the reader may not know of
    "expected": _expected,
    "step_overdue": _step_overdue,
    "pace": _pace,
    "steps": _steps,
    "untold": lambda v: gettext("cannot be computed, because it has no milestones and nothing was told of it yet"),
    "continuous_untold": lambda v: gettext("continuous: nothing told of it yet"),
    "silent": _silent,
    "told_by_some": _told_by_some,
    "told": lambda v: gettext("last told on %(day)s") % v,
    "told_only": lambda v: gettext("by what was told on %(day)s: it has no milestones") % v,
    "continuous_told": lambda v: gettext("continuous: told on %(day)s") % v,
    "time_unread": lambda v: gettext("cannot be computed, because its time cannot be read and it has no milestones"),
    "no_end": lambda v: gettext("cannot be computed, because it has neither milestones nor an end"),
}
KINDS = frozenset(_WORDS)
