"""Words of the general assessment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from nonnuoc.records.plans.reports.wording.figures import UNKNOWN, day, number
from nonnuoc.records.plans.reports.wording.of_tasks import why
from nonnuoc.records.plans.tasks.wording import LIGHTS, light

Values = Mapping[str, Any]


def received(values: Values) -> str:
    told = [
        _("%(came)s of %(of)s units asked have reported, %(in_time)s of them by %(due)s, %(late)s after it")
        % {**values, "due": day(values["due"])}
    ]
    if values["returned"]:
        told.append(_("%(returned)s reports were returned and are being mended") % values)
    if values["missing"]:
        told.append(
            (
                _("%(missing)s units have not reported although the day has passed")
                if values["is_over"]
                else _("%(missing)s units have not reported yet")
            )
            % values
        )
    told.append(_("%(approved)s reports are approved") % values)
    return "; ".join(told) + "."


def lights(values: Values) -> str:
    """Also those that no task has: that none is late is worth a word."""
    counted = ", ".join(f"{number(values['lights'][name])} {light(name)}" for name in LIGHTS)  # JSON keeps no order
    given = {"of": number(values["of"]), "on": day(values["on"]), "counted": counted}
    return _("Of %(of)s tasks there are on %(on)s: %(counted)s.") % given


def due(values: Values) -> str:
    given = {"of": number(values["of"]), "year": values["year"], "done": number(values["done"])}
    given["open"] = number(values["of"] - values["done"])
    return _("%(of)s tasks have to be done by the end of %(year)s: %(done)s are, %(open)s are not.") % given


def named(values: Values) -> str:
    given = {
        "light": light(values["light"]),
        "number": values["code"],
        "title": values["title"],
        "why": why(values["reasons"]),
    }
    return _("Task %(number)s “%(title)s” is %(light)s: %(why)s.") % given


def seen(values: Values) -> str:
    return _("%(n)s tasks are seen otherwise than they were computed; the reason stands with each.") % values


def targets(values: Values) -> str:
    given = {name: number(value) for name, value in values.items() if name != "judged"}
    said = _(
        "Of %(of)s targets, %(measured)s have a value measured from records, %(declared)s only a declared one, "
        "%(unknown)s none yet."
    )
    if values["without_baseline"]:
        said += " " + _("%(without_baseline)s have no baseline yet.")
    return said % given


def difficulties(values: Values) -> str:
    if not values["of"]:
        return _("No difficulty has been registered in the period.")
    states = {
        "raised": _("%(n)s with the office that follows the plan"),
        "submitted": _("%(n)s submitted to the People's Committee"),
        "decided": _("%(n)s decided"),
        "closed": _("%(n)s gone"),
    }
    told = values["states"]
    where = ", ".join(words % {"n": number(told[one])} for one, words in states.items() if one in told)
    return _("%(of)s difficulties are registered: %(where)s.") % {"of": number(values["of"]), "where": where}


def money(values: Values) -> str:
    given = {name: number(value) if name != "year" else value for name, value in values.items()}
    if not values["tasks"]:
        return _("Of the money for %(year)s nothing was told for any of %(of)s tasks.") % given
    said = _("Money for %(year)s was told for %(tasks)s of %(of)s tasks:")
    parts = {
        "estimated": _("estimated %(estimated)s đồng"),
        "approved": _("approved %(approved)s đồng"),
        "spent": _("disbursed %(spent)s đồng"),
    }
    unknown = {
        "estimated": _("estimate not told"),
        "approved": _("approval not told"),
        "spent": _("disbursement not told"),
    }
    told = [parts[one] if given[one] != UNKNOWN else unknown[one] for one in parts]
    return f"{said} {', '.join(told)}." % given


WORDS = {
    "received": received,
    "lights": lights,
    "due": due,
    "named": named,
    "seen": seen,
    "targets": targets,
    "difficulties": difficulties,
    "money": money,
}
