"""Many stations silent at once are one incident, and one message a recipient."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nonnuoc.records.accounts.models import Role
from nonnuoc.records.alerts.attending import handling
from nonnuoc.records.alerts.models import Alarm, Incident
from nonnuoc.records.alerts.watch import network, watching
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.outbox.models import Message
from tests import factories as f
from tests.records.alerts import watch as w
from tests.records.alerts.watch import HALF, MINUTE, NOON, somebody

pytestmark = pytest.mark.django_db
OUTAGE = NOON + 10 * MINUTE + 2 * HALF


@pytest.fixture(autouse=True)
def silence():
    w.only("silence")
    w.begin(NOON + 9 * MINUTE)


def many(number: int, *, simulated: bool = False) -> None:
    """So many stations of one stream each, last heard at noon; by the thousand, so without services."""
    like = w.stations(1, NOON, simulated=simulated)[0]
    stream = Datastream.objects.get(thing=like, procedure="raw")
    there = Thing.objects.count()
    things = Thing.objects.bulk_create(
        Thing(code=f"M{there + i:04d}", name=f"Trạm M{i}", kind=like.kind, state="active", simulated=simulated)
        for i in range(number - 1)
    )
    Datastream.objects.bulk_create(
        Datastream(
            thing=thing,
            observed_property_id=stream.observed_property_id,
            sensor_id=stream.sensor_id,
            procedure="raw",
            interval_s=300,
            latest_time=NOON,
            latest_received=NOON,
        )
        for thing in things
    )


def test_five_hundred_silent_stations_are_one_message_a_recipient(queries):
    people = [somebody(Role.OPERATOR, "Bình"), somebody(Role.OPERATOR, "Chi")]
    many(500)
    spent = queries(lambda: w.watch(OUTAGE))
    (incident,) = w.open_ones()
    assert (incident.thing, incident.alarms.count()) == (None, 500)
    assert [len(w.told(one)) for one in people] == [1, 1]
    assert w.told(people[0])[0].facts["headline_vi"] == "500 trạm mất tín hiệu từ 12:00 02/03/2026"
    assert spent < 100


def test_four_are_four():
    many(4)
    w.watch(OUTAGE)
    assert [incident.thing is None for incident in w.open_ones()] == [False] * 4


def test_less_than_a_tenth_is_not_the_network():
    for thing in w.stations(60, OUTAGE)[:5]:
        w.heard(thing, NOON)
    w.watch(OUTAGE)
    assert [incident.thing is None for incident in w.open_ones()] == [False] * 5


def test_they_come_back_one_by_one_and_it_is_over_with_the_last():
    operator = somebody(Role.OPERATOR)
    many(6)
    w.watch(OUTAGE)
    things = list(Thing.objects.order_by("id"))
    for n, thing in enumerate(things, 1):
        at = OUTAGE + n * MINUTE
        w.heard(thing, at)
        for earlier in things[:n]:
            w.heard(earlier, at)
        watching.watch(at)
        incident = Incident.objects.get()
        assert incident.alarms.filter(cleared=None).count() == 6 - n
        assert incident.state == ("open" if n < 6 else "cleared")
    assert [one.template for one in w.told(operator)] == ["incident_opened", "incident_cleared"]


def test_stations_whose_next_value_is_due_later_join_without_a_sound():
    operator = somebody(Role.OPERATOR)
    for n, thing in enumerate(w.stations(20, NOON)):
        w.heard(thing, NOON + n * timedelta(seconds=15))  # cadences of their own
    w.watch(NOON + 10 * MINUTE, NOON + 17 * MINUTE, step=HALF)
    (incident,) = w.open_ones()
    assert (incident.thing, incident.alarms.count()) == (None, 20)
    assert len(w.told(operator)) == 1


def test_what_was_told_of_single_ones_shortly_before_becomes_part_of_it():
    operator = somebody(Role.OPERATOR)
    first, *others = w.stations(12, NOON + 4 * MINUTE)
    w.heard(first, NOON)
    w.watch(NOON + 10 * MINUTE + 2 * HALF)
    (single,) = w.open_ones()
    assert single.thing == first
    w.watch(NOON + 12 * MINUTE, NOON + 15 * MINUTE, step=HALF)
    (incident,) = w.open_ones()
    assert (incident.thing, incident.alarms.count()) == (None, 12)
    single.refresh_from_db()
    assert (single.state, single.outcome, single.merged_into) == ("closed", "merged", incident)
    assert {one.key.split(":")[1] for one in w.told(operator)} == {str(single.id), str(incident.id)}
    assert others


def test_what_somebody_has_taken_up_stays_theirs():
    operator = somebody(Role.OPERATOR)
    first = w.stations(12, NOON + 4 * MINUTE)[0]
    w.heard(first, NOON)
    w.watch(NOON + 11 * MINUTE)
    (single,) = w.open_ones()
    handling.acknowledge(single, by=operator, at=NOON + 12 * MINUTE)
    w.watch(NOON + 12 * MINUTE, NOON + 15 * MINUTE, step=HALF)
    assert {incident.thing_id for incident in w.open_ones()} == {first.id, None}
    assert Alarm.objects.filter(incident=single).count() == 1


def test_invented_stations_never_make_up_the_number_of_a_real_outage():
    operator = somebody(Role.OPERATOR)
    many(5, simulated=True)
    many(5)
    w.watch(OUTAGE)
    real, invented = sorted(w.open_ones(), key=lambda one: one.alarms.first().thing.simulated)
    assert (real.thing, invented.thing) == (None, None)
    assert {one.facts["simulated"] for one in w.told(operator)} == {False, True}
    assert all(alarm.thing.simulated for alarm in invented.alarms.all())
    assert not any(alarm.thing.simulated for alarm in real.alarms.all())


def test_a_second_outage_is_another_incident():
    many(6)
    w.watch(OUTAGE)
    w.stations(6, NOON + 40 * MINUTE)
    w.begin(NOON + 50 * MINUTE)
    w.watch(NOON + 51 * MINUTE)
    assert [incident.alarms.count() for incident in w.open_ones()] == [6, 6]


def test_a_station_with_a_slow_parameter_belongs_to_the_outage():
    w.stations(6, NOON, symbols=("PM2.5", "O3"))
    Datastream.objects.filter(observed_property__code="O3").update(interval_s=3600)
    w.watch(OUTAGE)
    (incident,) = w.open_ones()
    assert (incident.thing, incident.alarms.count()) == (None, 6)
    w.begin(NOON + 120 * MINUTE)
    w.watch(NOON + 122 * MINUTE)
    assert [one.alarms.count() for one in w.open_ones()] == [12]


def test_a_message_of_a_single_one_that_waits_is_dropped_with_the_merger():
    somebody(Role.OPERATOR)
    first = w.stations(12, NOON + 4 * MINUTE)[0]
    w.heard(first, NOON)
    w.watch(NOON + 11 * MINUTE)
    (single,) = w.open_ones()
    Message.objects.update(state="queued")
    w.watch(NOON + 12 * MINUTE, NOON + 15 * MINUTE, step=HALF)
    assert {one.state for one in Message.objects.filter(key__startswith=f"incident:{single.id}:")} == {"dropped"}


def test_the_share_and_the_number_are_what_the_documentation_says():
    assert (5, 0.10, timedelta(minutes=15)) == (network.FEWEST, network.SHARE, network.WINDOW)


def test_values_that_come_through_the_river_leave_its_end_to_the_watch():
    operator = somebody(Role.OPERATOR)
    things = w.stations(6, NOON)
    w.watch(OUTAGE)
    (incident,) = w.open_ones()
    for n, thing in enumerate(things):
        at = OUTAGE + (n + 1) * HALF
        f.send(f.line("PM2.5", 12, at), code=thing.code, at=at)
        assert Alarm.objects.filter(cleared=None).count() == 6 - n
        w.watch(at)
        assert Alarm.objects.filter(cleared=None).count() == 5 - n
    incident.refresh_from_db()
    assert incident.state == "cleared"
    assert Incident.objects.count() == 1
    assert [one.template for one in w.told(operator)] == ["incident_opened", "incident_cleared"]
