"""Laws of `judge`: what a verdict may depend on, and what it may not. On series made to be awkward."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain import qc
from nonnuoc.domain.quality import KEPT, LATE, VALIDATED, Check, Flag, flag

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
    """Rows every five minutes but for some lost, late or too soon; with jumps, rests, faults and validated rows."""
    step = st.sampled_from([5, 5, 5, 5, 10, 10, 1, 4, 6, 8, 13])
    value = st.sampled_from([7.0, 7.0, 7.0, 7.5, 8.0, 10.0, 20.0, 60.0, 200.0, -1.0, -999.0, NAN])
    status = st.sampled_from([0, 0, 0, 0, 0, 0, 0, 2])
    slots = st.lists(st.tuples(step, value, status, st.sampled_from(_KEPT)), max_size=14)
    rows = {
        (stream, minute): slot[1:]
        for stream in range(streams)
        for slots_of in [draw(slots)]
        for minute, slot in zip(accumulate(slot[0] for slot in slots_of), slots_of, strict=True)
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


def alone(rows: Rows, limits: qc.Thresholds, row: int) -> int:
    """The verdict on a row when nothing is at hand but what lies within its reach."""
    of = rows.stream[row]
    back, ahead = (reach[of] * 1_000_000 for reach in qc.reach_s(limits))
    near = (rows.stream == of) & (rows.time >= rows.time[row] - back) & (rows.time <= rows.time[row] + ahead)
    return verdicts(rows.take(near), limits)[np.count_nonzero(near[:row])]


def five_minutes(**given: float) -> qc.Thresholds:
    every = dict.fromkeys(qc.NAMES, NAN) | {"gap_s": 750.0, "interval_s": 300.0} | given
    return qc.Thresholds(**{name: np.array([limit]) for name, limit in every.items()})


def rows_at(minutes: list[int], values: list[float]) -> Rows:
    nothing = np.zeros(len(minutes), np.int16)
    time = np.array(minutes, np.int64) * MINUTE
    return Rows(nothing.astype(np.intp), time, np.array(values, np.float64), nothing, nothing)


def test_reach_goes_ahead_to_the_neighbour_that_proves_a_spike():
    rows, limits = rows_at([0, 10, 22], [7, 60, 7]), five_minutes(spike_fail=20.0)

    assert flag(verdicts(rows, limits))[1] == Flag.FAIL
    assert alone(rows, limits, 1) == verdicts(rows, limits)[1]


def test_reach_goes_back_to_the_value_that_made_the_one_before_a_spike():
    rows, limits = rows_at([0, 10, 20], [7, 60, 7]), five_minutes(spike_fail=20.0, rate_suspect=60.0)

    assert flag(verdicts(rows, limits))[2] == Flag.NOT_EVALUATED
    assert alone(rows, limits, 2) == verdicts(rows, limits)[2]


def test_reach_goes_back_to_the_first_row_of_a_flat_line():
    rows, limits = rows_at([0, 8, 16], [7, 7, 7]), five_minutes(flat_suspect_s=600.0, flat_tolerance=0.0)

    assert flag(verdicts(rows, limits))[2] == Flag.SUSPECT
    assert alone(rows, limits, 2) == verdicts(rows, limits)[2]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(rows=series(), limits=limits(2))
def test_verdict_needs_no_row_outside_its_reach_nor_any_other_stream(rows, limits):
    assert [alone(rows, limits, row) for row in range(rows.time.size)] == verdicts(rows, limits).tolist()


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

    assert (quality & np.int16(KEPT)).tolist() == (rows.kept & np.int16(KEPT)).tolist()
    assert quality[rows.kept < 0].tolist() == rows.kept[rows.kept < 0].tolist()


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(rows=series(streams=1), limits=limits(1), days=st.integers(-20_000, 20_000))
def test_clock_and_numbering_of_streams_do_not_matter(rows, limits, days):
    moved = rows._replace(time=rows.time + days * 1440 * MINUTE, stream=rows.stream + 1)
    twice = qc.Thresholds(*(np.tile(getattr(limits, name), 2) for name in qc.NAMES))

    assert verdicts(moved, twice).tolist() == verdicts(rows, limits).tolist()
