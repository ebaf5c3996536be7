"""The time of each datastream's first value, as it is cached on it: against the rows there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonnuoc.records.monitoring import arrays, observations, removing
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.rows import Rows
from tests.records.monitoring.test_observations import NOW, of, streams, undone, write

__all__ = ["streams"]  # a fixture
pytestmark = pytest.mark.django_db
FILL = "nonnuoc.records.monitoring.migrations.0008_first_time"
HELD = """
SELECT d.id, d.first_time, (SELECT min(time) FROM observation o WHERE o.datastream_id = d.id), d.latest_time,
    (SELECT max(time) FROM observation o WHERE o.datastream_id = d.id)
FROM monitoring_datastream d
"""
#: Of which stream, at which step (some in a year that has no partition), written or taken away.
MOVES = st.lists(
    st.tuples(st.booleans(), st.lists(st.tuples(st.integers(0, 2), st.integers(-3, 3)), min_size=1, max_size=4)),
    max_size=8,
)


def cached() -> Iterator[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        yield from cursor.fetchall()


def some(streams: list[int], keys: list[tuple[int, int]]) -> Rows:
    known = sorted(set(keys))
    return of([streams[one] for one, _ in known], [step * 40_000 for _, step in known], [1.0] * len(known))


@given(MOVES)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_whatever_is_written_and_taken_away_the_first_and_the_newest_time_are_those_there_are(
    streams: list[int], moves: list[tuple[bool, list[tuple[int, int]]]]
) -> None:
    with undone():
        for taken, keys in moves:
            if taken:
                removing.take(some(streams, keys), by="test", reason="test")
            else:
                write(some(streams, keys))
            for one, first, oldest, latest, newest in cached():
                assert (one, first, latest) == (one, oldest, newest)


def test_an_older_value_lowers_it_and_tells_nobody(streams: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """News is of newest values."""
    told: list[str] = []

    def watched(sql: str, parameters: Sequence[object]) -> object:
        found = executed(sql, parameters)
        if "pg_notify" in sql:
            told.append(f"{found.rowcount}")
        return found

    executed = arrays.execute
    monkeypatch.setattr(arrays, "execute", watched)
    write(of(streams[0], [5], [1.0]))
    write(of(streams[0], [3], [1.0]))
    write(of(streams[0], [4], [1.0]))
    assert told == ["1", "0", "0"]
    stream = Datastream.objects.get(id=streams[0])
    assert observations.micros(stream.first_time) == of(streams[0], [3], [1.0]).time[0]  # type: ignore[arg-type]
    assert (stream.latest_value, stream.latest_received) == (1.0, NOW)


def test_the_migration_finds_it_for_what_is_there(streams: list[int]) -> None:
    write(some(streams, [(0, -3), (0, 2), (1, 1)]))
    Datastream.objects.update(first_time=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module(FILL).FILL)
    assert sum(first is not None for _, first, *_ in cached()) == 2
    assert all(first == oldest for _, first, oldest, *_ in cached())
