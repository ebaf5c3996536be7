"""Whole stories: from a station's file to the incident somebody has to answer, with the rules as they are shipped."""

from __future__ import annotations

import logging
import random
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from nonnuoc.domain import quality as q
from nonnuoc.ingest import alerting, pipeline, removing
from nonnuoc.records.alerts.judging import evaluating, incidents
from nonnuoc.records.alerts.models import Alarm, AlarmRule, Entry, Incident
from nonnuoc.records.alerts.rulebook import rejudging, rules
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Observation, Thing
from nonnuoc.records.monitoring.sensorthings.writing_body import WritingError
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope
from nonnuoc.records.outbox.models import Message
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
State, Outcome = Incident.State, Incident.Outcome


@pytest.fixture(autouse=True)
def shipped():
    """The rules that come with the system, all switched on."""
    f.station("DUMMY", ["PM2.5"])
    rules.load_shipped()
    AlarmRule.objects.update(enabled=True)


@pytest.fixture
def clock(monkeypatch):
    """What time it is; give another one to go on."""

    def set_to(when):
        monkeypatch.setattr("django.utils.timezone.now", lambda: when.astimezone(UTC))

    set_to(f.NOON)
    return set_to


def hours(values, *, until=f.NOON, symbol="PM2.5", **more):
    """An hourly instrument, whose last digit never stands still."""
    moving = [v if isinstance(v, str) else v + 0.1 * (n * 7 % 11) for n, v in enumerate(values)]
    return f.every(symbol, moving, until=until, step=HOUR, **more)


#: A day of clean air and some hours of smog: with the last of them the mean of 24 hours passes 45 µg/Nm³.
SMOG = [30.0] * 26 + [80.0, 120.0, 160.0, 200.0]


def hourly(code="KK01", symbols=("PM2.5",), **facts):
    return f.station(code, symbols, interval_s=3600, **facts)


def grouped():
    """Every incident as the data tell it, with its alarms."""
    told = ("code", "onset", "raised", "last_beyond", "cleared", "step", "level", "peak", "peak_time", "beyond")
    return sorted(
        (one.thing.code, one.family, one.onset, one.cleared, sorted(one.alarms.values_list(*told)))
        for one in Incident.objects.filter(alarms__isnull=False).distinct()
    )


def test_a_day_over_the_limit_is_an_incident_with_its_article(clock):
    thing = hourly()
    f.send(*hours(SMOG[:-4], until=f.NOON - 4 * HOUR))
    assert not Incident.objects.exists()
    f.send(*hours(SMOG))
    alarm = Alarm.objects.get(code="air-limit-24h")
    assert (alarm.level, alarm.onset) == (45, f.NOON)
    assert alarm.datastream == f.stream(thing, "PM2.5", "mean_24h")
    one = alarm.incident
    assert (one.state, one.family, one.thing) == (State.OPEN, "environment", thing)
    assert one.told is not None
    assert one.alarms.count() > 1  # the index of the hour says so as well: the same cause


def test_the_limit_is_that_of_the_time_the_air_was_measured(clock):
    """PM2.5 of 24 hours: 50 until the end of 2025, 45 from 2026 on (QCVN 05:2023/BTNMT)."""
    before, after = datetime(2025, 12, 20, tzinfo=f.VIETNAM), datetime(2026, 1, 20, tzinfo=f.VIETNAM)
    for code, day in (("OLD", before), ("NEW", after)):
        hourly(code)
        f.send(*hours([48.0] * 30, until=day), code=code, at=f.NOON)
    assert set(Alarm.objects.values_list("thing__code", "code")) == {("NEW", "air-limit-24h")}


def test_the_limit_changes_in_the_middle_of_a_series(clock):
    thing = hourly()
    change = datetime(2026, 1, 1, tzinfo=f.VIETNAM)
    f.send(*hours([48.0] * 60, until=change + DAY), at=f.NOON)
    alarm = Alarm.objects.get(code="air-limit-24h")
    assert (alarm.onset, alarm.level) == (change + HOUR, 45)  # what is stamped midnight is the day before's
    assert thing.incidents.get().onset <= alarm.onset


def test_late_data_never_sound(clock):
    hourly()
    f.send(*hours(SMOG + [5.0] * 60, until=f.NOON - 3 * DAY))
    assert Alarm.objects.exists()
    assert set(Incident.objects.values_list("outcome", "told")) == {(Outcome.RECORDED, None)}
    assert not Message.objects.exists()


def test_a_persons_correction_withdraws(clock):
    thing = hourly()
    f.send(*hours(SMOG))
    assert Incident.objects.get().state == State.OPEN
    raw = f.stream(thing, "PM2.5")
    pipeline.correct(raw, since=f.NOON - 3 * HOUR, until=f.NOON + HOUR, flag=q.Flag.FAIL, reason="tia chớp", by=None)
    assert not Alarm.objects.exists()
    one = Incident.objects.get()
    assert (one.state, one.outcome) == (State.CLOSED, Outcome.WITHDRAWN)


def test_a_deleted_value_withdraws(clock):
    thing = hourly()
    f.send(*hours(SMOG))
    smog = [observations.micros(f.NOON - n * HOUR) for n in range(4)]
    removing.remove(f.stream(thing, "PM2.5"), smog, reason="thử máy", scope=Scope.of(None))
    assert Incident.objects.get().outcome == Outcome.WITHDRAWN


def test_another_value_for_the_same_time_is_judged_anew(clock):
    hourly()
    f.send(*hours(SMOG))
    assert Alarm.objects.filter(code="air-limit-24h").exists()
    f.send(*hours([30.0]))
    assert not Alarm.objects.filter(code="air-limit-24h").exists()


@pytest.mark.parametrize("status", ["01", "02", "03"])
def test_what_the_instrument_did_not_measure_raises_nothing_of_the_air(clock, status):
    hourly()
    f.send(*hours([30.0] * 29, until=f.NOON - HOUR), *hours([900.0], status=status))
    assert not Alarm.objects.filter(incident__family="environment").exists()


def test_no_data_clear_nothing(clock):
    hourly()
    f.send(*hours(SMOG))
    clock(f.NOON + 2 * DAY)
    until = f.NOON + 2 * DAY
    f.send(*hours(["---"] * 24, until=until), at=until)
    assert Incident.objects.get(family="environment").cleared is None


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_leaves_the_same_incidents(clock, seed):
    clock(f.NOON + 3 * DAY)
    rng = random.Random(seed)
    symbols = ("PM2.5", "PM10", "O3")
    level, values = 40.0, []
    for _ in range(24 * 8):
        level = max(2.0, level + rng.gauss(0, 14) - 0.05 * (level - 60))
        values.append(level)
    files = []
    for start in range(0, len(values), 5):
        lines = [
            f.line(symbol, f"{value * scale:.2f}", f.NOON - HOUR * (len(values) - 1 - n))
            for n, value in enumerate(values[start : start + 5], start)
            for symbol, scale in zip(symbols, (1, 2, 3), strict=True)
        ]
        files.append(lines)
    hourly("KK01", symbols)
    hourly("KK02", symbols)
    received = f.NOON + 3 * DAY
    pipeline.accept([f.arrival(f.tt10(*lines), "KK01", at=received) for lines in files])
    rng.shuffle(files)
    while files:
        size = rng.randint(1, 9)
        pipeline.accept([f.arrival(f.tt10(*lines), "KK02", at=received) for lines in files[:size]])
        files = files[size:]
    told = grouped()
    first, second = ([one[1:] for one in told if one[0] == code] for code in ("KK01", "KK02"))
    assert first == second
    assert len(first) > 1


def test_readings_are_stored_though_their_judging_fails_and_they_are_judged_later(clock, monkeypatch, caplog):
    thing = hourly()
    whole = evaluating.evaluate

    def broken(*given, **more):
        whole(*given, **more)
        raise ZeroDivisionError("a rule of ours is wrong")

    monkeypatch.setattr(evaluating, "evaluate", broken)
    with caplog.at_level(logging.ERROR):
        receipt = f.send(*hours(SMOG))
    assert (receipt.state, receipt.stored) == ("committed", 30)
    assert len(f.held(thing, "PM2.5", "mean_24h")) == 30
    assert not Alarm.objects.exists()  # what had been begun is undone
    assert "were stored and not judged" in caplog.text
    f.send(*hours([220.0], until=f.NOON + HOUR), at=f.NOON + HOUR)
    jobs = ProcrastinateJob.objects.filter(task_name=alerting.AGAIN)
    (job,) = [one for one in jobs if one.args["since"] < (f.NOON - DAY).isoformat()]
    assert job.args["thing_id"] == thing.id
    monkeypatch.setattr(evaluating, "evaluate", whole)
    alerting.judge_again(job.args["thing_id"], datetime.fromisoformat(job.args["since"]))
    assert Incident.objects.get(family="environment").state == State.OPEN
    before = grouped()
    alerting.judge_again(thing.id, f.NOON - 5 * DAY)
    assert grouped() == before


def test_what_has_had_incidents_cannot_be_deleted(clock):
    thing = hourly()
    f.send(*hours(SMOG))
    for verb, what in ((removing.remove_thing, thing), (removing.remove_datastream, f.stream(thing, "PM2.5"))):
        with pytest.raises(WritingError, match="Retire the station instead") as refused:
            verb(what, reason="thử", scope=Scope.of(None))
        assert (refused.value.code, refused.value.status) == ("has_incidents", 409)
    assert Thing.objects.filter(id=thing.id).exists()
    assert Observation.objects.filter(datastream__thing=thing).exists()


def test_every_change_wakes_up_who_listens(clock, monkeypatch):
    hourly()
    told = []
    monkeypatch.setattr(incidents, "announce", lambda *ids: told.append(set(ids)))
    f.send(*hours(SMOG))
    assert told == [set(Incident.objects.values_list("id", flat=True))]


def test_the_log_tells_event_time_and_arrival_time_apart(clock):
    hourly()
    clock(f.NOON + 10 * DAY)
    f.send(*hours(SMOG), at=f.NOON + 10 * DAY)
    entry = Entry.objects.filter(kind=Entry.Kind.OPENED).earliest("id")
    assert (entry.at, entry.time) == (f.NOON + 10 * DAY, entry.incident.onset)
    assert entry.time < f.NOON
    assert "air-limit-24h" in {one["code"] for one in entry.facts["alarms"]}


def test_an_index_of_which_nothing_is_left_goes_with_its_values(clock):
    """A later file says that the instrument was not measuring after all."""
    thing = hourly()
    f.send(*hours(SMOG))
    assert f.moments(f.held(thing, "VN_AQI", "aqi_1h"))[-1] == f.NOON
    f.send(*hours(SMOG[-4:], status="02"))
    assert f.moments(f.held(thing, "VN_AQI", "aqi_1h"))[-1] == f.NOON - 2 * HOUR
    assert not Alarm.objects.filter(incident__family="environment").exists()


def test_a_rule_switched_on_for_the_past_judges_the_past(clock):
    AlarmRule.objects.update(enabled=False)
    hourly()
    f.send(*hours(SMOG))
    assert not Alarm.objects.exists()
    rules.enable("air-limit-24h", by=None, since=f.NOON - 3 * DAY)
    job = ProcrastinateJob.objects.get(task_name=rejudging.JOB)
    alerting.judge_by_rule(job.args["code"], datetime.fromisoformat(job.args["since"]))
    alarm = Alarm.objects.get()
    assert (alarm.code, alarm.onset) == ("air-limit-24h", f.NOON)
    clock(f.NOON + HOUR)
    rules.disable("air-limit-24h", by=None)
    alerting.judge_by_rule("air-limit-24h", f.NOON + HOUR)
    assert Alarm.objects.get().cleared == f.NOON + HOUR
