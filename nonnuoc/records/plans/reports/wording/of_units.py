"""Words of what is said of a unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.records.plans.models import Form
from nonnuoc.records.plans.reports.wording.figures import day, number
from nonnuoc.records.plans.reports.wording.of_tasks import closed, states

Values = Mapping[str, Any]
WHEN = {
    "in_time": gettext_lazy("reported in time"),
    "late": gettext_lazy("reported late"),
    "returned": gettext_lazy("returned, being mended"),
    "overdue": gettext_lazy("not reported"),
    "waiting": gettext_lazy("not reported yet"),
}


def missing(values: Values) -> str:
    given = {"office": values["office"], "due": day(values["due"])}
    if values["when"] == "returned":
        return _("%(office)s: its report was returned with remarks and has not come back.") % given
    if values["when"] == "overdue":
        return _("%(office)s: has not reported, although %(due)s has passed.") % given
    return _("%(office)s: has not reported yet; it has until %(due)s.") % given


def several(values: Values) -> str:
    """All who have not reported, for the same cause, in one sentence."""
    given = {"n": number(len(values["offices"])), "due": day(values["due"]), "names": ", ".join(values["offices"])}
    if values["when"] == "returned":
        return _("Returned with remarks and not come back (%(n)s): %(names)s.") % given
    if values["when"] == "overdue":
        return _("Not reported, although %(due)s has passed (%(n)s): %(names)s.") % given
    return _("Not reported yet, with time until %(due)s (%(n)s): %(names)s.") % given


def came(values: Values) -> str:
    given = {"day": day(values["day"]), "late": number(values["late"]), "way": Form.Way(values["way"]).label}
    said = (
        _("Reported on %(day)s (%(way)s), in time")
        if values["late"] is None
        else _("Reported on %(day)s (%(way)s), %(late)s days late")
    )
    left = _("approved") if values["approved"] else _("not approved yet")
    return f"{said % given}; {left}."


def answered(values: Values) -> str:
    given = {"answered": number(values["answered"]), "of": number(values["of"]), "states": states(values["states"])}
    if not given["states"]:
        return _("It told of %(answered)s of %(of)s tasks.") % given
    return _("It told of %(answered)s of %(of)s tasks: %(states)s.") % given


def general(values: Values) -> str:
    return f"{values['office']}: {closed(values['text'])}"


WORDS = {
    "missing": several,
    "unit.missing": missing,
    "unit.came": came,
    "unit.answered": answered,
    "unit.general": general,
}
