"""Words of difficulties and proposals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from nonnuoc.records.plans.reports.wording.figures import day
from nonnuoc.records.plans.reports.wording.of_tasks import closed

Values = Mapping[str, Any]


def difficulty(values: Values) -> str:
    """The unit's words, where it lies, and what was decided."""
    given = {"office": values["office"], "raised": day(values["raised"]), "with": values["with"]}
    said = _("%(office)s (%(raised)s):") % given + f" {closed(values['text'])} "
    if values["state"] == "submitted":
        return said + _("Submitted; %(with)s has to decide.") % given
    if values["state"] == "raised":
        return said + _("Lies with %(with)s; not submitted yet.") % given
    if values["decision"]:
        basis = f" ({values['basis']})" if values["basis"] else ""
        decided = closed(values["decision"])
        said += _("Decided on %(day)s%(basis)s:") % {"day": day(values["decided"]), "basis": basis} + f" {decided}"
    if values["state"] == "closed":
        said = f"{said.rstrip()} " + _("The difficulty is gone.")
    return said.strip()


def told(values: Values) -> str:
    return f"{values['office']}: {closed(values['text'])}"


def proposal(values: Values) -> str:
    said = f"{values['office']}: {closed(values['text'])}"
    return said + " " + _("(Task: %(title)s)") % {"title": values["task"]} if values["task"] else said


WORDS = {"difficulty": difficulty, "difficulty.told": told, "proposal": proposal}
