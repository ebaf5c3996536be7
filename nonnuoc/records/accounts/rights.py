"""Which role may do what, and how far: the table that access.py decides by."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Role


class Extent(Enum):
    """How far a right reaches. Communes and facility of the appointment narrow each of them further."""

    EVERYWHERE = "everywhere"
    AREA = "area"  # the communes of the appointment, else the commune of the office
    OFFICE = "office"  # what belongs to the office or to one under it


#: Everything that can be done, in words a refusal can use: "… may <words>".
ACTIONS: Mapping[str, Promise] = {
    "desk.enter": _("enter the desk"),
    "data.internal": _("read internal data"),
    "data.restricted": _("read restricted data"),
    "deliveries.read": _("read deliveries"),
    "deliveries.upload": _("upload a delivery"),
    "deliveries.replay": _("read a delivery again"),
    "observations.correct": _("judge values"),
    "observations.approve": _("approve values"),
    "incidents.read": _("see incidents"),
    "incidents.handle": _("work on incidents"),
    "alarm_rules.manage": _("change the rules of alarm"),
    "warnings.write": _("write public warnings"),
    "warnings.approve": _("approve public warnings"),
    "outbox.read": _("see which messages were sent to whom"),
    "registers.keep": _("write entries of the registers"),
    "registers.import": _("import files into the registers"),
    "facilities.merge": _("merge and split facilities"),
    "licences.keep": _("write licences and their obligations"),
    "obligations.report": _("report that an obligation is met"),
    "waste.report": _("report amounts of waste"),
    "manifests.write": _("write manifests of hazardous waste"),
    "producers.publish": _("publish which producers do well under extended responsibility"),
    "sites.gate": _("move a contaminated site to its next stage"),
    "species.exact": _("see exactly where protected species were found"),
    "occurrences.write": _("report occurrences of species"),
    "occurrences.validate": _("validate occurrences of species"),
    "inspections.read": _("see inspections that were announced"),
    "inspections.keep": _("plan and carry out inspections"),
    "inspections.publish": _("approve what is published of inspections"),
    "inspections.reply": _("reply to what is published about one's facility"),
    "plans.read": _("follow the plans of the province"),
    "plans.report": _("report on one's own part of a plan"),
    "plans.steer": _("run the rounds of reporting on a plan"),
    "plans.keep": _("write plans, their tasks and targets"),
    "plans.decide": _("decide on difficulties and open questions of a plan"),
    "plans.issue": _("issue the report on a plan"),
    "places.import": _("import boundaries"),
    "profiles.keep": _("keep column profiles"),
    "stations.register": _("register stations and datastreams"),
    "stations.delete": _("delete stations and datastreams"),
    "observations.delete": _("delete values"),
    "keys.manage": _("make and revoke keys"),
    "people.read": _("see people and offices"),
    "people.register": _("register people"),
    "offices.manage": _("change offices"),
    "delegations.give": _("lend a task to somebody"),
    "settings.manage": _("change settings"),
    "audit.read": _("read the audit trail"),
}

E, A, O = Extent.EVERYWHERE, Extent.AREA, Extent.OFFICE  # noqa: E741 - columns of a table
_READS = {"desk.enter": E, "data.internal": E, "incidents.read": E, "people.read": E, "delegations.give": E}

RIGHTS: Mapping[Role, Mapping[str, Extent]] = {
    Role.ADMINISTRATOR: dict.fromkeys(ACTIONS, E),
    Role.OPERATOR: {
        **_READS,
        "data.restricted": E,
        "deliveries.read": E,
        "deliveries.upload": E,
        "deliveries.replay": E,
        "profiles.keep": E,
        "stations.register": E,
        "keys.manage": E,
        "incidents.handle": E,
        "alarm_rules.manage": E,
        "outbox.read": E,
        "plans.read": E,
    },
    Role.REVIEWER: {
        **_READS,
        "data.restricted": E,
        "deliveries.read": E,
        "observations.correct": E,
        "plans.read": E,
    },
    Role.APPROVER: {
        **_READS,
        "data.restricted": E,
        "deliveries.read": E,
        "observations.correct": E,
        "observations.approve": E,
        "plans.read": E,
    },
    Role.OFFICER: {
        **_READS,
        "data.restricted": E,
        "deliveries.read": E,
        "deliveries.upload": E,
        "profiles.keep": E,
        "incidents.handle": E,
        "warnings.write": E,
        "warnings.approve": E,
        "registers.keep": E,
        "registers.import": E,
        "facilities.merge": E,
        "licences.keep": E,
        "obligations.report": E,
        "waste.report": E,
        "manifests.write": E,
        "producers.publish": E,
        "sites.gate": E,
        "species.exact": E,
        "occurrences.write": E,
        "occurrences.validate": E,
        "inspections.read": E,
        "inspections.keep": E,
        "inspections.publish": E,
        "plans.read": E,
        "plans.report": O,
        "plans.steer": E,
        "plans.keep": E,
        "plans.issue": E,
    },
    Role.COMMUNE_OFFICER: {
        "desk.enter": E,
        "data.internal": A,
        "incidents.read": A,
        "registers.keep": A,
        "waste.report": A,
        "occurrences.write": A,
        "inspections.read": A,
        "people.read": A,
        "plans.read": E,
        "plans.report": O,
        "delegations.give": E,
    },
    Role.REPORTER: {
        "desk.enter": E,
        "data.internal": E,
        "people.read": E,
        "plans.read": E,
        "plans.report": O,
        "delegations.give": E,
    },
    Role.ENTERPRISE: {
        "desk.enter": E,
        "data.internal": O,
        "data.restricted": O,
        "incidents.read": O,
        "deliveries.read": O,
        "deliveries.upload": O,
        "profiles.keep": O,
        "obligations.report": O,
        "waste.report": O,
        "manifests.write": O,
        "inspections.read": O,
        "inspections.reply": O,
        "delegations.give": E,
    },
    Role.LEADER: {
        **_READS,
        "producers.publish": E,
        "data.restricted": E,
        "deliveries.read": E,
        "warnings.approve": E,
        "inspections.read": E,
        "inspections.publish": E,
        "plans.read": E,
        "plans.decide": E,
        "plans.issue": E,
    },
    Role.MINISTRY: {
        "desk.enter": E,
        "data.internal": E,
        "deliveries.read": E,
        "inspections.read": E,
        "plans.read": E,
        "delegations.give": E,
    },
    Role.READER: {"desk.enter": E, "data.internal": E, "plans.read": E},
}
#: Whoever holds one of these signs in with a second proof.
NEED_SECOND_FACTOR = frozenset({Role.ADMINISTRATOR})
