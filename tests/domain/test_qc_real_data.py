"""What the default limits do to real series: clean ones survive, labelled faults are found. Rates of false alarm."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from nonnuoc import rules
from nonnuoc.domain import qc, qc_limits
from nonnuoc.domain.qc_limits import Stream
from nonnuoc.domain.quality import Flag, flag

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
NAN = float("nan")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data"),
]


@cache
def _table(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _shares(path: str, stream: Stream, stamp, value, wrong=lambda row: False):
    """Percent of each flag among the values sent: (of the clean, of those somebody labelled wrong)."""
    rows = {stamp(row): (value(row), wrong(row)) for row in _table(path)}  # one row for each time
    times = np.array([round(time.replace(tzinfo=UTC).timestamp()) * 1_000_000 for time in rows])
    order = np.argsort(times)
    values, labelled = (np.array(column)[order] for column in zip(*rows.values(), strict=True))
    nothing = np.zeros(times.size, np.int16)
    table = rules.load("qc", on=date(2026, 11, 23)).data
    limits = qc_limits.thresholds(table, [stream])
    flags = flag(
        qc.judge(
            nothing.astype(np.intp),
            times[order],
            values,
            nothing,
            nothing,
            limits,
            sentinels=qc_limits.sentinels(table),
        )
    )
    sent = flags != Flag.MISSING
    parts = flags[sent & ~labelled], flags[sent & labelled]
    return [{each: 100.0 * np.count_nonzero(part == each) / max(part.size, 1) for each in Flag} for part in parts]


@pytest.mark.parametrize(
    ("column", "code", "suspect"),
    [
        ("PM2.5", "PM2.5", 0.2),
        ("PM10", "PM10", 0.2),
        ("SO2", "SO2", 1.0),
        ("NO2", "NO2", 0.2),
        ("CO", "CO", 0.2),
        ("O3", "O3", 0.5),
        ("TEMP", "Temp", 0.2),
    ],
)
def test_four_years_of_hours_in_beijing_do_not_drown_in_flags(column, code, suspect):
    """Measured: SO2 0.97 % (clean air rests at 2 µg/m3 for days), O3 0.45 %, the others 0.14 % or less."""
    clean, _ = _shares(
        "air/beijing_aotizhongxin_hourly_2013_2017.csv",
        Stream(code, "ambient_air", 3600.0),
        lambda row: datetime(*(int(row[part]) for part in ("year", "month", "day", "hour"))),
        lambda row: NAN if row[column] == "NA" else float(row[column]),
    )

    assert clean[Flag.SUSPECT] <= suspect
    assert clean[Flag.FAIL] <= 0.04
    assert clean[Flag.NOT_EVALUATED] <= 0.5
    assert clean[Flag.GOOD] > 98.5


@pytest.mark.parametrize(
    ("column", "code", "scale", "found"),
    [
        ("temp", "Temp", 1.0, 55.0),
        ("cond", "Conductivity", 1.0, 35.0),
        ("ph", "pH", 1.0, 25.0),
        ("do", "DO", 1.0, 14.0),
        ("turb", "Turbidity", 1.0, 35.0),
        ("stage", "WaterLevel", 0.01, 0.0),
    ],
)
def test_clean_river_water_passes_and_what_a_technician_labelled_is_found(column, code, scale, found):
    """Measured, clean: 0.1 % or less flagged. Drift, most of what is labelled of oxygen and stage, no check on one
    series can see."""
    clean, wrong = _shares(
        "water/logan_mainstreet_15min_2019.csv",
        Stream(code, "surface_water", 900.0),
        lambda row: datetime.fromisoformat(row["datetime"]),
        lambda row: float(row[column]) * (1.0 if row[column].startswith("-9999") else scale),
        lambda row: row[f"{column}_qual"] != "NULL",
    )

    assert clean[Flag.SUSPECT] + clean[Flag.FAIL] <= 0.1
    assert clean[Flag.GOOD] > 99.5
    assert wrong[Flag.SUSPECT] + wrong[Flag.FAIL] >= found


def test_hours_the_embassy_in_hanoi_called_valid_pass_and_the_invalid_ones_mostly_do_not():
    clean, wrong = _shares(
        "air/hanoi_us_embassy_pm25_2018.csv",
        Stream("PM2.5", "ambient_air", 3600.0),
        lambda row: datetime.strptime(row["Date (LT)"], "%Y-%m-%d %I:%M %p"),
        lambda row: float(row["Raw Conc."]),
        lambda row: row["QC Name"] != "Valid",
    )

    assert clean[Flag.SUSPECT] + clean[Flag.FAIL] <= 0.1
    assert clean[Flag.GOOD] > 99
    assert wrong[Flag.SUSPECT] + wrong[Flag.FAIL] >= 75
