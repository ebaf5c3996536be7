"""Sentences of the views over a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nonnuoc.desk import words as deeds
from nonnuoc.domain.plan.path import Word
from nonnuoc.look import figures
from nonnuoc.look.plans import words
from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.plans.board import recent
from nonnuoc.records.plans.board.asked import Asked
from nonnuoc.records.plans.board.leader import Open
from nonnuoc.records.plans.board.parts import Mine
from nonnuoc.records.plans.board.totals import Total
from nonnuoc.records.plans.models import Plan, Question
from nonnuoc.records.plans.targets.values import Standing as Aimed
from nonnuoc.records.plans.tasks import wording as tasks
from nonnuoc.records.plans.tasks.standing import Standing


def counted(total: Total) -> str:
    """ "37 tasks: 3 late, 5 at risk, 29 on course."."""
    return words.counted(total.number, total.told)


def reported(one: Asked) -> str:
    """How many units have reported, and when it is due."""
    said = {"here": one.here, "forms": one.forms, "missing": len(one.missing)}
    if not one.missing:
        return ngettext("The %(forms)d unit has reported.", "All %(forms)d units have reported.", one.forms) % said
    told = ngettext(
        "%(missing)d of %(forms)d units has not reported", "%(missing)d of %(forms)d units have not reported",
        len(one.missing),
    ) % said  # fmt: skip
    return f"{told}, {due(one.days_left)}."


def due(days: int) -> str:
    """When something is due, seen from today."""
    if days == 0:
        return _("due today")
    if days > 0:
        return ngettext("due in %(n)d day", "due in %(n)d days", days) % {"n": days}
    return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}


def part(found: Mine) -> str:
    """What the reader's units have to do: "You lead 2 open tasks and coordinate 31; 1 is late."."""
    said = {"leads": found.leads, "helps": found.helps, "late": len(found.late)}
    told = _("You lead %(leads)d and coordinate %(helps)d open tasks.") % said
    if not found.late:
        return told
    late = ngettext("%(late)d that you lead is late.", "%(late)d that you lead are late.", len(found.late)) % said
    return f"{told} {late}"


def cause(standing: Standing) -> str:
    """The two weightiest reasons; where a person sees it otherwise, who and why."""
    seen = words.seen(standing)
    return capfirst(seen or tasks.reasons(standing.reasons, 2))


def aim(standing: Aimed) -> str:
    """How a target stands against its path."""
    if standing.judged.word not in _AIMS:
        return standing.why
    by = plain(standing.judged.by)
    said = {"by": by, "unit": standing.target.unit, "now": plain(standing.wanted_now)}
    return str(_AIMS[standing.judged.word]) % said


#: `now` is what the path wants today.
_AIMS: Mapping[Word, Promise] = {
    Word.AHEAD: gettext_lazy("ahead: the path wants %(now)s %(unit)s now"),
    Word.ON: gettext_lazy("on its path (%(now)s %(unit)s now)"),
    Word.BEHIND: gettext_lazy("behind: %(by)s %(unit)s short of the %(now)s wanted now"),
    Word.OVER: gettext_lazy("over: %(by)s %(unit)s more than is wanted"),
}


def plain(value: float | None) -> str:
    """A figure with as many decimals as it needs, two at most."""
    if value is None:
        return figures.number(None)
    decimals = next((n for n in (0, 1) if abs(value - round(value, n)) < 1e-9), 2)
    return figures.number(value, decimals)


def deciding(number: int) -> str:
    """How many decisions wait for the reader."""
    if not number:
        return _("No decision waits for you.")
    return ngettext("%(n)d decision waits for you.", "%(n)d decisions wait for you.", number) % {"n": number}


def left_open(found: Open) -> str:
    """What the open questions of a plan are about, the commonest first: "target without a path: 13; …"."""
    kinds = sorted(Question.Kind, key=lambda kind: -found.kinds.get(kind, 0))
    return "; ".join(f"{kind.label}: {found.kinds[kind]}" for kind in kinds if kind in found.kinds)


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry of the trail, as the page of its plan tells it."""

    plan: Plan
    entry: AuditEntry
    units: Mapping[str, str]  # names of units by code

    @property
    def words(self) -> str:
        return deeds.deed(self.entry.action)

    @property
    def code(self) -> str:
        """What it is about: a task or a target by its code, the form of a unit by the unit's name."""
        unit = recent.form(self.plan, self.entry.subject)[1]
        return self.units.get(unit, unit) or recent.code(self.plan, self.entry.subject)

    @property
    def link(self) -> str:
        """The task or the round it is about (forms are not for everybody to read); "" of anything else."""
        if of_round := recent.form(self.plan, self.entry.subject)[0]:
            return reverse("plan-round", args=[self.plan.code, of_round])
        return reverse("plan-task", args=[self.plan.code, self.code]) if "." in self.code else ""
