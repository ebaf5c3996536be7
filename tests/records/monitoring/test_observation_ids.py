"""The number of an observation and back."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.records.monitoring.observation_ids import SECOND, SQL, key_of, observation_id

YEARS = 30_000_000_000 * SECOND  # some 950 years


@given(stream=st.integers(1, 2**27 - 1), micros=st.integers(-YEARS, YEARS))
def test_there_and_back(stream: int, micros: int) -> None:
    number = observation_id(stream, micros)
    assert key_of(number) == (stream, micros // SECOND * SECOND)
    assert observation_id(np.array([stream], np.int32), np.array([micros])).tolist() == [number]


def test_exact_in_a_double_and_ordered() -> None:
    assert observation_id(131_071, YEARS) < 2**53
    assert observation_id(1, YEARS) < observation_id(2, -YEARS)


@pytest.mark.django_db
@pytest.mark.parametrize("second", ["2026-11-20T05:00:00.5Z", "1969-12-31T23:59:59.25Z", "1970-01-01T00:00:00Z"])
def test_the_database_counts_alike(second: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SQL.format(t='o')}, o.time FROM (SELECT 7 AS datastream_id, %s::timestamptz AS time) o", [second]
        )
        number, time = cursor.fetchone()
    assert number == observation_id(7, round(time.timestamp() * SECOND))
