"""The store against a real database: what is written is what is read, once, with its past and its newest value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier, Thread

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonnuoc.records.monitoring import arrays, observations, rows
from nonnuoc.records.monitoring.models import (
    Datastream,
    Observation,
    ObservationHistory,
    ObservedProperty,
    Sensor,
    Thing,
)
from nonnuoc.records.monitoring.observations import Rows

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
START = observations.micros(NEW_YEAR)
STEP = 300_000_000
EVER = (observations.micros(datetime(1970, 1, 1, tzinfo=UTC)), observations.micros(datetime(2101, 1, 1, tzinfo=UTC)))

pytestmark = pytest.mark.django_db
fresh_each = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def streams() -> list[int]:
    """Three datastreams of one station."""
    thing = Thing.objects.create(code="KK01", name="Trạm", kind=Thing.Kind.AMBIENT_AIR, state=Thing.State.ACTIVE)
    sensor = Sensor.objects.create(kind=Sensor.Kind.INSTRUMENT, name="analyser")
    made = []
    for n in range(3):
        observed = ObservedProperty.objects.create(code=f"x{n}", name_vi="x", name_en="x", unit="1")
        made.append(
            Datastream.objects.create(thing=thing, sensor=sensor, observed_property=observed, procedure="raw").id
        )
    return made


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves nothing behind: one example of a property test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def of(
    stream: int | Sequence[int], time: Sequence[int], value: Sequence[float], quality: int | Sequence[int] = 1
) -> Rows:
    """Rows whose times count steps from the new year on."""
    n = len(time)
    return Rows(
        np.broadcast_to(np.asarray(stream, np.int32), n),
        START + np.asarray(time, np.int64) * STEP,
        np.asarray(value, np.float64),
        np.zeros(n, np.int16),
        np.broadcast_to(np.asarray(quality, np.int16), n),
    )


def write(some: Rows, *, at: datetime = NOW, history: bool = True, reason: str = "another value was sent") -> int:
    return observations.write(some, by="delivery 1", reason=reason, at=at, history=history)


def everything(streams: list[int]) -> list[tuple[object, ...]]:
    return list(zip(*(c.tolist() for c in observations.read_spans(streams, *EVER).columns()), strict=True))


def tuple_headers() -> list[tuple[object, ...]]:
    """Where each row lies and which transactions touched it: changes with any write, even a mere lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text, xmin::text, xmax::text FROM observation ORDER BY datastream_id, time")
        return cursor.fetchall()


# what goes in comes out

VALUES = st.floats(width=64)
SHORTS = st.integers(-(2**15), 2**15 - 1)
MOMENTS = st.integers(EVER[0], EVER[1] - 1)


@given(st.dictionaries(MOMENTS, st.tuples(VALUES, SHORTS, SHORTS), max_size=8), st.booleans())
@fresh_each
@pytest.mark.slow
def test_any_row_comes_out_as_it_went_in(
    streams: list[int], sent: dict[int, tuple[float, int, int]], known: bool
) -> None:
    times = sorted(sent)
    value, status, quality = (np.array([sent[t][i] for t in times]) for i in range(3))
    some = Rows(np.full(len(times), streams[1]), np.array(times, np.int64), value.astype(float), status, quality)
    with undone():
        assert write(some.take(slice(None, None, -1)), history=not known) == len(times)
        back = observations.read(streams[1], *EVER)
        assert back.time.tolist() == times
        assert rows.alike(back, some).all()
        assert write(some) == 0


WRITES = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 3), st.sampled_from([0.0, -0.0, 1.5, np.nan, np.inf]), st.integers(1, 3)
    ),
    max_size=14,
)


@given(WRITES, st.sets(st.integers(1, 13)))
@fresh_each
@pytest.mark.slow
def test_any_batching_leaves_the_same_table_history_and_newest_values(
    streams: list[int], writes: list[tuple[int, int, float, int]], cuts: set[int]
) -> None:
    edges = [0, *sorted(c for c in cuts if c < len(writes)), len(writes)]
    batches = [writes[a:b] for a, b in pairwise(edges)]
    expected, replaced = {}, []
    with undone():
        for batch in batches:
            last = {(streams[s], time): (value, quality) for s, time, value, quality in batch}
            replaced += [
                (*key, repr(expected[key]))
                for key in sorted(last)
                if key in expected and repr(expected[key]) != repr(last[key])
            ]
            expected |= last
            ids, times = [k[0] for k in last], [k[1] for k in last]
            write(of(ids, times, [v for v, _ in last.values()], [q for _, q in last.values()]))
        held = observations.read_spans(streams, *EVER)
        assert {
            (d, (t - START) // STEP): repr((v, q))
            for d, t, v, q in zip(
                *(c.tolist() for c in (held.datastream, held.time, held.value, held.quality)), strict=True
            )
        } == {key: repr(row) for key, row in expected.items()}
        assert [
            (h.datastream_id, (observations.micros(h.time) - START) // STEP, repr((h.value, h.quality)))
            for h in ObservationHistory.objects.order_by("id")
        ] == replaced
        for stream in Datastream.objects.filter(id__in=streams):
            mine = {time: row for (s, time), row in expected.items() if s == stream.id}
            newest = max(mine, default=None)
            assert stream.latest_time == (None if newest is None else NEW_YEAR + timedelta(minutes=5 * newest))
            if newest is not None:
                assert repr((stream.latest_value, stream.latest_quality)) == repr(mine[newest])


def test_same_rows_again_touch_nothing(streams: list[int]) -> None:
    some = of(streams, [0, 1, 2], [1.0, np.nan, -np.inf])
    assert write(some) == 3
    before = tuple_headers()
    assert write(some) == 0
    assert tuple_headers() == before
    assert ObservationHistory.objects.count() == 0


def test_only_what_differs_is_counted_and_remembered(streams: list[int]) -> None:
    write(of(streams[0], [0, 1], [1.0, 2.0]))
    assert write(of(streams[0], [0, 1, 2], [1.0, 5.0, 3.0]), at=NOW + timedelta(minutes=1), reason="corrected") == 2
    kept = ObservationHistory.objects.get()
    assert (kept.datastream_id, kept.time, kept.value) == (streams[0], NEW_YEAR + timedelta(minutes=5), 2.0)
    assert (kept.status, kept.quality) == (0, 1)
    assert (kept.replaced_by, kept.reason) == ("delivery 1", "corrected")


@pytest.mark.django_db(transaction=True)
def test_a_row_and_its_history_say_between_which_transactions_each_value_stood(streams: list[int]) -> None:
    write(of(streams[0], [0, 1], [1.0, 2.0]))
    write(of(streams[0], [1], [5.0]))
    write(of(streams[0], [1], [6.0]))
    stands = dict(Observation.objects.filter(datastream_id=streams[0]).values_list("value", "stored"))
    stood = {row.value: (row.stored, row.replaced_at) for row in ObservationHistory.objects.all()}
    assert stands[1.0] == stood[2.0][0]
    assert stood[2.0][1] == stood[5.0][0]
    assert stood[5.0][1] == stands[6.0]
    assert stands[1.0] < stood[5.0][0] < stands[6.0]


def test_a_row_thought_new_but_held_is_replaced_with_its_history(streams: list[int]) -> None:
    write(of(streams[0], [0], [1.0]))
    assert write(of(streams[0], [0, 1], [2.0, 3.0]), history=False) == 2
    assert observations.read(streams[0], *EVER).value.tolist() == [2.0, 3.0]
    assert [h.value for h in ObservationHistory.objects.all()] == [1.0]


def test_rows_can_be_remembered_that_were_never_held(streams: list[int]) -> None:
    observations.remember(of(streams[0], [4], [9.0]), by="the same batch", reason="another value was sent")
    observations.remember(observations.empty(), by="", reason="")
    kept = ObservationHistory.objects.get()
    assert (kept.value, kept.stored) == (9.0, kept.replaced_at)  # it stood for no time at all
    assert everything(streams) == []


# the newest value


def test_an_older_row_leaves_the_newest_value_alone(streams: list[int]) -> None:
    write(of(streams[0], [5], [1.0]))
    write(of(streams[0], [4], [2.0]), at=NOW + timedelta(hours=1))
    stream = Datastream.objects.get(id=streams[0])
    assert (stream.latest_value, stream.latest_received) == (1.0, NOW)


def test_a_rewrite_of_the_newest_row_refreshes_it(streams: list[int]) -> None:
    write(of(streams[0], [5], [1.0]))
    write(of(streams[0], [4, 5], [2.0, 1.0], [1, 4]), at=NOW + timedelta(hours=1))
    stream = Datastream.objects.get(id=streams[0])
    assert (stream.latest_time, stream.latest_value) == (NEW_YEAR + timedelta(minutes=25), 1.0)
    assert (stream.latest_status, stream.latest_quality) == (0, 4)
    assert stream.latest_received == NOW + timedelta(hours=1)


# what is refused


def test_two_rows_of_one_key_are_refused(streams: list[int]) -> None:
    with pytest.raises(observations.DuplicateRowsError, match=r"two rows for 2026-01-01T00:05:00\+00:00"):
        write(of(streams[0], [1, 0, 1], [1.0, 2.0, 1.0]))
    assert everything(streams) == []


@pytest.mark.parametrize("history", [True, False])
def test_an_unknown_datastream_is_refused(streams: list[int], history: bool) -> None:
    with pytest.raises(observations.UnknownDatastreamError, match="is not registered"), transaction.atomic():
        write(of([streams[0], 999_999], [0, 0], [1.0, 1.0]), history=history)
    assert everything(streams) == []


def test_no_row_is_no_work() -> None:
    assert observations.write(observations.empty(), by="", reason="", at=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_datastreams_are_held_only_within_a_transaction(streams: list[int]) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        observations.hold(streams)


# reading


def test_a_span_is_half_open(streams: list[int]) -> None:
    write(of(streams[0], range(5), range(5)))
    until = NEW_YEAR + timedelta(minutes=15)
    assert observations.read(streams[0], NEW_YEAR + timedelta(minutes=5), until).value.tolist() == [1.0, 2.0]
    assert observations.read(streams[0], START + STEP, START + 3 * STEP + 1).value.tolist() == [1.0, 2.0, 3.0]
    assert len(observations.read(streams[0], until, until)) == 0


def test_overlapping_spans_give_each_row_once_and_sorted(streams: list[int]) -> None:
    write(of(streams[0], range(10), range(10)))
    write(of(streams[1], range(10), range(100, 110)))
    since = START + np.array([4, 0, 8, 3]) * STEP
    until = START + np.array([6, 2, 9, 5]) * STEP
    got = observations.read_spans(np.array([streams[1], streams[0], streams[0], streams[1]]), since, until)
    assert got.datastream.tolist() == [streams[0]] * 3 + [streams[1]] * 3
    assert got.value.tolist() == [0.0, 1.0, 8.0, 103.0, 104.0, 105.0]


def test_rows_in_several_years_and_in_none_of_them_come_sorted(streams: list[int]) -> None:
    when = [datetime(y, 6, 1, tzinfo=UTC) for y in (1975, 2012, 2039, 2085)]
    zeros = np.zeros(4, np.int16)
    write(Rows(np.full(4, streams[0]), np.array([observations.micros(w) for w in when]), np.arange(4.0), zeros, zeros))
    assert observations.read(streams[0], *EVER).value.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert observations.read(streams, *EVER).value.tolist() == [0.0, 1.0, 2.0, 3.0]


def test_thousands_of_spans_are_one_question(streams: list[int]) -> None:
    write(of(streams[0], range(3000), range(3000)))
    since = START + np.arange(0, 3000, 2) * STEP
    got = observations.read_spans(streams[0], since, since + 1)
    assert got.value.tolist() == list(range(0, 3000, 2))


@pytest.mark.parametrize("question", ["one", "many"])
def test_years_outside_the_question_are_not_looked_at(streams: list[int], question: str) -> None:
    first, last = NEW_YEAR, NEW_YEAR + timedelta(days=2)
    ids, time = arrays.Int4(np.array(streams[:2])), arrays.Time(np.array([START, START]))
    asked = {
        "one": (observations.ONE_SPAN, (streams[0], first, last)),
        "many": (observations.MANY_SPANS, (ids, time, time, first, last)),
    }
    sql, parameters = asked[question]
    with connection.cursor() as cursor:
        cursor.execute(observations.NESTED)
    plan = "\n".join(line for (line,) in arrays.execute(f"EXPLAIN {sql}", parameters).fetchall())
    with connection.cursor() as cursor:
        cursor.execute(observations.AS_BEFORE)
    assert "observation_2026" in plan
    assert "observation_2025" not in plan
    assert "observation_default" not in plan
    assert "Seq Scan" not in plan
    assert "Hash Join" not in plan and "Merge Join" not in plan


def test_reading_leaves_the_planner_as_it_was(streams: list[int]) -> None:
    observations.read_spans(streams, *EVER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_hashjoin'), current_setting('enable_seqscan')")
        assert cursor.fetchone() == ("on", "on")


# transactions and others who write at the same time


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_each_write_is_one_of_its_own(streams: list[int]) -> None:
    write(of(streams, [0, 0, 0], [1.0, 2.0, 3.0]))
    assert not connection.in_atomic_block
    assert [value for _, _, value, _, _ in everything(streams)] == [1.0, 2.0, 3.0]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_takes_rows_history_and_newest_value_back(streams: list[int]) -> None:
    write(of(streams[0], [0], [1.0]))
    with pytest.raises(RuntimeError, match="failed later"), transaction.atomic():
        write(of(streams[0], [0, 1], [2.0, 3.0]))
        raise RuntimeError("failed later")
    assert observations.read(streams[0], *EVER).value.tolist() == [1.0]
    assert ObservationHistory.objects.count() == 0
    assert Datastream.objects.get(id=streams[0]).latest_value == 1.0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("history", [True, False])
def test_two_who_write_the_same_new_key_leave_one_in_the_table_and_one_in_the_history(
    streams: list[int], history: bool
) -> None:
    start, failed = Barrier(2), []

    def send(order: list[int], value: float) -> None:
        try:
            start.wait(10)
            for step in range(20):
                write(of(order, [step] * 3, [value] * 3), history=history)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=send, args=(streams, 1.0)), Thread(target=send, args=(streams[::-1], 2.0))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    held = {(d, t): v for d, t, v, _, _ in everything(streams)}
    past = {(h.datastream_id, observations.micros(h.time)): h.value for h in ObservationHistory.objects.all()}
    assert len(held) == 60
    assert {key: 3.0 - value for key, value in held.items()} == past
