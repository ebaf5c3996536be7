"""Quality control and averages: how many readings a second, beside ioos-qc on the same arrays.

Seven checks over 1,000 series of 288 five-minute readings, with gaps, spikes and flat lines in them. ioos-qc is called
as its documentation shows, one series and one check at a time; ours judges all series in one call. Loading, drawing and
the first (warming) call are outside the clocks.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable

import numpy as np

from nonnuoc.domain import averages, qc

SERIES, READINGS = 1_000, 288
STEP = 300_000_000  # µs
NAN = float("nan")
LIMITS = {
    "gross_min": 0.0,
    "gross_max": 1000.0,
    "instrument_min": 0.0,
    "instrument_max": 800.0,
    "spike_suspect": 120.0,
    "spike_fail": 400.0,
    "rate_suspect": 870.0,
    "rate_fail": 5000.0,
    "flat_suspect_s": 3 * 3600.0,
    "flat_fail_s": 6 * 3600.0,
    "gap_s": 750.0,
    "interval_s": 300.0,
}


def run() -> dict[str, float]:
    """Seconds, ratios and readings a second, by name."""
    stream, moment, value = _readings()
    nothing = np.zeros(value.size, np.int16)
    measured: dict[str, float] = {"readings": value.size}
    for name, tolerance in (("", 0.0), ("_with_tolerance", 0.05)):
        every = LIMITS | {"flat_tolerance": tolerance}
        limits = qc.Thresholds(**{field: np.full(SERIES, every[field]) for field in qc.NAMES})

        def judged(limits: qc.Thresholds = limits) -> np.ndarray:
            return qc.judge(stream, moment, value, nothing, nothing, limits, sentinels=(-9999.0, -999.0, -99999.0))

        measured[f"judge{name}_s"] = _best(judged, 5)
    quality = judged()
    measured["judge_readings_per_s"] = value.size / measured["judge_s"]
    measured["ioos_qc_s"] = _clock(lambda: _ioos(moment.reshape(SERIES, READINGS), value.reshape(SERIES, READINGS)))
    measured["times_faster"] = measured["ioos_qc_s"] / measured["judge_s"]

    cell = stream * 24 + (moment - moment[0]) // (12 * STEP)
    expected = np.full(SERIES * 24, 12.0)
    measured["hourly_means_s"] = _best(lambda: averages.binned(cell, value, quality, expected, threshold=75.0), 5)
    measured["hourly_means_readings_per_s"] = value.size / measured["hourly_means_s"]
    hours = np.abs(np.random.default_rng(2).normal(50, 20, (12, 8760)))
    good = np.ones(hours.shape, np.int16)
    measured["rolling_24h_s"] = _best(lambda: averages.rolling(hours, good, width=24, threshold=75.0), 5)
    measured["rolling_24h_hours_per_s"] = hours.size / measured["rolling_24h_s"]
    return measured


def _readings() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(stream, time, value), each (SERIES * READINGS,): a wandering level with everything that goes wrong."""
    random = np.random.default_rng(1)
    shape = (SERIES, READINGS)
    value = 60 + np.cumsum(random.normal(0, 0.5, shape), axis=1) + random.normal(0, 1, shape)
    value[random.random(shape) < 0.01] = NAN
    value[random.random(shape) < 0.003] += 500
    value[::20, 100:250] = 42.0
    value[5::20, 100:250] = 42.0 + random.uniform(0, 0.04, (len(value[5::20]), 150))
    stream = np.repeat(np.arange(SERIES), READINGS)
    moment = 1_767_225_600_000_000 + np.tile(np.arange(READINGS) * STEP, SERIES)
    return stream, moment, value.ravel()


def _ioos(moments: np.ndarray, values: np.ndarray) -> None:
    from ioos_qc import argo, axds, qartod

    warnings.simplefilter("ignore")
    times = moments.astype("datetime64[us]").astype("datetime64[ns]")
    at = LIMITS
    for when, series in zip(times, values, strict=True):
        qartod.gross_range_test(series, (at["gross_min"], at["gross_max"]))
        axds.valid_range_test(series, valid_span=(at["instrument_min"], at["instrument_max"]), end_inclusive=True)
        qartod.spike_test(series, at["spike_suspect"], at["spike_fail"], method="differential")
        qartod.rate_of_change_test(series, when, at["rate_suspect"] / 3600, at["rate_fail"] / 3600)
        qartod.flat_line_test(series, when, int(at["flat_suspect_s"]), int(at["flat_fail_s"]), 0.001)
        qartod.time_gap_test(when, at["gap_s"] / 3600)
        argo.duplicate_timestamp_test(when)


def _clock(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _best(work: Callable[[], object], times: int) -> float:
    work()
    return min(_clock(work) for _ in range(times))


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
