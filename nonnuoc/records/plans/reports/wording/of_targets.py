"""Words of what is said of a target: measured and declared are never mixed, what is unknown is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.records.plans.models import Target
from nonnuoc.records.plans.reports.wording.figures import day, measured
from nonnuoc.records.plans.reports.wording.of_tasks import closed
from nonnuoc.records.plans.targets import wording

Values = Mapping[str, Any]


def by_measure(values: Values) -> str:
    """A value computed from records; that part of it is missing, or that it is invented, stands beside it."""
    given = {"value": measured(values["value"], values["unit"]), "day": day(values["day"])}
    return _("Measured from records for %(day)s: %(value)s") % given + _beside(values)


def by_word(values: Values) -> str:
    given = {"value": measured(values["value"], values["unit"]), "day": day(values["day"])}
    said = _("Declared for %(day)s: %(value)s") % given
    if values["evidence"]:
        said += " (" + _("evidence: %(evidence)s") % {"evidence": values["evidence"]} + ")"
    return said + _beside(values)


def _beside(values: Values) -> str:
    told = []
    if values["quality"] == "partial":
        told.append(_("part of it is missing"))
    if values["why"]:
        told.append(wording.reason(values["why"], values["facts"]).rstrip("."))
    if values["simulated"]:
        told.append(_("simulated data"))
    return f"; {'; '.join(told)}." if told else "."


def cannot(values: Values) -> str:
    given = {"day": day(values["day"]), "why": closed(wording.reason(values["why"], values["facts"]))}
    if values["of"] == "declared":
        return _("No value is declared for %(day)s, because: %(why)s") % given
    return _("Cannot be measured for %(day)s, because: %(why)s") % given


def no_value(values: Values) -> str:
    return _("There is no value yet, neither measured nor declared.")


def path(values: Values) -> str:
    """Where the target's path wants it by now, and where the value stands against that."""
    given = {"wanted": measured(values["wanted"], values["unit"]), "on": day(values["on"]), "text": values["text"]}
    given["sense"] = str(Target.Sense(values["sense"]).label)
    given["judged"] = judged(values["judged"])
    return _("The plan wants: %(text)s. Its path wants %(sense)s %(wanted)s on %(on)s: %(judged)s.") % given


def no_path(values: Values) -> str:
    given = {"text": values["text"], "due": day(values["due"])}
    said = _("The plan wants: %(text)s") % given + (f" ({given['due']})." if values["due"] else ".")
    return said + " " + _("What is wanted by now cannot be said.")


def baseline(values: Values) -> str:
    given = {"value": measured(values["value"], values["unit"]), "day": day(values["day"]), "source": values["source"]}
    return _("Baseline: %(value)s on %(day)s (%(source)s).") % given


def no_baseline(values: Values) -> str:
    given = {"office": values["office"], "due": day(values["due"])}
    if not values["office"]:
        return _("The baseline is not known yet, and nobody has been named to set it.")
    if not values["due"]:
        return _("The baseline is not known yet; %(office)s sets it.") % given
    return _("The baseline is not known yet; %(office)s sets it by %(due)s.") % given


#: Where a target stands against its path: the words of domain/plan/path.py.
JUDGED = {
    "ahead": gettext_lazy("ahead of its path"),
    "on": gettext_lazy("on its path"),
    "behind": gettext_lazy("behind its path"),
    "over": gettext_lazy("more than is wanted at most"),
    "unknown": gettext_lazy("cannot be judged"),
}


def judged(name: str) -> str:
    return str(JUDGED[name])


def standing(name: str) -> str:
    """For a cell of a table."""
    return capfirst(judged(name))


WORDS = {
    "target.measured": by_measure,
    "target.declared": by_word,
    "target.cannot": cannot,
    "target.no_value": no_value,
    "target.path": path,
    "target.no_path": no_path,
    "target.baseline": baseline,
    "target.no_baseline": no_baseline,
}
