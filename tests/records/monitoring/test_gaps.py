from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from nonnuoc.domain.quality import Check, Flag
from nonnuoc.records.monitoring import arrays, gaps
from nonnuoc.records.monitoring.gaps import Instrument
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.observations import micros
from tests.portal import network

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, tzinfo=UTC)
END = START + timedelta(days=3)
MINUTES = timedelta(minutes=1)


def instrument(code: str = "PM2.5") -> tuple[Datastream, Instrument]:
    """Three days at five minutes, the last value at the end, none missing; hourly means as the river keeps them."""
    thing = network.station(f"A-{code}", kind="ambient_air")
    raw = network.instrument(thing, code)
    return raw, Instrument(raw.id, network.stream(thing, code, "mean_1h").id, 300)


def store(raw: Datastream, one: Instrument, *, without: np.ndarray | None = None, **judged: object) -> None:
    """Values but for those `without`, and of every hour how complete it is."""
    time = np.arange(micros(START), micros(END) + 1, network.STEP)
    there = np.ones(len(time), bool) if without is None else ~without
    usable = there.copy()
    network.put(raw, time[there], np.full(int(there.sum()), 20.0))
    if judged:
        where, quality, status = judged["where"], judged["quality"], judged.get("status", 0)
        network.put(raw, time[where], np.full(int(where.sum()), 20.0), quality=quality, status=status)
        usable &= ~where
    hours = np.arange(micros(START) + network.HOUR, micros(END) + 1, network.HOUR)
    count = [int((usable & (time > hour - network.HOUR) & (time <= hour)).sum()) for hour in hours]
    mean = Datastream.objects.get(id=one.hourly_id)
    for hour, n in zip(hours, count, strict=True):
        if n:
            network.put(mean, np.array([hour]), np.array([20.0]), status=100 * n // 12)


def between(first: timedelta, last: timedelta) -> np.ndarray:
    """Which of the values lie in (first, last) after the start."""
    time = np.arange(micros(START), micros(END) + 1, network.STEP)
    return (time > micros(START + first)) & (time < micros(START + last))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each read of observations gave; they go past what counts Django's queries."""
    sizes: list[int] = []
    fetch = arrays.fetch

    def counted(*asked: Any) -> list[Any]:
        found = fetch(*asked)
        sizes.append(len(found[0]))
        return found

    monkeypatch.setattr(arrays, "fetch", counted)
    return sizes


def test_without_a_gap_only_the_hours_are_read(reads: list[int]) -> None:
    raw, one = instrument()
    store(raw, one)
    reads.clear()
    assert gaps.of([one], START, END) == {}
    assert reads == [72]


def test_a_gap_is_told_to_the_minute_from_the_last_value_to_the_next() -> None:
    raw, one = instrument()
    store(raw, one, without=between(timedelta(hours=5, minutes=10), timedelta(hours=9, minutes=25)))
    (gap,) = gaps.of([one], START, END)[raw.id]
    assert (gap.since, gap.until) == (START + 310 * MINUTES, START + 565 * MINUTES)
    assert not gap.open and gap.missing == gap.failed == 0


def test_one_value_late_is_no_gap_and_two_are() -> None:
    raw, one = instrument()
    lost = between(timedelta(hours=1, minutes=10), timedelta(hours=1, minutes=20))
    assert lost.sum() == 1
    store(raw, one, without=lost)
    (gap,) = gaps.of([one], START, END)[raw.id]
    assert gap.until - gap.since == 10 * MINUTES


def test_silence_is_an_open_gap_once_two_intervals_and_half_a_minute_have_passed() -> None:
    raw, one = instrument()
    store(raw, one)
    assert gaps.of([one], START, END + 10 * MINUTES)[raw.id] == []
    (gap,) = gaps.of([one], START, END + 11 * MINUTES)[raw.id]
    assert gap.open and gap.since == END


def test_refused_values_are_a_gap_that_says_why() -> None:
    raw, one = instrument()
    where = between(timedelta(hours=20), timedelta(hours=20, minutes=40))
    store(raw, one, where=where, quality=Flag.FAIL | Check.STATUS, status=2)
    (gap,) = gaps.of([one], START, END)[raw.id]
    assert gap.failed == 7 and gap.checks == Check.STATUS and gap.status == 2
    assert gap.until - gap.since == 40 * MINUTES


def test_what_never_spoke_in_the_span_is_one_gap_from_its_beginning_on() -> None:
    raw, one = instrument()
    (gap,) = gaps.of([one], START, END)[raw.id]
    assert (gap.since, gap.until, gap.open) == (START, END, True)


def test_many_instruments_cost_the_same_reads_and_keep_their_own_gaps(reads: list[int]) -> None:
    raw, one = instrument("PM2.5")
    store(raw, one, without=between(timedelta(hours=5), timedelta(hours=6)))
    others = []
    for code in ("PM10", "O3", "NO2"):
        other, its = instrument(code)
        store(other, its, without=between(timedelta(hours=30), timedelta(hours=31)))
        others.append(its)
    reads.clear()
    found = gaps.of([one, *others], START, END)
    assert {len(own) for own in found.values()} == {1}
    assert found[raw.id][0].since == START + timedelta(hours=5)
    assert len(reads) == 2
