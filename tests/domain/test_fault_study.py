"""The study of faults counts right, and finds in real data at least what docs/FAULTS_FOUND.md tells."""

from __future__ import annotations

import numpy as np
import pytest

from bench import faults, logan, shipped, smog
from bench.labelled import Score, runs, score
from bench.logan import Series
from bench.shipped import Counting
from nonnuoc.domain.quality import Check


def real(test):
    """Needs the real data, and some seconds."""
    absent = pytest.mark.skipif(not logan.FILE.exists(), reason="needs ../shared/data")
    return pytest.mark.real_data(pytest.mark.slow(absent(test)))


def mask(told: str) -> np.ndarray:
    return np.array([character == "x" for character in told])


def made(value: np.ndarray, wrong: np.ndarray) -> Series:
    time = np.arange(value.size, dtype=np.int64) * 900 * 1_000_000
    return Series("pH", time, value, wrong, np.zeros(value.size, bool))


def test_runs_are_half_open_and_reach_both_ends():
    assert runs(mask("xx..x.xxx")) == [(0, 2), (4, 5), (6, 9)]
    assert runs(mask("....")) == []


def test_a_score_counts_values_and_runs_and_leaves_out_what_was_kept():
    flagged = mask("x.x...xx..x.")
    labelled = mask("xx.xx.......")
    judged = ~mask("..........xx")  # kept and doubted: neither a fault to find nor clean

    assert score(flagged, labelled, judged) == Score(
        values=4, caught=1, clean=6, false=3, events=2, events_caught=1, events_false=2
    )


def test_nothing_labelled_and_nothing_flagged_gives_no_shares():
    empty = score(mask("..."), mask("..."), mask("xxx"))

    assert (empty.missed, empty.recall, empty.precision) == (0, None, None)


def test_tuning_takes_the_limit_that_finds_the_fault_and_stays_with_the_shipped_one_where_nothing_is_gained():
    value = 7.5 + 0.01 * (np.arange(600) % 2)
    value[100] = 7.75  # stands out by less than the shipped 0.3, by more than half of it
    wrong = np.zeros(600, bool)
    wrong[100] = True

    chosen = faults.tuned(made(value, wrong))
    own = {name: chosen[name] for name in ("flat_suspect_s", "gross_min")}

    assert chosen["spike_suspect"] < 0.25
    assert own == {"flat_suspect_s": 12 * 3600.0, "gross_min": 1.0}
    assert faults.scored(made(value, wrong)).caught == 0
    assert faults.scored(made(value, wrong), **chosen).caught == 1


def test_a_dead_electrode_fails_in_a_river_and_sour_water_does_not():
    value = np.full(40, 7.0)
    value[20], value[30:] = 0.0, 2.5
    found = faults.found(logan.judged(made(value, value < 1), logan.table()), Check.GROSS_RANGE)

    assert np.flatnonzero(found).tolist() == [20]


def test_hysteresis_turns_a_flutter_about_the_level_into_one_alarm():
    time = np.arange(24, dtype=np.int64) * smog.HOUR
    value = np.tile([51.0, 49.0], 12)

    assert len(shipped.over(time, value, 50.0, Counting(), smog.HOUR_S)) == 12
    assert len(shipped.over(time, value, 50.0, Counting(hold_s=3600, clear=0.95), smog.HOUR_S)) == 1


@real
@pytest.mark.parametrize(
    ("code", "events", "caught", "values", "false"),
    [  # labelled runs, and how many of them are caught; values caught at least, falsely flagged at most
        ("Temp", 10, 9, 122, 3),
        ("Conductivity", 3, 2, 250, 2),
        ("pH", 4, 3, 36, 1),
        ("DO", 2, 1, 850, 1),
        ("Turbidity", 4, 4, 17, 2),
        ("WaterLevel", 6, 3, 3, 0),
    ],
)
def test_the_second_half_of_the_labelled_river_keeps_what_the_document_tells(code, events, caught, values, false):
    one = next(each for each in logan.series() if each.property == code)
    result = faults.scored(logan.halves(one)[1])

    assert result.events == events
    assert result.events_caught >= caught
    assert result.caught >= values
    assert result.false <= false


@real
def test_the_limits_changed_since_find_more_and_flag_no_more():
    for one in logan.series():
        for half in logan.halves(one):
            before, now = faults.scored(half, **faults.BEFORE.get(one.property, {})), faults.scored(half)
            assert now.caught >= before.caught
            assert now.false <= before.false


@real
def test_years_of_real_air_give_the_alarms_the_document_tells():
    told = smog.run()

    together = told["beijing, together"]
    assert together["incidents"] <= 340 < 1700 < together["alarms, as shipped"] < together["alarms, 1 of 1, no hold"]
    assert 230 <= told["beijing"]["PM2.5 24h"]["alarms, as shipped"] <= 260
    assert told["beijing"]["VN_AQI Poor"]["alarms, as shipped"] <= 0.75 * 775
    assert told["hanoi"]["PM2.5 24h"]["days over"] >= 130
    assert told["doubted"]["Invalid"]["left out"] >= 120
    assert told["doubted"]["Valid"]["left out"] <= 2
    assert told["doubted"]["Missing"]["left out"] == told["doubted"]["Missing"]["sent"] == 145


@real
def test_no_value_of_the_river_was_called_stuck_that_the_technician_kept():
    found = [faults.alarmed(one) for one in logan.series()]

    alarms = [each for told in found for name, each in told.items() if name.startswith("stuck")]
    assert sum(each["alarms"] for each in alarms) >= 4
    assert sum(each["of these at no label"] for each in alarms) == 0
