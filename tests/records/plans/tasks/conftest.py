"""A plan with one task led by a department, helped by another one and a commune; and who works there."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import translation

from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.plans.models import Assignment
from tests.records.plans import made


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def built(rolled_back):
    plan = made.plan()
    so, lead, helper = plan.leading, made.office("so-xd"), made.office("so-tc")
    commune = made.office("ubnd-01273", Office.Kind.COMMUNE)
    task = made.task(plan, "I.1", lead=lead)
    return SimpleNamespace(
        plan=plan,
        task=task,
        so=so,
        lead=lead,
        helper=helper,
        commune=commune,
        other=made.office("so-khac"),
        lead_part=task.assignments.get(office=lead),
        help_part=made.assignment(task, helper),
        commune_part=made.assignment(task, commune, Assignment.Role.HELP, named="UBND cấp xã"),
        keeper=made.officer(),
        leader=made.worker("Lanh", plan.issuer, Role.LEADER),
        in_lead=made.worker("Dung", lead, Role.REPORTER),
        in_help=made.worker("Giup", helper, Role.REPORTER),
        in_commune=made.worker("Xa", commune, Role.COMMUNE_OFFICER),
    )
