from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from nonnuoc.records.monitoring import as_of, observations, pages
from nonnuoc.records.monitoring.rows import Rows, concat, micros, moment
from tests.portal import network

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
START = NOW - timedelta(days=400)


def raw() -> network.Datastream:
    return network.instrument(network.station("A1", kind="ambient_air"), "PM2.5")


def read(stream: network.Datastream, rows: int, *, at: object = None) -> list[Rows]:
    return list(pages.pages(stream.id, START, NOW + timedelta(days=1), at or timezone.now(), rows=rows))


@pytest.mark.parametrize("rows", [1, 3, 10, 11, 1000])
def test_every_row_once_in_order_on_pages_of_that_length(rows: int) -> None:
    stream = raw()
    time = micros(START) + np.sort(np.random.default_rng(2).choice(10_000, 10, replace=False)) * 3_600_000_000
    network.put(stream, time, np.arange(10.0))
    found = read(stream, rows)
    assert concat(found).time.tolist() == time.tolist()
    assert concat(found).value.tolist() == list(range(10))
    assert {len(one) for one in found[:-1]} <= {rows}
    assert 0 not in {len(one) for one in found}


def test_of_nothing_there_is_no_page() -> None:
    assert read(raw(), 10) == []


def test_the_end_of_the_span_is_not_in_it() -> None:
    stream = raw()
    network.put(stream, micros(START) + np.arange(3) * network.STEP, np.arange(3.0))
    until = moment(micros(START) + 2 * network.STEP)
    (found,) = pages.pages(stream.id, START, until, timezone.now())
    assert found.value.tolist() == [0.0, 1.0]


def history(seed: int) -> tuple[network.Datastream, list[object]]:
    """Values that were changed again and again at times that are told, some of them before that was kept."""
    stream, chance = raw(), np.random.default_rng(seed)
    moments = [NOW - timedelta(hours=hours) for hours in (50, 40, 30, 20, 10)]
    for when in moments:
        chosen = np.sort(chance.choice(12, 6, replace=False))
        network.put(stream, micros(START) + chosen * network.STEP, chance.normal(0, 1, 6).round(3))
        with observations.connection.cursor() as cursor:  # in one transaction the clock stands still
            cursor.execute("UPDATE observation SET stored = %s WHERE stored = now()", [when])
            cursor.execute(
                "UPDATE monitoring_observationhistory SET replaced_at = %s WHERE replaced_at = now()", [when]
            )
    with observations.connection.cursor() as cursor:
        cursor.execute("UPDATE observation SET stored = NULL WHERE stored < %s", [moments[2]])
        cursor.execute("UPDATE monitoring_observationhistory SET stored = NULL WHERE stored < %s", [moments[2]])
    return stream, moments


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rows", [1, 2, 5, 100])
def test_at_any_moment_they_are_what_as_of_says(seed: int, rows: int) -> None:
    stream, moments = history(seed)
    for at in (moments[0] - timedelta(days=1), *(one + timedelta(minutes=off) for one in moments for off in (0, 1))):
        expected = as_of.read(stream.id, START, NOW, at)
        found = read(stream, rows, at=at)
        told = concat(found) if found else observations.empty()
        assert told.time.tolist() == expected.time.tolist(), at
        assert told.value.tolist() == expected.value.tolist(), at
        assert told.quality.tolist() == expected.quality.tolist(), at


def test_the_first_time_is_also_that_of_a_value_that_is_gone() -> None:
    stream = raw()
    assert pages.first_time(stream.id) is None
    network.put(stream, micros(START) + np.array([0, network.STEP]), np.array([1.0, 2.0]))
    assert pages.first_time(stream.id) == START
    network.put(stream, micros(START) + np.array([0]), np.array([5.0]))
    with observations.connection.cursor() as cursor:
        cursor.execute("DELETE FROM observation WHERE datastream_id = %s AND time = %s", [stream.id, START])
    assert pages.first_time(stream.id) == START
