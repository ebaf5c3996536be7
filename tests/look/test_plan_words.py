"""What pages say of a task of a plan, and what they may say of evidence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from nonnuoc.look.plans import words
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.inspections import planning
from nonnuoc.records.plans.models import Evidence, Task
from nonnuoc.records.plans.tasks import evidencing, overriding, standing
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.pattern import keeping
from tests.records.accounts import staff
from tests.records.plans import made

pytestmark = pytest.mark.django_db


def test_time_is_told_short():
    plan, day = made.plan(), date(2026, 11, 30)
    with translation.override("en"):
        told = [
            words.time(made.task(plan, f"I.{number}", **facts))
            for number, facts in enumerate(
                [
                    {},
                    {"time": Task.Time.YEARS, "starts": date(2026, 1, 1), "ends": date(2030, 12, 31)},
                    {"time": Task.Time.YEARS, "starts": date(2027, 1, 1), "ends": date(2027, 12, 31)},
                    {"time": Task.Time.DAY, "ends": day},
                    {"time": Task.Time.CONTINUOUS},
                    {"time": Task.Time.UNREAD, "time_text": "khi xong quy hoạch"},
                ]
            )
        ]
    assert told == ["quarter IV/2027", "2026–2030", "2027", "by 30/11/2026", "continuous", "khi xong quy hoạch"]


def test_a_light_shows_who_sees_it_otherwise_and_what_was_computed():
    task, keeper = made.task(made.plan()), made.officer("Can")
    overriding.see(
        task, light="late", reason="nhà thầu bỏ", until=made.TODAY + timedelta(days=9), by=keeper, at=made.NOW
    )
    with translation.override("en"):
        drawn = render_to_string("plans/light.html", {"standing": standing.of_one(task, made.TODAY), "why": True})
        plain = render_to_string("plans/light.html", {"value": "at_risk"})
    assert "light-late" in drawn
    assert "set by Can until 05/12/2026: nhà thầu bỏ (computed: not known)" in drawn
    assert "cannot be computed, because it has no milestones" in drawn
    assert "light-at_risk" in plain
    assert "at risk" in plain


def test_an_inspection_is_evidence_for_those_who_may_know_of_it():
    owner = staff.office("miendong", Office.Kind.ENTERPRISE, commune=staff.commune())
    values = {"code": "F1", "name": "Miến dong", "office": owner.code, "commune": "01273", "source": "x", "group": "I"}
    facility = keeping.create(FACILITIES, values, by=None)
    task, officer = made.task(made.plan(), lead=made.office("so-thu")), made.officer()
    stranger = made.worker("La", made.office("so-khac"), Role.REPORTER)
    planned = planning.plan(
        facility, kind="unannounced", reason="x", lead=officer, by=None, scheduled=date(2026, 12, 1), office=owner
    )
    evidencing.add_reference(
        task,
        kind=Evidence.Kind.INSPECTION,
        reference=planned.code,
        title="Kiểm tra",
        office=made.office("so-thu"),
        by=officer,
        at=timezone.now(),
    )
    assert [one.name for one in evidencing.readable(task, access.of(officer)).shown] == ["Miến dong"]
    assert evidencing.readable(task, access.of(stranger)) == evidencing.Readable([], 1)
