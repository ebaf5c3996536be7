"""Observations as arrays, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.records.monitoring import rows, spans
from nonnuoc.records.monitoring.rows import Rows

KEYS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 6)), max_size=20)


def of_keys(keys: list[tuple[int, int]], values: list[float] | None = None) -> Rows:
    table = np.array(keys, np.int64).reshape(-1, 2)
    zeros = np.zeros(len(keys), np.int16)
    return Rows(table[:, 0].astype(np.int32), table[:, 1], np.arange(len(keys), dtype=float), zeros, zeros)


def keys(some: Rows) -> list[tuple[int, int]]:
    return list(zip(some.datastream.tolist(), some.time.tolist(), strict=True))


@given(KEYS)
def test_sort_is_by_datastream_and_time_and_stable(given_keys: list[tuple[int, int]]) -> None:
    ordered = of_keys(given_keys).sort()
    expected = sorted(range(len(given_keys)), key=given_keys.__getitem__)
    assert ordered.value.tolist() == expected


def test_sorted_rows_are_given_back_as_they_are() -> None:
    some = of_keys([(1, 5), (1, 7), (2, 0)])
    assert some.sort() is some


@given(KEYS.map(set), KEYS.map(set))
def test_find_tells_where_a_key_is_held(wanted: set[tuple[int, int]], held: set[tuple[int, int]]) -> None:
    store = sorted(held)
    place = rows.find(of_keys(sorted(wanted)), of_keys(store))
    assert place.tolist() == [store.index(key) if key in held else -1 for key in sorted(wanted)]


def test_find_does_not_overflow_at_the_ends_of_the_integers() -> None:
    ends = [(-(2**31), -(2**63)), (2**31 - 1, 2**63 - 1)]
    assert rows.find(of_keys(ends), of_keys(ends)).tolist() == [0, 1]


@given(KEYS)
def test_repeated_finds_a_key_that_is_there_twice(given_keys: list[tuple[int, int]]) -> None:
    some = of_keys(given_keys).sort()
    found = rows.repeated(some)
    assert (found >= 0) == (len(set(given_keys)) < len(given_keys))
    if found >= 0:
        assert keys(some)[found] == keys(some)[found - 1]


def test_rows_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"value has shape \(1,\), datastream \(2,\)"):
        Rows(np.array([1, 2]), np.array([0, 0]), np.array([1.0]), np.array([0, 0]), np.array([1, 1]))  # type: ignore[arg-type]


def test_parts_are_put_one_after_the_other() -> None:
    one, other = of_keys([(2, 1)]), of_keys([(1, 1), (1, 2)])
    assert keys(rows.concat([one, other])) == [(2, 1), (1, 1), (1, 2)]
    assert len(rows.concat([])) == len(rows.empty()) == 0


def test_alike_is_bit_by_bit_except_for_nan() -> None:
    def one(value: float, status: int = 0, quality: int = 1) -> Rows:
        return Rows(*(np.array([x]) for x in (1, 0, value, status, quality)))  # type: ignore[arg-type]

    other_nan = np.array([0x7FF8000000000001]).view(np.float64)[0]
    assert rows.alike(one(np.nan), one(other_nan)).tolist() == [True]
    assert rows.alike(one(0.0), one(-0.0)).tolist() == [False]
    assert rows.alike(one(1.0), one(1.0, status=2)).tolist() == [False]
    assert rows.alike(one(1.0), one(1.0, quality=3)).tolist() == [False]


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)))
def test_microseconds_are_exact(naive: datetime) -> None:
    when = naive.replace(tzinfo=UTC)
    assert rows.moment(rows.micros(when)) == when
    assert rows.micros(when) == rows.micros(when.astimezone(timezone(timedelta(hours=7))))


SPANS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 20), st.integers(0, 20)), max_size=12)


@given(SPANS)
def test_union_holds_the_same_moments_once(wanted: list[tuple[int, int, int]]) -> None:
    table = np.array(wanted, np.int64).reshape(-1, 3)
    union = spans.union(table[:, 0], table[:, 1], table[:, 2])
    joined = list(zip(*(c.tolist() for c in union), strict=True))
    covered = [(d, t) for d, since, until in joined for t in range(since, until)]
    assert covered == sorted({(d, t) for d, since, until in wanted for t in range(since, until)})
    assert all(d != e or until < since for (d, _, until), (e, since, _) in pairwise(joined))


def test_union_takes_one_span_for_many_datastreams_and_any_integer() -> None:
    union = spans.union([7, 3], -(2**63), 2**63 - 1)
    assert union.datastream.tolist() == [3, 7]
    assert union.since.tolist() == [spans.FIRST] * 2
    assert union.until.tolist() == [spans.LAST] * 2


@given(KEYS.map(set))
def test_spans_around_rows_hold_all_of_them_and_no_gap(wanted: set[tuple[int, int]]) -> None:
    around = spans.around(of_keys(sorted(wanted)), gap=2) if wanted else spans.union([], [], [])
    covered = [(d, t) for d, a, b in zip(*(c.tolist() for c in around), strict=True) for t in range(a, b)]
    assert len(covered) == len(set(covered))
    assert wanted <= set(covered)
    assert all({(d, t - 1), (d, t), (d, t + 1)} & wanted for d, t in covered)
