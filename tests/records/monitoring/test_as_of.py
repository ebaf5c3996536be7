"""What stood when: against a model that remembers every write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonnuoc.records.monitoring import as_of, observations
from nonnuoc.records.monitoring.models import Datastream, Observation, ObservationHistory
from nonnuoc.records.monitoring.rows import Rows, micros, moment
from tests.portal import network

BASE = datetime(2026, 1, 1, tzinfo=UTC)
EVER = datetime(1990, 1, 1, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
TIMES = 4  # different times of values
TICK = timedelta(hours=1)  # between two transactions

#: (time, value): value None deletes. One list is one transaction.
WRITES = st.lists(
    st.dictionaries(st.integers(0, TIMES - 1), st.none() | st.integers(0, 3), min_size=1), min_size=1, max_size=6
)


@pytest.fixture
def raw(db: None) -> Datastream:
    thing = network.station("A", kind="wastewater")
    return network.instrument(thing, "COD")


def at(number: int) -> datetime:
    return BASE + TICK * number


def store(raw: Datastream, writes: dict[int, int | None], when: datetime) -> None:
    """One transaction as services write it, and then dated: all of a test's transaction is of one moment."""
    told = {one: value for one, value in writes.items() if value is not None}
    if told:
        time = np.array([micros(at(one)) for one in told], np.int64)
        size = len(time)
        rows = Rows(np.full(size, raw.id), time, np.array(list(told.values()), float), np.zeros(size), np.ones(size))
        observations.write(rows, by="test", reason="test", at=when)
    gone = [at(one) for one, value in writes.items() if value is None]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM observation WHERE datastream_id = %s AND time = ANY(%s) RETURNING *)"
            " INSERT INTO monitoring_observationhistory"
            " (datastream_id, time, value, status, quality, stored, replaced_at, replaced_by, reason)"
            " SELECT datastream_id, time, value, status, quality, stored, now(), 'test', 'deleted' FROM gone",
            [raw.id, gone],
        )
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    Observation.objects.filter(datastream=raw, stored=now).update(stored=when)
    ObservationHistory.objects.filter(datastream=raw, replaced_at=now).update(replaced_at=when)


def stood(raw: Datastream, when: datetime) -> dict[int, float]:
    rows = as_of.read(raw.id, EVER, LATER, when)
    assert (np.diff(rows.time) > 0).all()
    held = zip(rows.time.tolist(), rows.value.tolist(), strict=True)
    return {(moment(time) - BASE) // TICK: value for time, value in held}


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=WRITES)
def test_at_every_moment_stands_what_was_written_last(raw: Datastream, writes: list[dict[int, int | None]]) -> None:
    Observation.objects.filter(datastream=raw).delete()
    ObservationHistory.objects.filter(datastream=raw).delete()
    model: dict[int, float] = {}
    after = [dict(model)]
    for number, one in enumerate(writes, 1):
        store(raw, one, at(100 + 2 * number))
        model = {time: value for time, value in (model | one).items() if value is not None}
        after.append(dict(model))
    for number, expected in enumerate(after):
        assert stood(raw, at(100 + 2 * number)) == expected  # from its moment on
        assert stood(raw, at(101 + 2 * number)) == expected  # and until the next


def test_a_row_from_before_it_was_kept_stands_always(raw: Datastream) -> None:
    store(raw, {0: 1}, at(100))
    Observation.objects.filter(datastream=raw).update(stored=None)
    assert stood(raw, EVER) == {0: 1}


def test_a_change_from_before_it_was_kept_is_still_followed(raw: Datastream) -> None:
    """Neither row tells since when; the history tells until when, and one of the two stands at each moment."""
    store(raw, {0: 1}, at(100))
    store(raw, {0: 2}, at(102))
    store(raw, {0: 3}, at(104))
    Observation.objects.filter(datastream=raw).update(stored=None)
    ObservationHistory.objects.filter(datastream=raw).update(stored=None)
    assert [stood(raw, at(when)) for when in (90, 101, 102, 103, 104)] == [{0: 1}, {0: 1}, {0: 2}, {0: 2}, {0: 3}]


def test_writers_who_overtake_each_other_leave_one_version(raw: Datastream) -> None:
    """The transaction that began first was the last to get hold of the datastream."""
    store(raw, {0: 1}, at(100))
    store(raw, {0: 2}, at(103))
    store(raw, {0: 3}, at(102))
    assert [stood(raw, at(when)) for when in (101, 102, 103, 104)] == [{0: 1}, {0: 1}, {0: 3}, {0: 3}]


def test_a_value_that_never_stood_is_never_seen(raw: Datastream) -> None:
    store(raw, {0: 1}, at(100))
    sent = Rows(np.array([raw.id]), np.array([micros(at(0))]), np.array([9.0]), np.zeros(1), np.ones(1))
    observations.remember(sent, by="the same batch", reason="test")
    assert 9.0 not in stood(raw, datetime.now(UTC)).values()
    assert ObservationHistory.objects.filter(datastream=raw, value=9).exists()


def test_a_span_is_half_open(raw: Datastream) -> None:
    store(raw, {0: 1, 1: 2, 2: 3}, at(100))
    rows = as_of.read(raw.id, at(0), micros(at(2)), at(101))
    assert rows.value.tolist() == [1, 2]
