"""One check after the other, on series short enough to be judged by eye."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from nonnuoc.domain import qc
from nonnuoc.domain.quality import LATE, VALIDATED, Check, Flag, flag, usable

MINUTE, HOUR = 60_000_000, 3_600_000_000  # µs
START = 1_767_225_600_000_000
SENTINELS = (-9999.0, -999.0)
NAN = float("nan")
GOOD, NOT_EVALUATED, SUSPECT, FAIL, MISSING = Flag


def limits(streams: int = 1, **given: float) -> qc.Thresholds:
    """Five-minute streams with a gap beyond 12 minutes and no check but the ones given."""
    every = dict.fromkeys(qc.NAMES, NAN) | {"gap_s": 750.0, "interval_s": 300.0} | given
    return qc.Thresholds(**{name: np.full(streams, limit) for name, limit in every.items()})


def judge(values, on, *, minutes=None, status=None, kept=None, stream=None):
    values = np.asarray(values, np.float64)
    size = values.size
    minutes = 5 * np.arange(size) if minutes is None else np.asarray(minutes)
    return qc.judge(
        np.zeros(size, np.intp) if stream is None else np.asarray(stream, np.intp),
        START + minutes.astype(np.int64) * MINUTE,
        values,
        np.zeros(size, np.int16) if status is None else np.asarray(status, np.int16),
        np.zeros(size, np.int16) if kept is None else np.asarray(kept, np.int16),
        on,
        sentinels=SENTINELS,
    )


def flags(*arguments, **more) -> list[int]:
    return flag(judge(*arguments, **more)).tolist()


def told(quality, check: Check) -> list[int]:
    return np.flatnonzero(quality & np.int16(check)).tolist()


WIDE = {"gross_min": 0.0, "gross_max": 1000.0}


def test_nothing_comes_of_nothing():
    quality = judge([], limits(**WIDE, spike_fail=1.0, rate_fail=1.0, flat_fail_s=1.0, flat_tolerance=0.0))

    assert (quality.shape, quality.dtype) == ((0,), np.int16)


def test_status_other_than_measuring_fails_whatever_the_value():
    quality = judge([5, 5, 5, 5, NAN], limits(**WIDE), status=[0, 1, 2, -1, 3])

    assert flag(quality).tolist() == [NOT_EVALUATED, FAIL, FAIL, FAIL, MISSING]
    assert told(quality, Check.STATUS) == [1, 2, 3, 4]
    assert usable(quality).tolist() == [True, False, False, False, False]


@pytest.mark.parametrize("nothing", [NAN, float("inf"), -float("inf"), -9999.0, -999.0])
def test_missing_is_never_good_nor_out_of_range(nothing):
    """ioos-qc's climatology calls NaN good."""
    quality = judge([5, nothing], limits(**WIDE, spike_fail=1.0, rate_fail=1.0, flat_fail_s=1.0, flat_tolerance=0.0))

    assert quality[1] == MISSING | Check.MISSING


def test_below_detection_is_missing_by_its_own_name_and_keeps_it():
    quality = judge([NAN, 0.05], limits(**WIDE), kept=[Check.BELOW_DETECTION] * 2)

    assert quality.tolist() == [MISSING | Check.BELOW_DETECTION] * 2


def test_ranges_fail_beyond_the_limit_not_on_it_and_say_which():
    on = limits(**WIDE, instrument_min=10.0, instrument_max=500.0)

    quality = judge([-0.1, 0, 10, 500, 501, 1000, 1000.1], on)

    assert flag(quality).tolist() == [FAIL, FAIL, NOT_EVALUATED, GOOD, FAIL, FAIL, FAIL]
    assert told(quality, Check.GROSS_RANGE) == [0, 6]
    assert told(quality, Check.INSTRUMENT_RANGE) == [0, 1, 4, 5, 6]


def test_spike_is_flagged_and_its_neighbours_are_not():
    """ioos-qc's average method fails both neighbours."""
    on = limits(spike_suspect=10.0, spike_fail=50.0)

    quality = judge([1, 2, 1, 90, 2, 1, 30, 1, -20, 2], on)

    assert flag(quality)[1:].tolist() == [GOOD, GOOD, FAIL, GOOD, GOOD, SUSPECT, GOOD, SUSPECT, GOOD]
    assert told(quality, Check.SPIKE) == [3, 6, 8]


def test_step_and_slope_are_no_spikes():
    assert told(judge([1, 1, 90, 90, 90], limits(spike_suspect=10.0)), Check.SPIKE) == []
    assert told(judge([1, 30, 60, 90, 120], limits(spike_suspect=10.0)), Check.SPIKE) == []


def test_spike_needs_both_neighbours_near():
    on = limits(spike_suspect=10.0)

    assert flags([1, 90, 1], on, minutes=[0, 5, 30]) == [NOT_EVALUATED, GOOD, NOT_EVALUATED]
    assert flags([1, 90], on) == [NOT_EVALUATED, GOOD]  # the newest value: the next one will tell
    assert flags([1, 90, 1], on, minutes=[0, 5, 17]) == [NOT_EVALUATED, SUSPECT, GOOD]


def test_spike_sees_through_what_did_not_pass_the_pointwise_checks():
    quality = judge([1, -9999, 90, 5000, 1], limits(**WIDE, spike_fail=50.0))

    assert flag(quality).tolist() == [NOT_EVALUATED, MISSING, FAIL, FAIL, GOOD]
    assert told(quality, Check.SPIKE) == [2]


def test_rate_of_change_counts_per_hour():
    on = limits(rate_suspect=120.0, rate_fail=240.0)  # 10 and 20 in five minutes

    quality = judge([0, 10, 21, 0, 0], on)

    assert flag(quality).tolist() == [NOT_EVALUATED, GOOD, SUSPECT, FAIL, GOOD]
    assert told(quality, Check.RATE_OF_CHANGE) == [2, 3]


def test_rate_after_nan_is_measured_against_the_value_before_or_not_evaluated_but_never_good_by_default():
    """ioos-qc calls whatever follows NaN good."""
    assert flags([0, NAN, 90], limits(rate_suspect=120.0)) == [NOT_EVALUATED, MISSING, SUSPECT]
    assert flags([0, NAN, 90], limits(rate_suspect=120.0, gap_s=500.0)) == [NOT_EVALUATED, MISSING, NOT_EVALUATED]


def test_return_from_a_spike_is_no_leap():
    on = limits(spike_suspect=20.0, spike_fail=50.0, rate_suspect=120.0)

    for height in (30, 90):
        quality = judge([1, 2, height, 2, 3], on)
        assert told(quality, Check.RATE_OF_CHANGE) == [2]
        assert flag(quality)[3:].tolist() == [GOOD, GOOD]


def test_rate_is_not_evaluated_when_only_a_spike_is_near():
    on = limits(spike_fail=50.0, rate_suspect=120.0)

    quality = judge([1, 90, 1], on, minutes=[0, 10, 20])

    assert flag(quality).tolist() == [NOT_EVALUATED, FAIL, NOT_EVALUATED]


def test_two_readings_in_a_second_are_no_leap():
    quality = judge([1, 5, 12, 16], limits(rate_suspect=120.0), minutes=[0, 5, 6, 10])

    assert told(quality, Check.RATE_OF_CHANGE) == []


def test_rate_where_the_cadence_is_unknown_counts_the_time_that_passed():
    quality = judge([1, 5, 12, 16], limits(rate_suspect=120.0, interval_s=NAN), minutes=[0, 5, 6, 10])

    assert told(quality, Check.RATE_OF_CHANGE) == [2]


def test_flat_line_with_tolerance_nought_flags_from_the_moment_it_lasted_long_enough():
    """ioos-qc with tolerance 0 never flags."""
    on = limits(flat_suspect_s=1200.0, flat_fail_s=1800.0, flat_tolerance=0.0)

    assert flags([3] + 8 * [7] + [8], on) == [NOT_EVALUATED, *4 * [GOOD], SUSPECT, SUSPECT, FAIL, FAIL, GOOD]


def test_flat_line_never_bridges_a_gap():
    """ioos-qc counts readings, so a day's gap makes two short rests one long one."""
    on = limits(flat_suspect_s=1200.0, flat_fail_s=36000.0, flat_tolerance=0.0)
    minutes = [0, 5, 10, 15, 1455, 1460, 1465, 1470, 1475]

    quality = judge(9 * [7], on, minutes=minutes)

    assert told(quality, Check.FLAT_LINE) == [8]
    assert told(quality, Check.TIMING) == [0, 4]


def test_flat_line_within_a_tolerance_is_told_from_a_slow_climb():
    on = limits(flat_suspect_s=1800.0, flat_tolerance=0.25)

    assert told(judge([7, 7.2, 7, 7.1, 7, 7.2, 7.1, 7.2], on), Check.FLAT_LINE) == [6, 7]
    assert told(judge(np.arange(40) * 0.2, on), Check.FLAT_LINE) == []
    climbed = [0, 0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]
    assert told(judge(climbed, on), Check.FLAT_LINE) == [9, 10]


def test_flat_line_sees_through_missing_values():
    on = limits(flat_suspect_s=1200.0, flat_tolerance=0.0)

    assert told(judge([7, 7, NAN, 7, -999, 7], on), Check.FLAT_LINE) == [5]


def test_first_value_after_a_gap_is_not_evaluated():
    on = limits(**WIDE, rate_suspect=1e9, spike_suspect=1e9)

    quality = judge([1, 1, 1, 1], on, minutes=[0, 5, 18, 23])

    assert flag(quality).tolist() == [NOT_EVALUATED, GOOD, NOT_EVALUATED, GOOD]
    assert told(quality, Check.TIMING) == [0, 2]


def test_one_row_alone_is_not_evaluated():
    """ioos-qc's gap test raises on one row."""
    assert judge([5], limits(**WIDE, rate_suspect=1.0)).tolist() == [NOT_EVALUATED | Check.TIMING]


def test_sooner_than_half_an_interval_is_suspect():
    quality = judge([1, 1, 1, NAN, 1], limits(**WIDE), minutes=[0, 5, 7, 10, 12])

    assert flag(quality).tolist() == [NOT_EVALUATED, GOOD, SUSPECT, MISSING, SUSPECT]
    assert told(quality, Check.TIMING) == [0, 2, 4]


def test_replaced_value_is_at_least_suspect():
    quality = judge([1, 1, 5000], limits(**WIDE), kept=3 * [Check.REPLACED])

    assert flag(quality).tolist() == [SUSPECT, SUSPECT, FAIL]
    assert told(quality, Check.REPLACED) == [0, 1, 2]


def test_late_changes_no_flag_and_is_kept():
    quality = judge([1, 1], limits(**WIDE), kept=[LATE | FAIL | Check.SPIKE] * 2)

    assert quality.tolist() == [NOT_EVALUATED | Check.TIMING | LATE, GOOD | LATE]


def test_validated_rows_come_back_as_they_were():
    kept = [0, VALIDATED | GOOD | LATE, VALIDATED | FAIL | int(Check.SPIKE), 0]

    quality = judge([1, -5, 2, NAN], limits(**WIDE), kept=kept, status=[0, 2, 0, 0])

    assert quality[1:3].tolist() == kept[1:3]


def test_neighbours_are_measured_against_what_a_person_called_good_and_not_against_what_they_called_wrong():
    on = limits(**WIDE, spike_fail=50.0, rate_suspect=120.0)
    good, wrong = VALIDATED | GOOD, VALIDATED | FAIL

    accepted = judge([1, 90, 1, 1], on, kept=[0, good, 0, 0])
    refused = judge([1, 90, 1, 1], on, kept=[0, wrong, 0, 0])

    assert accepted[1] == good
    assert told(accepted, Check.RATE_OF_CHANGE) == [2]
    assert told(refused, Check.RATE_OF_CHANGE) == []
    assert flag(refused).tolist() == [NOT_EVALUATED, FAIL, GOOD, GOOD]


def test_stream_without_any_limit_is_not_evaluated():
    assert flags([1, 2, 3], limits()) == 3 * [NOT_EVALUATED]


def test_samples_have_no_neighbours():
    on = limits(**WIDE, spike_fail=1.0, rate_fail=1.0, flat_fail_s=1.0, flat_tolerance=0.0, gap_s=NAN, interval_s=NAN)

    assert flags([1, 90, 1, 1001], on) == [GOOD, GOOD, GOOD, FAIL]
    assert [float(reach[0]) for reach in qc.reach_s(on)] == [0.0, 0.0]


def test_series_do_not_touch_each_other():
    on = limits(2, rate_suspect=120.0, spike_suspect=10.0)

    quality = judge([1, 1, 90, 90], on, stream=[0, 0, 1, 1], minutes=[0, 5, 5, 10])

    assert flag(quality).tolist() == [NOT_EVALUATED, GOOD, NOT_EVALUATED, GOOD]


def test_each_series_has_its_own_limits():
    on = replace(limits(2, **WIDE), gross_max=np.array([10.0, 1000.0]))

    assert flags([50, 50], on, stream=[0, 1], minutes=[0, 0])[0] == FAIL
    assert flags([50, 50], on, stream=[0, 1], minutes=[0, 0])[1] == NOT_EVALUATED


def test_verdicts_are_the_same_however_many_series_are_judged_at_once(monkeypatch):
    on = limits(50, **WIDE, spike_suspect=10.0, rate_suspect=120.0, flat_suspect_s=1200.0, flat_tolerance=0.0)
    stream = np.repeat(np.arange(50), np.arange(50))
    values = np.random.default_rng(3).choice([1.0, 1.0, 2.0, 40.0, NAN], stream.size)
    minutes = 5 * np.concatenate([np.arange(rows) for rows in range(50)])

    at_once = judge(values, on, stream=stream, minutes=minutes)
    monkeypatch.setattr(qc, "BLOCK", 70)
    in_blocks = judge(values, on, stream=stream, minutes=minutes)

    assert at_once.tolist() == in_blocks.tolist()
    assert set(flag(at_once).tolist()) == {GOOD, NOT_EVALUATED, SUSPECT, MISSING}


@pytest.mark.slow
def test_flat_line_over_many_hours_takes_a_bounded_amount_of_memory():
    """ioos-qc builds every window in full: rows times window length."""
    rows = 50_000
    on = limits(**WIDE, flat_suspect_s=43200.0, flat_fail_s=86400.0, flat_tolerance=0.5)
    tracemalloc.start()

    quality = judge(np.full(rows, 7.0), on)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.count_nonzero(flag(quality) == FAIL) == rows - 288
    assert peak / rows < 400  # bytes; one window of 24 h alone would be 2,304
