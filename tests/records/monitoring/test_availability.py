from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from nonnuoc.domain.quality import Check, Flag
from nonnuoc.ingest import pipeline
from nonnuoc.records.monitoring import availability, counting, observations
from nonnuoc.records.monitoring.availability import Share
from nonnuoc.records.monitoring.models import Availability, DailyCount, Datastream, Observation, Thing
from tests import factories
from tests.factories import VIETNAM

pytestmark = pytest.mark.django_db

STEP = timedelta(minutes=30)
PER_DAY = 48
AT = datetime(2026, 3, 20, 9, 0, tzinfo=VIETNAM)
TODAY = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The store's clock: what is written, is written on the morning of AT."""
    monkeypatch.setattr("nonnuoc.records.monitoring.observations.timezone.now", lambda: AT)
    return AT


def station(code: str = "KK01", symbols: tuple[str, ...] = ("PM2.5",), interval_s: int = 1800) -> Thing:
    return factories.station(code, symbols, interval_s=interval_s)


def put(
    stream: Datastream, since: datetime, until: datetime, *, quality: int = 1, keep: float = 1, seed: int = 1
) -> None:
    """Values every half hour of [since, until), some of them lost, some of the others refused."""
    chance = np.random.default_rng(seed)
    time = np.arange(observations.micros(since), observations.micros(until), int(STEP.total_seconds() * 1e6))
    time = time[chance.random(len(time)) < keep]
    kinds = [
        1,
        Flag.SUSPECT,
        Flag.FAIL | Check.SPIKE,
        Flag.MISSING | Check.MISSING,
        Flag.MISSING | Check.BELOW_DETECTION,
    ]
    flags = chance.choice(kinds, len(time)) if quality == 0 else np.full(len(time), quality)
    value = np.where(flags & Check.MISSING, np.nan, 7.0)
    rows = observations.Rows(np.full(len(time), stream.id), time, value, np.zeros(len(time)), flags)
    observations.write(rows, by="test", reason="test", at=AT)


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, number, hour, tzinfo=VIETNAM)


def naive(stream: Datastream, first: date, last: date) -> Share:
    """The same by counting rows one by one, as the docstring of domain/availability.py says it."""
    rows = [
        (o.time.astimezone(VIETNAM), o.value, o.quality & 15, o.quality)
        for o in Observation.objects.filter(datastream=stream)
    ]
    came = [(t, v, f) for t, v, f, quality in rows if f != 9 or quality & Check.BELOW_DETECTION]
    begins = min(t.date() for t, _, _ in came) + timedelta(days=1)
    days = [d for n in range((last - first).days + 1) if begins <= (d := first + timedelta(days=n))]
    arrived = sum(t.date() in days for t, _, _ in came)
    usable = sum(t.date() in days and f <= 3 and v == v for t, v, f in came)
    return Share(PER_DAY * len(days), arrived, usable)


def week(stream: Datastream) -> Share:
    return availability.of([stream.id]).of(stream.id, "7d")


def test_counts_equal_a_naive_count_over_gaps_and_flags() -> None:
    thing = station(symbols=("PM2.5", "O3"))
    for seed, code in enumerate(("PM2.5", "O3")):
        put(factories.stream(thing, code), day(2, 13), AT, quality=0, keep=0.7, seed=seed)
    counting.refresh(AT)
    for code in ("PM2.5", "O3"):
        stream = factories.stream(thing, code)
        assert 0 < week(stream).usable < week(stream).arrived < week(stream).expected == 7 * PER_DAY
        assert week(stream) == naive(stream, date(2026, 3, 13), date(2026, 3, 19))
        assert availability.of([stream.id]).of(stream.id, "30d") == naive(stream, date(2026, 2, 18), date(2026, 3, 19))
        span = (date(2026, 3, 5), date(2026, 3, 9))
        assert availability.between([stream.id], *span) == {stream.id: naive(stream, *span)}


def test_nothing_is_expected_before_the_first_value_and_on_its_day() -> None:
    stream = factories.stream(station(), "PM2.5")
    put(stream, day(17, 15), AT)
    counting.refresh(AT)
    assert week(stream) == Share(2 * PER_DAY, 2 * PER_DAY, 2 * PER_DAY)


def test_a_silent_day_counts_as_missing() -> None:
    stream = factories.stream(station(), "PM2.5")
    put(stream, day(10), day(14))
    counting.refresh(AT)
    assert week(stream) == Share(7 * PER_DAY, PER_DAY, PER_DAY)
    assert availability.of([stream.id]).of(stream.id, "24h") == Share(PER_DAY, 0, 0)


def test_late_values_and_corrections_are_counted_the_next_time() -> None:
    thing = station()
    stream = factories.stream(thing, "PM2.5")
    put(stream, day(10), day(15))
    put(stream, day(17), AT)
    counting.refresh(AT)
    assert week(stream).arrived == 5 * PER_DAY
    put(stream, day(15), day(16, 12))  # a gap is filled, days later
    pipeline.correct(stream, since=day(18), until=day(18, 6), flag=Flag.FAIL, reason="calibration", by=None)
    assert counting.refresh(AT) == 3
    assert week(stream) == naive(stream, date(2026, 3, 13), date(2026, 3, 19))
    assert week(stream).arrived - week(stream).usable == 12
    assert counting.refresh(AT) == 0


def test_a_history_brought_in_moves_the_beginning_and_its_holes_are_missing() -> None:
    stream = factories.stream(station(), "PM2.5")
    put(stream, day(18, 12), AT)
    counting.refresh(AT)
    assert week(stream).expected == PER_DAY
    put(stream, day(14), day(15))
    counting.refresh(AT)
    assert week(stream) == naive(stream, date(2026, 3, 13), date(2026, 3, 19))
    assert week(stream).expected == 5 * PER_DAY
    assert DailyCount.objects.filter(datastream=stream).count() == 6


def test_days_stored_before_there_were_counts_are_counted() -> None:
    stream = factories.stream(station(), "PM2.5")
    put(stream, day(12), AT)
    DailyCount.objects.all().delete()
    counting.refresh(AT)
    assert week(stream) == Share(7 * PER_DAY, 7 * PER_DAY, 7 * PER_DAY)


def test_a_value_of_before_midnight_that_is_written_then_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = factories.stream(station(), "PM2.5")
    put(stream, day(17), day(20))
    counting.refresh(AT)
    monkeypatch.setattr("nonnuoc.records.monitoring.observations.timezone.now", lambda: day(20, 23))
    put(stream, day(20), day(20, 23))
    assert DailyCount.objects.filter(datastream=stream, day=TODAY, stale=True).exists()
    counting.refresh(AT)
    assert DailyCount.objects.get(datastream=stream, day=TODAY).stale, "today is not over"
    counting.refresh(day(21, 1))
    assert DailyCount.objects.get(datastream=stream, day=TODAY).arrived == 46


def test_live_values_of_today_mark_nothing() -> None:
    thing = station()
    stream = factories.stream(thing, "PM2.5")
    put(stream, day(20, 1), day(20, 8))
    assert not DailyCount.objects.exists()


def test_of_a_station_that_is_not_active_nothing_is_expected_and_its_days_stay_so() -> None:
    thing = station()
    stream = factories.stream(thing, "PM2.5")
    put(stream, day(10), day(17))
    counting.refresh(day(17, 1))
    Thing.objects.filter(id=thing.id).update(state=Thing.State.SUSPENDED)
    counting.refresh(day(19, 1))
    assert availability.of([stream.id]).of(stream.id, "24h") == Share(0, 0, 0)
    Thing.objects.filter(id=thing.id).update(state=Thing.State.ACTIVE)
    counting.refresh(AT)
    found = dict(
        DailyCount.objects.filter(datastream=stream, day__gte=date(2026, 3, 16)).values_list("day", "interval_s")
    )
    assert found == {date(2026, 3, n): None if n in (17, 18) else 1800 for n in range(16, 20)}
    assert week(stream) == Share(5 * PER_DAY, 4 * PER_DAY, 4 * PER_DAY)


def test_the_last_24_hours_end_where_nothing_can_be_under_way_any_more() -> None:
    stream = factories.stream(station(), "PM2.5")
    put(stream, day(12), day(20, 8) + timedelta(minutes=45))  # the value of 09:00 has not arrived yet
    counting.refresh(AT)
    assert availability.of([stream.id]).of(stream.id, "24h") == Share(PER_DAY, PER_DAY, PER_DAY)


def test_the_last_24_hours_of_a_new_station_begin_with_its_first_value() -> None:
    stream = factories.stream(station(), "PM2.5")
    put(stream, day(20, 5), AT)
    counting.refresh(AT)
    assert availability.of([stream.id]).of(stream.id, "24h") == Share(7, 7, 7)
    assert week(stream) == Share(0, 0, 0)


def test_a_station_that_never_spoke_and_samples_have_no_share() -> None:
    never = factories.stream(station(), "PM2.5")
    sampled = factories.stream(
        factories.station("NM01", ("DO",), kind="surface_water", interval_s=None), "DO", "sample"
    )
    counting.refresh(AT)
    found = availability.of([never.id, sampled.id])
    assert found.at is None
    assert found.of(never.id, "24h").arrived_percent is None
    assert not Availability.objects.exists()


def test_several_datastreams_together_count_every_value_once() -> None:
    assert availability.together([Share(10, 9, 8), Share(90, 90, 90)]) == Share(100, 99, 98)
    assert Share(100, 99, 98).usable_percent == 98.0


@pytest.mark.parametrize("portion", [1, 100, 10**9])
def test_counting_in_portions_changes_nothing(monkeypatch: pytest.MonkeyPatch, portion: int) -> None:
    monkeypatch.setattr(counting, "PORTION", portion)
    monkeypatch.setattr(counting, "MARKS", max(1, portion // 20))
    thing = station(symbols=("PM2.5", "O3"))
    for seed, code in enumerate(("PM2.5", "O3")):
        put(factories.stream(thing, code), day(14), AT, quality=0, keep=0.6, seed=seed)
    counting.refresh(AT)
    for code in ("PM2.5", "O3"):
        stream = factories.stream(thing, code)
        assert week(stream) == naive(stream, date(2026, 3, 13), date(2026, 3, 19))


def test_utc_midnight_is_no_border() -> None:
    stream = factories.stream(station(), "PM2.5")
    put(stream, day(18), day(19))
    counting.refresh(AT)
    assert list(DailyCount.objects.filter(arrived__gt=0).values_list("day", "arrived")) == [
        (date(2026, 3, 18), PER_DAY)
    ]
    assert Observation.objects.filter(datastream=stream).order_by("time")[0].time == datetime(
        2026, 3, 17, 17, tzinfo=UTC
    )
