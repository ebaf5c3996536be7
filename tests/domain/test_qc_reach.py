"""Laws of `judge`: what a verdict may depend on, and what it may not. On series made to be awkward."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain import qc
from nonnuoc.domain.quality import LATE, VALIDATED, Check

MINUTE = 60_000_000  # µs
NAN = float("nan")
_KEPT = [0, 0, 0, 0, LATE, int(Check.REPLACED), int(Check.BELOW_DETECTION), VALIDATED + 1, VALIDATED + 4]


class Rows(NamedTuple):
    stream: np.ndarray
    time: np.ndarray
    value: np.ndarray
    status: np.ndarray
    kept: np.ndarray

    def take(self, which) -> Rows:
        return Rows(*(column[which] for column in self))


def verdicts(rows: Rows, limits: qc.Thresholds) -> np.ndarray:
    return qc.judge(*rows, limits, sentinels=(-999.0,))


@st.composite
def limits(draw, streams: int) -> qc.Thresholds:
    """Any check may be absent from any stream."""

    def of(*numbers: float) -> np.ndarray:
        return np.array([draw(st.sampled_from((*numbers, *numbers, NAN))) for _ in range(streams)])

    return qc.Thresholds(
        gross_min=of(0),
        gross_max=of(100),
        instrument_min=of(1),
        instrument_max=of(50),
        spike_suspect=of(2, 5),
        spike_fail=of(8, 20),
        rate_suspect=of(24, 60),
        rate_fail=of(120, 480),
        flat_suspect_s=of(600, 900),
        flat_fail_s=of(1200, 1800),
        flat_tolerance=of(0, 0.5, 1),
        gap_s=of(450, 750),
        interval_s=of(300),
    )


@st.composite
def series(draw, streams: int = 2) -> Rows:
    """Rows every five minutes but for some lost, early, late or between, with jumps, rests, faults, and judged ones."""
    late = st.sampled_from([0, 0, 0, 0, 0, 0, 1, -1, 2, 4, None])
    value = st.sampled_from([7.0, 7.0, 7.0, 7.5, 8.0, 10.0, 20.0, 60.0, 200.0, -1.0, -999.0, NAN])
    status = st.sampled_from([0, 0, 0, 0, 0, 0, 0, 2])
    slots = st.lists(st.tuples(late, value, status, st.sampled_from(_KEPT)), max_size=14)
    rows = {
        (stream, 5 * number + slot[0]): slot[1:]
        for stream in range(streams)
        for number, slot in enumerate(draw(slots))
        if slot[0] is not None
    }
    keys = sorted(rows)
    stream, time = np.array(keys, np.int64).reshape(-1, 2).T
    values, statuses, kept = zip(*(rows[key] for key in keys), strict=True) if keys else ((), (), ())
    return Rows(
        stream.astype(np.intp),
        time * MINUTE,
        np.array(values, np.float64),
        np.array(statuses, np.int16),
        np.array(kept, np.int16),
    )


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(rows=series(), limits=limits(2))
def test_verdict_needs_no_row_outside_its_reach_nor_any_other_stream(rows, limits):
    everywhere = verdicts(rows, limits)
    back, ahead = (reach[rows.stream] * 1_000_000 for reach in qc.reach_s(limits))
    for row, (since, until) in enumerate(zip(rows.time - back, rows.time + ahead, strict=True)):
        near = (rows.stream == rows.stream[row]) & (rows.time >= since) & (rows.time <= until)

        alone = verdicts(rows.take(near), limits)

        assert alone[np.count_nonzero(near[:row])] == everywhere[row]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(rows=series(), limits=limits(2), data=st.data())
def test_order_of_arrival_does_not_matter_when_what_lies_in_reach_is_judged_again(rows, limits, data):
    size = rows.time.size
    order = data.draw(st.permutations(range(size)))
    back, ahead = (reach * 1_000_000 for reach in qc.reach_s(limits))
    held = np.zeros(size, np.bool_)
    stored = rows.kept.copy()
    for new in order:
        held[new] = True
        of = rows.stream[new]
        touched = held & (rows.stream == of)
        touched &= (rows.time >= rows.time[new] - ahead[of]) & (rows.time <= rows.time[new] + back[of])
        stored[touched] = verdicts(rows._replace(kept=stored).take(held), limits)[touched[held]]

    assert stored.tolist() == verdicts(rows, limits).tolist()


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(rows=series(), limits=limits(2))
def test_judging_the_judged_changes_nothing(rows, limits):
    once = verdicts(rows, limits)

    assert verdicts(rows._replace(kept=once), limits).tolist() == once.tolist()


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(rows=series(), limits=limits(2))
def test_kept_bits_survive_and_validated_rows_are_untouched(rows, limits):
    quality = verdicts(rows, limits)

    survives = np.int16(int(Check.BELOW_DETECTION) | int(Check.REPLACED) | LATE | VALIDATED)
    assert (quality & survives).tolist() == (rows.kept & survives).tolist()
    assert quality[rows.kept < 0].tolist() == rows.kept[rows.kept < 0].tolist()


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(rows=series(streams=1), limits=limits(1), days=st.integers(-20_000, 20_000))
def test_clock_and_numbering_of_streams_do_not_matter(rows, limits, days):
    moved = rows._replace(time=rows.time + days * 1440 * MINUTE, stream=rows.stream + 1)
    twice = qc.Thresholds(*(np.tile(getattr(limits, name), 2) for name in qc.NAMES))

    assert verdicts(moved, twice).tolist() == verdicts(rows, limits).tolist()
