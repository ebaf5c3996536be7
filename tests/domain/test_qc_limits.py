"""Default limits reach the streams they are meant for."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from nonnuoc import rules
from nonnuoc.domain import qc, qc_limits
from nonnuoc.domain.qc_limits import Stream

ONE_DAY = date(2026, 11, 23)
PAIRS = (("gross_min", "gross_max"), ("spike_suspect", "spike_fail"), ("flat_suspect_h", "flat_fail_h"))


def table():
    return rules.load("qc", on=ONE_DAY).data


def limit(name: str, stream: Stream) -> float:
    return float(getattr(qc_limits.thresholds(table(), [stream]), name)[0])


def test_defaults_are_a_convention_and_not_law():
    for name in ("qc", "averaging"):
        found = rules.load(name, on=ONE_DAY)
        assert (found.is_law, found.evidence) == (False, rules.Evidence.CONVENTION)


def test_every_entry_has_known_names_and_an_order_that_makes_sense():
    known = {*qc_limits.ENTRY}
    entries = [*table()["property"].values(), *(each for kind in table()["kind"].values() for each in kind.values())]
    for entry in entries:
        assert set(entry) <= known
        for less, more in (
            ("gross_min", "gross_max"),
            ("spike_suspect", "spike_fail"),
            ("flat_suspect_h", "flat_fail_h"),
        ):
            if less in entry and more in entry:
                assert not entry[less] >= entry[more]


def test_every_property_that_is_measured_has_a_physical_range():
    codes = {each["code"] for each in rules.load("properties", on=ONE_DAY).data["property"]} - {"VN_AQI", "VN_WQI"}

    assert (
        codes - {code for code, entry in table()["property"].items() if {"gross_min", "gross_max"} <= {*entry}} == set()
    )


def test_physical_ranges():
    def span(code: str, kind: str = "") -> tuple[float, float]:
        stream = Stream(code, kind, 300.0)
        return limit("gross_min", stream), limit("gross_max", stream)

    assert span("pH") == (0, 14)
    assert span("PM2.5") == (0, 1000)
    assert span("DO") == (0, 25)
    assert span("Temp", "surface_water") == (-1, 45)
    assert span("SO2", "stack_emission") == (0, 2e7)


def test_gap_and_flat_line_follow_the_cadence():
    fast, slow = Stream("PM2.5", "ambient_air", 300.0), Stream("PM2.5", "ambient_air", 3600.0)

    assert [limit("gap_s", each) for each in (fast, slow)] == [750, 9000]
    assert [limit("flat_suspect_s", each) / 3600 for each in (fast, slow)] == [3, 6]
    assert [limit("flat_fail_s", each) / 3600 for each in (fast, slow)] == [6, 12]


def test_rate_leaves_room_for_noise_at_short_intervals():
    in_one_step = [limit("rate_suspect", Stream("PM2.5", "", each)) * each / 3600 for each in (300.0, 3600.0)]

    assert in_one_step == pytest.approx([60 + 150 / 12, 60 + 150])


def test_samples_have_ranges_only():
    found = qc_limits.thresholds(table(), [Stream("DO", "surface_water")])

    given = {name for name in qc.NAMES if not np.isnan(getattr(found, name)[0])}
    assert given == {"gross_min", "gross_max"}


def test_instrument_and_own_limits_win_and_order_is_kept():
    own = Stream("pH", "surface_water", 300.0, 2.0, 12.0, {"spike_fail": 3.0, "gross_max": 13.0})

    found = qc_limits.thresholds(table(), [Stream("DO", "surface_water", 900.0), own, Stream("VN_AQI", "", 3600.0)])

    assert found.gross_max[:2].tolist() == [25, 13]
    assert found.instrument_max[1:].tolist()[0] == 12
    assert found.spike_fail[1] == 3
    assert np.isnan([found.gross_max[2], found.spike_fail[2], found.flat_fail_s[2]]).all()


def test_unknown_limit_of_a_stream_is_refused_by_name():
    with pytest.raises(ValueError, match="'spike_fial' is no limit"):
        qc_limits.thresholds(table(), [Stream("pH", own={"spike_fial": 1.0})])


def test_no_five_minute_stream_reaches_further_than_a_day_and_a_gap():
    """The reach is what the river reads of the past for every file; it is to stay small."""
    kinds = ("", *table()["kind"])
    streams = [Stream(code, kind, 300.0) for code in table()["property"] for kind in kinds]

    back, ahead = qc.reach_s(qc_limits.thresholds(table(), streams))

    assert back.max() <= 24 * 3600 + 750
    assert ahead.max() == 750
    assert back[[each.property in ("PM2.5", "PM10", "NO2") for each in streams]].max() <= 6 * 3600 + 750
