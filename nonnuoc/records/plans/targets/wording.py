"""Why there is no value, or no word on how it stands. What is stored is a key and numbers; this words it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.records.plans.models import Target, Value

#: Follows on "cannot be computed, because" and "partial:"; the numbers are those of a value's facts.
WHY: Mapping[str, Promise] = {
    "nobody_told": gettext_lazy("nobody has told yet what it needs for %(year)s"),
    "nobody_asked": gettext_lazy("nobody is registered who could tell it"),
    "part_told": gettext_lazy("%(known)s of %(asked)s have told what it needs for %(year)s"),
    "no_village": gettext_lazy("no craft village is registered; those invented for demonstration do not count"),
    "villages_unanswered": gettext_lazy("the checklist of infrastructure is answered for none of %(asked)s villages"),
    "villages_part": gettext_lazy("the checklist of infrastructure is answered for %(known)s of %(asked)s villages"),
    "no_forest": gettext_lazy("no table of forest has been entered"),
    "forest_missing": gettext_lazy(
        "for the end of %(year)s forest and area are entered for %(known)s of %(asked)s communes"
    ),
    "no_work": gettext_lazy("no such work is registered"),
    "no_area": gettext_lazy("the area of what is registered has not been entered"),
    "area_part": gettext_lazy("the area of %(known)s of %(asked)s has been entered"),
    "no_station": gettext_lazy("no station of this kind is registered as planned or as new"),
    "no_urban_area": gettext_lazy("no urban area is registered"),
    "sewerage_unknown": gettext_lazy("for none of %(asked)s urban areas it is entered how their wastewater stands"),
    "sewerage_part": gettext_lazy("for %(known)s of %(asked)s urban areas it is entered how their wastewater stands"),
    "no_citizens_reports": gettext_lazy("the system keeps no register of citizens' reports yet"),
    "no_monitoring_reports": gettext_lazy("the system keeps no register of monitoring reports yet"),
    "no_such_formula": gettext_lazy("there is no formula called “%(measure)s”"),
    "no_longer_told": gettext_lazy("what it needs is no longer told"),
}


def why(value: Value) -> str:
    """Why it cannot be computed, or what of it is missing; of a declared one, in the words of who declared it."""
    return reason(value.why, value.facts)


def reason(key: str, facts: Mapping[str, Any]) -> str:
    """The same of a key and its numbers."""
    words = WHY.get(key)
    return key if words is None else str(words) % facts


def numbers(value: Value) -> dict[str, Any]:
    """Of a value's facts those that its words are made with, for what keeps them elsewhere."""
    return {name: value.facts[name] for name in ("year", "known", "asked", "measure") if name in value.facts}


def no_value(target: Target, measured: Value | None) -> str:
    """Why there is nothing to show."""
    if measured is not None and measured.value is None:
        return _("It cannot be computed, because %(why)s.") % {"why": why(measured)}
    if target.measure:
        return _("It has not been computed yet.")
    return _("It is declared, not computed, and nobody has declared it yet.")


def no_path(target: Target) -> str:
    """Why nobody can say what is wanted on a day."""
    if target.wanted is None:
        return _("The plan gives no single number: “%(wanted)s”.") % {"wanted": target.wanted_text}
    if target.due is None and target.kind != Target.Kind.KEPT:
        return _("The plan gives no day by which it is to be reached.")
    if target.baseline is None:
        unknown = _("What is wanted today cannot be said: the baseline is not yet known.")
        return f"{unknown} {who_sets(target)}"
    return _("What is wanted today cannot be said: the path begins later.")


def briefly(target: Target, missing: str) -> str:
    """What is missing, for a list that shows the baseline and who sets it beside it; "" where nothing is."""
    if missing == "no_wanted":
        return _("no upper bound in the plan")
    if missing != "no_path":
        return ""
    if target.wanted is None:
        return _("no single number in the plan")
    if target.due is None and target.kind != Target.Kind.KEPT:
        return _("no day in the plan")
    return _("no baseline") if target.baseline is None else _("the path begins later")


def who_sets(target: Target) -> str:
    """Who sets the baseline by when, or that nobody has been named."""
    if target.baseline_by is None:
        return _("Nobody has been named yet to set it.")
    said = {"office": target.baseline_by.name}
    if target.baseline_due is None:
        return _("%(office)s sets it; by when has not been said.") % said
    return _("%(office)s sets it by %(day)s.") % {**said, "day": f"{target.baseline_due:%d/%m/%Y}"}
