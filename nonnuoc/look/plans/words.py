"""What pages say of a task of a plan: how it stands and why, and when it is to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext

from nonnuoc.domain.plan.light import GRAVITY, Light
from nonnuoc.look import figures
from nonnuoc.records.plans.models import Task
from nonnuoc.records.plans.tasks import wording
from nonnuoc.records.plans.tasks.standing import Standing

light = wording.light
reason = wording.reason
day = wording.day
ROMAN = ("I", "II", "III", "IV")


def lights() -> list[tuple[str, str]]:
    """Every light and its word, the gravest first: to choose from, and for legends."""
    return [(one.value, light(one)) for one in GRAVITY]


def reasons(standing: Standing) -> list[str]:
    """Why it stands so, each with a capital letter: the weightiest first."""
    return [capfirst(reason(one)) for one in standing.reasons]


def first(standing: Standing) -> str:
    """The weightiest reason; where a person sees it otherwise, theirs."""
    return capfirst(seen(standing) or reason(standing.reasons[0]))


def counts(standings: Iterable[Standing]) -> str:
    """ "37 tasks: 2 late, 3 at risk, 12 not known, 19 on course, 1 done."."""
    found = Counter(one.light for one in standings)
    return counted(sum(found.values()), [(one, found[one]) for one in GRAVITY if found[one]])


def unknown(standings: Iterable[Standing]) -> str:
    """Why tasks are not known: "Not known: 11 without milestones, …; 4 of which …"; "" where all are known."""
    found = Counter(_cause(one) for one in standings if one.light == Light.UNKNOWN)
    told = [str(words) % {"n": figures.number(found[key])} for key, words in _UNKNOWN.items() if found[key]]
    return gettext("Not known: %(told)s.") % {"told": "; ".join(told)} if told else ""


def _cause(standing: Standing) -> str:
    if standing.override is not None:
        return "said"
    kind = standing.reasons[0].kind
    if kind == "waits_other":
        return "waits_unknown"
    return kind if kind in _UNKNOWN else "untold"


#: By the weightiest reason (domain/plan/light.py), the commonest first.
_UNKNOWN: Mapping[str, Promise] = {
    "untold": gettext_lazy("%(n)s without milestones, of which no lead has told anything"),
    "continuous_untold": gettext_lazy("%(n)s continuous, of which nothing was told yet"),
    "told_by_some": gettext_lazy("%(n)s of which only some of the leads have told"),
    "silent": gettext_lazy("%(n)s of which nothing was told for over a year"),
    "waits_unknown": gettext_lazy("%(n)s that wait for a task of which no end is known"),
    "time_unread": gettext_lazy("%(n)s whose time cannot be read"),
    "no_end": gettext_lazy("%(n)s without an end and without milestones"),
    "said": gettext_lazy("%(n)s as whoever keeps the plan sees them"),
}


def quarter(on: date) -> str:
    """The quarter of a day: "quarter IV/2027"."""
    return gettext("quarter %(quarter)s/%(year)d") % {"quarter": ROMAN[(on.month - 1) // 3], "year": on.year}


def time(task: Task) -> str:
    """When it is to be done, of its dates: "quarter IV/2027", "2026–2030", "by 30/11/2026", "continuous"."""
    if task.time == Task.Time.CONTINUOUS:
        return gettext("continuous")
    if task.ends is None:
        return task.time_text
    if task.time == Task.Time.QUARTER:
        return quarter(task.ends)
    if task.time == Task.Time.YEARS and task.starts is not None and _whole_years(task.starts, task.ends):
        if task.starts.year == task.ends.year:
            return str(task.ends.year)
        return f"{task.starts.year}–{task.ends.year}"
    return gettext("by %(day)s") % {"day": day(task.ends)}


def seen(standing: Standing) -> str:
    """Why it is shown otherwise than it was computed; empty where it is not."""
    held = standing.override
    if held is None:
        return ""
    said = {
        "computed": light(standing.computed),
        "reason": held.reason,
        "who": held.by.name if held.by else gettext("the system"),
        "until": day(held.until),
    }
    return gettext("set by %(who)s until %(until)s: %(reason)s (computed: %(computed)s)") % said


override = seen


def counted(number: int, told: Sequence[tuple[Light, int]]) -> str:
    """ "37 tasks: 3 late, 5 at risk, 29 on course."; without `told`, "37 tasks."."""
    if not number:
        return gettext("No task yet.")
    tasks = ngettext("%(n)s task", "%(n)s tasks", number) % {"n": figures.number(number)}
    if not told:
        return f"{tasks}."
    words = ", ".join(f"{figures.number(count)} {light(one)}" for one, count in told)
    return gettext("%(tasks)s: %(told)s.") % {"tasks": tasks, "told": words}


def _whole_years(starts: date, ends: date) -> bool:
    return (ends.month, ends.day) == (12, 31) and starts.year <= ends.year
