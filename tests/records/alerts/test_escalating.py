"""What nobody takes up goes further: after a quarter of an hour, after half an hour, and no further."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.models import Role, Setting
from nonnuoc.records.alerts.attending import escalating, handling, telling
from nonnuoc.records.alerts.models import Incident
from nonnuoc.records.outbox import wishes
from tests import factories as f
from tests.records.alerts import incidents as i
from tests.records.alerts import watch as w
from tests.records.alerts.watch import HALF, MINUTE, NOON, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return {role: somebody(role, role) for role in (Role.OFFICER, Role.OPERATOR, Role.LEADER, Role.ADMINISTRATOR)}


@pytest.fixture
def incident(people):
    thing = f.station("KK01", ["PM2.5"])
    made = i.incident(thing, at=NOON, onset=timedelta(0), severity=2)
    i.alarm(made, f.stream(thing, "PM2.5"), cleared=None)
    telling.announce(made, "opened", at=NOON)
    return made


def graver(incident, severity: int) -> None:
    Incident.objects.filter(id=incident.id).update(severity=severity)


def from_severity(severity: int) -> None:
    Setting.objects.create(code="alarms.escalate_leaders_severity", value=severity)
    preferences.forget()


@pytest.mark.parametrize(
    ("severity", "setting", "leader"), [(1, None, 0), (2, None, 2), (2, 3, 0), (3, 3, 2), (1, 1, 2)]
)
def test_leaders_hear_of_what_is_grave_enough(incident, people, severity, setting, leader):
    graver(incident, severity)
    if setting:
        from_severity(setting)
    escalate(NOON + 15 * MINUTE, NOON + 31 * MINUTE)
    assert level(incident) == 2
    assert told(people) == {Role.OFFICER: 2, Role.OPERATOR: 1, Role.LEADER: leader, Role.ADMINISTRATOR: 1}


def test_a_leader_who_asked_for_grave_things_is_not_woken_for_a_minor_one(incident, people):
    graver(incident, 1)
    wishes.subscribe(people[Role.LEADER], "incident.environment", channels=(), least_severity=2, by=people[Role.LEADER])
    escalate(NOON + 15 * MINUTE, NOON + 31 * MINUTE)
    assert told(people)[Role.LEADER] == 0


def test_many_that_wait_are_one_message_and_as_many_queries_as_one(queries, people):
    def waiting(number: int, at) -> list[Incident]:
        made = []
        for n in range(number):
            thing = f.station(f"M{Incident.objects.count()}{n}", ["PM2.5"])
            one = i.incident(thing, at=at, onset=timedelta(0), severity=2)
            i.alarm(one, f.stream(thing, "PM2.5"), cleared=None)
            made.append(one)
        return made

    waiting(7, NOON)
    few = queries(lambda: escalating.escalate(NOON + 15 * MINUTE))
    assert [one.template for one in w.told(people[Role.LEADER])] == ["incident_many"]
    assert [one.facts["minutes"] for one in w.told(people[Role.LEADER])] == [15]
    later = NOON + 600 * MINUTE
    Incident.objects.update(acknowledged=NOON)
    many = waiting(20, later)
    assert queries(lambda: escalating.escalate(later + 15 * MINUTE)) <= few
    assert {level(one) for one in many} == {1}


def escalate(since, until) -> None:
    for at in w.steps(since, until):
        escalating.escalate(at)


def level(incident: Incident) -> int:
    incident.refresh_from_db()
    return incident.escalation


def told(people, what="escalated") -> dict[str, int]:
    return {role: len(w.told(one, what)) for role, one in people.items()}


def test_after_a_quarter_and_after_half_an_hour(incident, people):
    escalate(NOON, NOON + 15 * MINUTE - HALF)
    assert level(incident) == 0
    escalating.escalate(NOON + 15 * MINUTE)
    assert level(incident) == 1
    assert told(people) == {Role.OFFICER: 1, Role.OPERATOR: 1, Role.LEADER: 1, Role.ADMINISTRATOR: 0}
    escalate(NOON + 15 * MINUTE + HALF, NOON + 30 * MINUTE - HALF)
    assert level(incident) == 1
    escalating.escalate(NOON + 30 * MINUTE)
    assert level(incident) == 2
    assert told(people) == {Role.OFFICER: 2, Role.OPERATOR: 1, Role.LEADER: 2, Role.ADMINISTRATOR: 1}
    escalate(NOON + 31 * MINUTE, NOON + 50 * MINUTE)
    assert level(incident) == 2
    assert [one.facts["minutes"] for one in incident.log.filter(kind="escalated")] == [15, 30]


def test_each_moment_again_changes_nothing(incident, people):
    for _ in range(3):
        escalating.escalate(NOON + 15 * MINUTE)
    assert level(incident) == 1
    assert told(people)[Role.LEADER] == 1


def test_after_an_hour_without_anybody_looking_both_circles_hear_of_it(incident, people):
    escalate(NOON + 60 * MINUTE, NOON + 61 * MINUTE)
    assert level(incident) == 2
    assert told(people)[Role.ADMINISTRATOR] == 1
    assert told(people)[Role.OPERATOR] == 1


def cleared(incident, by):
    Incident.objects.filter(id=incident.id).update(state="cleared", cleared=NOON)


STOPS = {
    "acknowledged": lambda one, by: handling.acknowledge(one, by=by, at=NOON),
    "closed": lambda one, by: handling.close(one, "confirmed", "x", by=by, at=NOON),
    "silenced": lambda one, by: handling.silence(one, NOON + 600 * MINUTE, "x", by=by, at=NOON),
    "cleared": cleared,
}


@pytest.mark.parametrize("how", STOPS)
def test_what_needs_nobody_goes_no_further(incident, people, how):
    STOPS[how](incident, people[Role.OFFICER])
    escalate(NOON + 14 * MINUTE, NOON + 32 * MINUTE)
    assert level(incident) == 0


def test_after_a_silence_it_is_counted_anew(incident, people):
    handling.silence(incident, NOON + 60 * MINUTE, "x", by=people[Role.OFFICER], at=NOON)
    escalate(NOON + 60 * MINUTE, NOON + 75 * MINUTE - HALF)
    assert level(incident) == 0
    escalating.escalate(NOON + 75 * MINUTE)
    assert level(incident) == 1


def test_reopened_it_is_counted_anew_and_told_anew(incident, people):
    escalate(NOON + 15 * MINUTE, NOON + 31 * MINUTE)
    handling.close(incident, "confirmed", "x", by=people[Role.OFFICER], at=NOON + 40 * MINUTE)
    handling.reopen(incident, "x", by=people[Role.OFFICER], at=NOON + 60 * MINUTE)
    escalate(NOON + 60 * MINUTE, NOON + 74 * MINUTE)
    assert level(incident) == 0
    escalating.escalate(NOON + 75 * MINUTE)
    assert level(incident) == 1
    assert told(people)[Role.LEADER] == 3


def test_what_was_never_told_is_not_escalated(people):
    i.incident(f.station("KK02"), at=NOON, onset=timedelta(0), told=None, told_severity=0)
    assert escalating.escalate(NOON + 60 * MINUTE) == []


def test_the_settings_say_when_and_whether(incident):
    Setting.objects.create(code="alarms.escalate_first_min", value=5)
    Setting.objects.create(code="alarms.escalate_second_min", value=0)
    preferences.forget()
    escalate(NOON + 4 * MINUTE, NOON + 5 * MINUTE)
    assert level(incident) == 1
    escalate(NOON + 5 * MINUTE, NOON + 60 * MINUTE)
    assert level(incident) == 1


def test_it_costs_the_same_for_one_that_waits_and_for_many_that_do_not(queries, incident):
    escalating.escalate(NOON)  # the settings are read
    one = queries(lambda: escalating.escalate(NOON + MINUTE))
    for n in range(3):
        i.incident(incident.thing, at=NOON, onset=timedelta(minutes=n))
    assert queries(lambda: escalating.escalate(NOON + MINUTE)) == one
