"""Nine months of the Logan River at Main Street, each value with what a technician made of it: read, never copied.

15 minutes, January to September 2019: `<name>` as sent, `<name>_cor` as corrected, `<name>_qual` a label or NULL. The
file does not say what a label means; it shows in what was done: 1 was replaced by a straight line between its
neighbours, 2 was taken out, 4 was kept as it is (winter water level), 10 was shifted as a whole (oxygen, by 2 mg/L).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.labelled import Mask
from nonnuoc import rules
from nonnuoc.domain import qc, qc_limits
from nonnuoc.domain.quality import Quality

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FILE = DATA / "water" / "logan_mainstreet_15min_2019.csv"
KIND, INTERVAL_S = "surface_water", 900.0
#: column: (property, factor to its unit)
COLUMNS = {
    "temp": ("Temp", 1.0),
    "cond": ("Conductivity", 1.0),
    "ph": ("pH", 1.0),
    "do": ("DO", 1.0),
    "turb": ("Turbidity", 1.0),
    "stage": ("WaterLevel", 0.01),  # cm
}
WRONG = ("1", "2")  # replaced or taken out: a value that should be found
KEPT = ("4", "10")  # kept, doubted or shifted: nothing that one series shows


@dataclass(frozen=True)
class Series:
    """One parameter in order of time; arrays of shape (n,)."""

    property: str
    time: NDArray[np.int64]  # µs
    value: NDArray[np.float64]  # in the property's unit; sentinels as sent
    wrong: Mask
    kept: Mask

    def part(self, rows: slice) -> Series:
        """Some of it; masks and values are views."""
        return Series(self.property, self.time[rows], self.value[rows], self.wrong[rows], self.kept[rows])


@cache
def series() -> tuple[Series, ...]:
    """All six parameters."""
    with FILE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    moments = [datetime.fromisoformat(row["datetime"]).replace(tzinfo=UTC) for row in rows]
    time = np.array([round(moment.timestamp()) * 1_000_000 for moment in moments])
    return tuple(_series(rows, time, column) for column in COLUMNS)


def _series(rows: list[dict[str, str]], time: NDArray[np.int64], column: str) -> Series:
    code, factor = COLUMNS[column]
    value = np.array([float(row[column]) for row in rows])
    label = [row[f"{column}_qual"] for row in rows]
    value = np.where(value <= -9999, value, value * factor)  # a sentinel has no unit
    return Series(code, time, value, np.isin(label, WRONG), np.isin(label, KEPT))


def halves(one: Series) -> tuple[Series, Series]:
    """Up to the middle of the time, and after it."""
    middle = int(np.searchsorted(one.time, (one.time[0] + one.time[-1]) // 2))
    return one.part(slice(middle)), one.part(slice(middle, None))


def table() -> Mapping[str, Any]:
    """The default limits as they are shipped."""
    return rules.load("qc", on=date(2026, 11, 23)).data


def judged(one: Series, data: Mapping[str, Any], **own: float) -> Quality:
    """What the checks say of a series with the default limits of a table, or with some of them set otherwise."""
    stream = qc_limits.Stream(one.property, KIND, INTERVAL_S, own=own)
    limits = qc_limits.thresholds(data, [stream])
    nothing = np.zeros(one.time.size, np.int16)
    return qc.judge(
        nothing.astype(np.intp), one.time, one.value, nothing, nothing, limits, sentinels=qc_limits.sentinels(data)
    )
