"""What the watch looks at besides silence: refused files, clocks, availability, the system's own lag, and itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from nonnuoc.ingest import alerting
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.alerts.models import Alarm, Entry, Incident, Watch
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.alerts.watch import lagging, refusals, watching
from nonnuoc.records.monitoring.models import Availability, Delivery
from tests import factories as f
from tests.records.alerts import watch as w
from tests.records.alerts.incidents import alarm, incident
from tests.records.alerts.watch import HALF, MINUTE, NOON, somebody

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def watched():
    w.begin(NOON)


def refused(code: str, at, times: int, lines: str = "what is this") -> None:
    for n in range(times):
        f.send(f"{lines} {at} {n}", code=code, at=at + n * MINUTE)


def test_three_refused_files_within_a_day_are_an_incident():
    w.only("files-refused")
    thing = f.station("KK01", ["PM2.5"])
    refused("KK01", NOON, 2)
    w.watch(NOON + 2 * MINUTE)
    assert w.open_ones() == []
    refused("KK01", NOON + 2 * MINUTE, 1)
    w.watch(NOON + 3 * MINUTE)
    (found,) = w.open_ones()
    assert (found.thing, found.family, found.onset) == (thing, "operation", NOON)
    assert found.alarms.get().beyond == 3


def test_it_is_over_once_something_of_the_station_is_stored():
    w.only("files-refused")
    f.station("KK01", ["PM2.5"])
    refused("KK01", NOON, 3)
    w.watch(NOON + 3 * MINUTE)
    w.watch(NOON + 5 * MINUTE)
    assert [one.state for one in w.open_ones()] == ["open"]
    f.send(f.line("PM2.5", 12, NOON + 6 * MINUTE), at=NOON + 6 * MINUTE)
    w.watch(NOON + 7 * MINUTE)
    assert [one.state for one in w.open_ones()] == ["cleared"]


def test_refused_files_of_a_station_that_sends_good_ones_between_are_none():
    w.only("files-refused")
    f.station("KK01", ["PM2.5"])
    for n in range(4):
        refused("KK01", NOON + 10 * n * MINUTE, 1, f"bad {n}")
        at = NOON + (10 * n + 5) * MINUTE
        f.send(f.line("PM2.5", 12, at), at=at)
    w.begin(NOON + 40 * MINUTE)
    w.watch(NOON + 40 * MINUTE)
    assert w.open_ones() == []


def test_a_clock_ahead_is_of_the_clock_and_not_of_the_files():
    rules.load_shipped()
    f.station("KK01", ["PM2.5"])
    for n in range(3):
        at = NOON + n * MINUTE
        f.send(f.line("PM2.5", 12, at + 20 * MINUTE), at=at)
    w.watch(NOON + 2 * MINUTE)
    assert [one.code for one in Alarm.objects.all()] == ["clock-off"]
    at = NOON + 10 * MINUTE
    f.send(f.line("PM2.5", 12, at), at=at)
    w.begin(at)
    w.watch(at)
    assert [one.state for one in w.open_ones()] == ["cleared"]


def test_a_clock_that_runs_ahead_by_less_than_refuses_its_files_is_found_too():
    rule = w.only("clock-off")
    rule.parameters = {"off_s": 120}
    rule.save()
    near, far = w.stations(2, NOON)
    w.heard(near, NOON, received=NOON - MINUTE)
    w.heard(far, NOON, received=NOON - 3 * MINUTE)
    w.watch(NOON)
    assert [one.thing for one in Alarm.objects.all()] == [far]


def counted(thing, usable: int, expected: int = 2016) -> None:
    Availability.objects.update_or_create(
        datastream=f.stream(thing, "PM2.5"),
        span="7d",
        defaults={"expected": expected, "arrived": usable, "usable": usable, "counted": NOON},
    )


def test_less_than_the_target_is_an_incident_until_it_is_clearly_more():
    w.only("availability-week")
    good, bad, new = w.stations(3, NOON)
    counted(good, 1613)  # 80.01 %
    counted(bad, 1612)
    counted(new, 0, expected=0)
    w.watch(NOON)
    (found,) = Alarm.objects.all()
    assert (found.thing, found.level, found.peak) == (bad, 80, 80.0)
    counted(bad, 1640)  # 81.3 %: better, and near enough to fall again
    w.watch(NOON + HALF)
    assert Alarm.objects.get().cleared is None
    counted(bad, 1660)
    w.watch(NOON + 2 * HALF)
    assert Alarm.objects.get().cleared == NOON + 2 * HALF


def test_what_waits_too_long_is_an_incident_of_the_system():
    w.only("evaluation-lag")
    operator = somebody(Role.OPERATOR)
    w.watch(NOON, waiting={"deliveries": 299.0, "jobs": 800.0})
    assert w.open_ones() == []
    w.watch(NOON + HALF, waiting={"deliveries": 330.0})
    (found,) = w.open_ones()
    assert (found.family, found.thing, found.onset) == ("system", None, NOON + HALF - timedelta(seconds=330))
    w.watch(NOON + 2 * HALF, waiting={"deliveries": 360.0})
    assert len(w.told(operator)) == 1
    w.watch(NOON + 3 * HALF, waiting={"deliveries": 0.0})
    assert [one.state for one in w.open_ones()] == ["cleared"]


def test_that_the_watch_was_away_is_recorded_and_wakes_nobody():
    w.only("evaluation-lag")
    operator = somebody(Role.OPERATOR)
    w.watch(NOON + HOUR)
    found = Incident.objects.get()
    assert (found.onset, found.cleared, found.state) == (NOON, NOON + HOUR, "cleared")
    assert w.told(operator) == []
    w.watch(NOON + HOUR + HALF)
    assert Incident.objects.count() == 1


def test_a_part_that_fails_leaves_the_others_work_and_the_pass_does_not_count(monkeypatch):
    w.only("silence")
    w.stations(1, NOON)
    w.begin(NOON + 10 * MINUTE)
    before = Watch.objects.get().at

    def broken(at):
        raise RuntimeError("the ledger is on fire")

    monkeypatch.setattr(refusals, "held", broken)
    w.watch(NOON + 11 * MINUTE)
    assert len(w.open_ones()) == 1
    assert Watch.objects.get().at == before
    monkeypatch.undo()
    w.watch(NOON + 11 * MINUTE + HALF)
    assert Watch.objects.get().at == NOON + 11 * MINUTE + HALF


@pytest.mark.django_db(transaction=True)
def test_two_passes_at_once_are_one():
    w.only("silence")
    w.begin(NOON)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [watching.LOCK])
            watching.watch(NOON + HALF)
            assert Watch.objects.get().at == NOON
            cursor.execute("SELECT pg_advisory_unlock(%s)", [watching.LOCK])
    finally:
        other.close()
    watching.watch(NOON + HALF)
    assert Watch.objects.get().at == NOON + HALF


def test_passes_without_a_gap_go_on_and_a_gap_begins_anew():
    w.watch(NOON + 2 * MINUTE)
    assert Watch.objects.get().since == NOON - timedelta(days=1)
    w.watch(NOON + 20 * MINUTE)
    assert Watch.objects.get().since == NOON + 20 * MINUTE


def test_everything_moves_only_while_the_watch_does_and_nothing_is_stuck():
    w.watch(NOON, waiting={"deliveries": 10.0, "messages": 0.0})
    assert lagging.moves(NOON + 2 * MINUTE, 900)
    assert not lagging.moves(NOON + 4 * MINUTE, 900)
    w.watch(NOON + 4 * MINUTE, waiting={"messages": 1000.0})
    assert not lagging.moves(NOON + 4 * MINUTE, 900)


def exceeding(value: float, at, **more):
    """An incident of PM2.5 too high, with values up to `at`."""
    thing = f.station("KK01", ["PM2.5"])
    f.send(f.line("PM2.5", value, at), at=at, **more)
    found = incident(thing, at=at)
    alarm(found, f.stream(thing, "PM2.5"), code="high", kind="rate")
    return found


def test_an_incident_nothing_is_known_of_is_held_and_goes_on_with_the_first_value(monkeypatch):
    monkeypatch.setattr(alerting, "alert", lambda *_, **__: None)  # the alarm is of no rule
    found = exceeding(150, NOON)
    w.watch(NOON + 15 * MINUTE - HALF)
    found.refresh_from_db()
    assert found.state == "open"
    w.watch(NOON + 16 * MINUTE)
    found.refresh_from_db()
    assert (found.state, found.cleared) == ("held", None)
    at = NOON + 20 * MINUTE
    f.send(f.line("PM2.5", "-9999", at - MINUTE, status="02"), at=at)
    w.watch(at)
    found.refresh_from_db()
    assert found.state == "held"  # an instrument in fault tells nothing of the air
    f.send(f.line("PM2.5", 140, at), at=at)
    w.watch(at + HALF)
    found.refresh_from_db()
    assert found.state == "open"
    assert [one.kind for one in Entry.objects.filter(incident=found, kind__in=("held", "resumed"))] == [
        "held",
        "resumed",
    ]


def test_deliveries_are_read_with_one_statement_whatever_their_number(queries):
    w.only("files-refused")
    f.station("KK01", ["PM2.5"])
    refused("KK01", NOON, 1)
    one = queries(lambda: refusals.held(NOON + HOUR))
    refused("KK01", NOON + 5 * MINUTE, 4, "more")
    assert Delivery.objects.count() == 5
    assert queries(lambda: refusals.held(NOON + HOUR)) == one
