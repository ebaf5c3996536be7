"""Streams that fall silent and speak again, by a clock that the tests turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from nonnuoc.records.accounts.models import Role
from nonnuoc.records.alerts.models import Alarm, Entry, Incident
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.alerts.rulebook.drafting import of_rule
from nonnuoc.records.alerts.watch import watching
from nonnuoc.records.monitoring import selectors, services
from nonnuoc.records.monitoring.models import Datastream, Thing
from tests import factories as f
from tests.records.alerts import watch as w
from tests.records.alerts.watch import HALF, MINUTE, NOON, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def silence():
    w.begin(NOON)
    return w.only("silence")


def opened(incident: Incident) -> timedelta:
    return incident.opened - NOON


def test_a_five_minute_station_is_told_within_eleven_minutes():
    operator = somebody(Role.OPERATOR)
    w.stations(1, NOON)
    assert w.watch(NOON, NOON + 10 * MINUTE, step=HALF) == []
    w.watch(NOON + 10 * MINUTE + HALF, NOON + 12 * MINUTE, step=HALF)
    (incident,) = w.open_ones()
    assert timedelta(minutes=10) < opened(incident) <= timedelta(minutes=11)
    assert (incident.family, incident.onset, incident.state) == ("silence", NOON, "open")
    assert [message.key for message in w.told(operator)] == [f"incident:{incident.id}:opened:1"]


@pytest.mark.parametrize("phase_s", [0, 1, 7, 29, 31, 59])
def test_whatever_the_second_it_was_last_heard(phase_s):
    last = NOON + timedelta(seconds=phase_s)
    w.stations(1, last)
    w.begin(NOON + 9 * MINUTE)
    w.watch(NOON + 10 * MINUTE, NOON + 13 * MINUTE, step=HALF)
    (incident,) = w.open_ones()
    assert incident.opened - last <= timedelta(minutes=11)


def test_never_before_the_pages_call_it_silent():
    thing = w.stations(1, NOON)[0]
    w.begin(NOON + 9 * MINUTE)
    for at in w.steps(NOON + 10 * MINUTE, NOON + 11 * MINUTE, timedelta(seconds=5)):
        changes = watching.watch(at)
        page = selectors.station_now(thing.code, at)
        assert bool(changes) <= bool(page.silent_since)


def test_one_of_twelve_parameters_is_named_alone():
    operator, symbols = somebody(Role.OPERATOR), ("PM2.5", "PM10", "O3", "NO2")
    thing = w.stations(1, NOON, symbols=symbols)[0]
    w.heard(thing, NOON + 10 * MINUTE, "PM10", "O3", "NO2")
    w.begin(NOON + 10 * MINUTE)
    w.watch(NOON + 11 * MINUTE)
    (alarm,) = Alarm.objects.all()
    assert alarm.datastream == f.stream(thing, "PM2.5")
    (message,) = w.told(operator)
    assert message.facts["headline_en"] == "Trạm S000: PM2.5 is silent since 12:00 02/03/2026"
    assert message.facts["headline_vi"] == "Trạm S000: PM2.5 mất tín hiệu từ 12:00 02/03/2026"


def test_a_whole_station_is_one_incident():
    operator = somebody(Role.OPERATOR)
    w.stations(1, NOON, symbols=("PM2.5", "PM10", "O3", "NO2"))
    w.watch(NOON, NOON + 15 * MINUTE)
    (incident,) = w.open_ones()
    assert incident.alarms.count() == 4
    (message,) = w.told(operator)
    assert message.facts["headline_en"] == "Trạm S000: the whole station is silent since 12:00 02/03/2026"


def test_slower_parameters_join_without_a_sound():
    operator = somebody(Role.OPERATOR)
    thing = f.station("KK01", ["PM2.5"])
    services.register_datastream(thing, property_code="O3", symbol="O3", interval_s=3600, by=None)
    w.heard(thing, NOON)
    w.watch(NOON, NOON + 11 * MINUTE)
    w.begin(NOON + 2 * 60 * MINUTE)
    w.watch(NOON + 121 * MINUTE)
    (incident,) = w.open_ones()
    assert incident.alarms.count() == 2
    assert len(w.told(operator, "opened")) == 1


def test_what_came_without_a_number_came():
    thing = f.station("KK01", ["PM2.5"])
    f.send(f.line("PM2.5", 12, NOON), at=NOON)
    at = NOON + 12 * MINUTE
    f.send(f.line("PM2.5", "-9999", NOON + 10 * MINUTE, status="02"), at=NOON + 10 * MINUTE)
    w.watch(at)
    assert w.open_ones(thing=thing) == []


def test_a_stream_that_never_spoke_is_not_silent():
    f.station("KK01", ["PM2.5"])
    w.watch(NOON, NOON + 30 * MINUTE)
    assert w.open_ones() == []


@pytest.mark.parametrize("state", [Thing.State.PLANNED, Thing.State.SUSPENDED, Thing.State.RETIRED])
def test_only_active_stations_are_listened_to(state):
    w.stations(1, NOON)
    Thing.objects.update(state=state)
    w.watch(NOON, NOON + 15 * MINUTE)
    assert w.open_ones() == []


def test_suspending_a_station_ends_its_silence():
    w.stations(1, NOON)
    w.watch(NOON, NOON + 12 * MINUTE)
    Thing.objects.update(state=Thing.State.SUSPENDED)
    w.watch(NOON + 13 * MINUTE)
    assert [incident.state for incident in w.open_ones()] == ["cleared"]


def test_it_is_over_within_half_a_minute_of_data():
    operator = somebody(Role.OPERATOR)
    thing = w.stations(1, NOON)[0]
    w.watch(NOON, NOON + 12 * MINUTE)
    back = NOON + 20 * MINUTE
    w.watch(NOON + 13 * MINUTE, back)
    w.heard(thing, back)
    w.watch(back + HALF)
    (incident,) = w.open_ones()
    assert (incident.state, incident.cleared) == ("cleared", back + HALF)
    assert [message.template for message in w.told(operator)] == ["incident_opened", "incident_cleared"]
    assert w.told(operator)[-1].severity == 1


def test_sending_what_was_kept_is_no_new_silence_and_ends_none():
    silent, behind = w.stations(2, NOON)
    w.watch(NOON, NOON + 9 * MINUTE)
    # one sends old values all the time, as after an outage of its line
    for at in w.steps(NOON + 9 * MINUTE, NOON + 30 * MINUTE, w.OFTEN):
        w.heard(behind, at - 40 * MINUTE, received=at)
        watching.watch(at)
    assert [incident.thing for incident in w.open_ones()] == [silent]
    w.heard(silent, NOON + 5 * MINUTE, received=NOON + 31 * MINUTE)
    w.watch(NOON + 31 * MINUTE)
    assert [incident.state for incident in w.open_ones()] == ["open"]


def test_what_we_could_not_hear_says_nothing_of_the_stations():
    w.stations(3, NOON)
    w.watch(NOON, NOON + MINUTE)
    away = NOON + 60 * MINUTE  # the system was down for an hour
    assert w.watch(away, away + 10 * MINUTE) == []
    w.watch(away + 10 * MINUTE + HALF, away + 12 * MINUTE)
    assert len(w.open_ones()) == 3


def test_nobody_is_silent_while_deliveries_wait():
    w.stations(2, NOON)
    assert w.watch(NOON, NOON + 15 * MINUTE, waiting={"deliveries": 90.0}) == []
    w.watch(NOON + 16 * MINUTE, waiting={"deliveries": 2.0})
    assert len(w.open_ones()) == 2


def test_a_rule_about_one_station_stands_in_place_of_the_general_one():
    patient, other = w.stations(2, NOON)
    general = of_rule(rules.AlarmRule.objects.get(code="silence"))
    rules.make(
        replace(general, code="silence-slow", thing=patient.code, parameters={"intervals": 12, "at_least_s": 600}),
        by=None,
        since=NOON - timedelta(days=1),
    )
    rules.AlarmRule.objects.filter(code="silence-slow").update(enabled=True)
    w.watch(NOON, NOON + 30 * MINUTE)
    assert [incident.thing for incident in w.open_ones()] == [other]
    w.watch(NOON + 30 * MINUTE, NOON + 62 * MINUTE)
    assert {incident.thing for incident in w.open_ones()} == {other, patient}


def test_samples_are_never_silent():
    thing = f.station("NM01", {"BOD5": "BOD5"}, kind=Thing.Kind.SURFACE_WATER, interval_s=None)
    Datastream.objects.filter(thing=thing).update(latest_time=NOON - timedelta(days=90))
    w.watch(NOON, NOON + 15 * MINUTE)
    assert w.open_ones() == []


def test_a_pass_twice_at_one_moment_is_one():
    w.stations(1, NOON)
    at = NOON + 11 * MINUTE
    w.watch(NOON, NOON + 10 * MINUTE)
    assert len(watching.watch(at)) > 0
    assert watching.watch(at) == []
    assert Entry.objects.filter(kind="opened").count() == 1


def test_a_pass_costs_the_same_for_one_station_and_for_many(queries):
    w.stations(1, NOON, symbols=("PM2.5", "PM10"))
    w.watch(NOON, NOON + MINUTE)
    one = queries(lambda: watching.watch(NOON + 2 * MINUTE))
    w.stations(20, NOON, symbols=("PM2.5", "PM10"))
    assert queries(lambda: watching.watch(NOON + 3 * MINUTE)) == one
