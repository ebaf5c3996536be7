"""What people can be told of, the right it takes to hear it, and who hears it without having asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Role

ANY, SEVERE = 1, 3


@dataclass(frozen=True)
class Topic:
    """`action` must reach what the news is about, or (`anywhere`) anything at all."""

    words: Promise
    action: str
    roles: Mapping[Role, int]  # who hears of it by default, from which severity on
    escalated: tuple[Role, ...] = ()  # and who once nobody has taken it up in time
    anywhere: bool = False
    by_name: bool = False  # webhooks hear of it only where they name it


#: Who reports on a plan for their own unit.
_OF_UNITS = {Role.REPORTER: ANY, Role.COMMUNE_OFFICER: ANY, Role.OFFICER: ANY}

ALL: Mapping[str, Topic] = {
    "incident.environment": Topic(
        _("environmental incidents"),
        "incidents.read",
        {Role.OFFICER: ANY, Role.COMMUNE_OFFICER: ANY, Role.ENTERPRISE: ANY, Role.LEADER: SEVERE},
        (Role.LEADER,),
    ),
    "incident.silence": Topic(
        _("stations that fell silent"), "incidents.read", {Role.OPERATOR: ANY, Role.ENTERPRISE: ANY}, (Role.LEADER,)
    ),
    "incident.operation": Topic(_("operation of stations"), "incidents.read", {Role.OPERATOR: ANY}, (Role.LEADER,)),
    "incident.system": Topic(
        _("trouble of this system"), "incidents.read", {Role.OPERATOR: ANY, Role.ADMINISTRATOR: ANY}
    ),
    "warning.approval": Topic(
        _("public warnings that wait for approval"), "warnings.approve", {Role.OFFICER: ANY, Role.LEADER: ANY}
    ),
    "warning.published": Topic(
        _("public warnings"),
        "desk.enter",
        {Role.OPERATOR: ANY, Role.OFFICER: ANY, Role.COMMUNE_OFFICER: ANY, Role.LEADER: ANY},
        anywhere=True,
    ),
    "obligation.due": Topic(_("obligations of a facility that fall due"), "obligations.report", {Role.ENTERPRISE: ANY}),
    "obligation.overdue": Topic(
        _("obligations of facilities that are overdue"), "obligations.report", {Role.OFFICER: ANY, Role.ENTERPRISE: ANY}
    ),
    "plan.asked": Topic(_("reports that are asked for on a plan"), "plans.report", _OF_UNITS),
    "plan.due": Topic(_("reports on a plan that fall due"), "plans.report", _OF_UNITS),
    "plan.late": Topic(_("reports on a plan that are late"), "plans.report", _OF_UNITS),
    "plan.returned": Topic(_("reports on a plan that came back with remarks"), "plans.report", _OF_UNITS),
    "plan.approved": Topic(_("reports on a plan that were approved"), "plans.report", _OF_UNITS),
    "plan.blocker": Topic(
        _("difficulties with a plan that wait for a decision"), "plans.read", {Role.OFFICER: ANY, Role.LEADER: SEVERE}
    ),
    "plan.decided": Topic(_("decisions on difficulties with a plan"), "plans.report", _OF_UNITS),
    "system.failure": Topic(
        _("messages that could not be delivered"),
        "settings.manage",
        {Role.ADMINISTRATOR: ANY},
        anywhere=True,
        by_name=True,
    ),
}

#: Of messages that nobody subscribes to: a code sent to an address, a trial of a webhook, one sent to oneself.
CONTACT_CODE, WEBHOOK_TRIAL, TRIAL = "contact.code", "webhook.trial", "trial"
