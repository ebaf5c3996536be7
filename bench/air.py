"""How fast the indices are: a year of hourly VN_AQI for 12 stations, and sub-indices and VN_WQI a second."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from nonnuoc import rules
from nonnuoc.domain import air, water
from nonnuoc.domain.index import Index

SERIES = Path(__file__).parents[2] / "shared/data/air/beijing_aotizhongxin_hourly_2013_2017.csv"
POLLUTANTS = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")
STATIONS = 12
HOURS = 365 * 24
REACH_S = 0.2
DAY = date(2026, 11, 23)


def run() -> dict[str, object]:
    """Seconds and rates, the best of several rounds; {"skipped": why} where its data are absent."""
    result: dict[str, object] = {"sub_index_values_per_s": round(_sub_index()), "wqi_values_per_s": round(_wqi())}
    if not SERIES.exists():
        return result | {"skipped": f"{SERIES.name} is not there"}
    year = _year()
    table = rules.load("vn_aqi", on=DAY).data
    seconds = _best(lambda: _hourly(table, year))
    values = int(np.isfinite(_hourly(table, year).value).sum())
    return result | {
        "year_of_hourly_aqi_12_stations_s": round(seconds, 4),
        "reach_s": REACH_S,
        "reached": seconds <= REACH_S,
        "indices": values,
        "indices_per_s": round(values / seconds),
        "nowcast_rows_per_s": round(STATIONS * HOURS / _best(lambda: air.nowcast(year["PM2.5"]))),
    }


def _hourly(table: Mapping[str, Any], year: dict[str, np.ndarray]) -> Index:
    particles = {code: air.nowcast(year[code]) for code in ("PM2.5", "PM10")}
    seen = {code: air.recent_hours(year[code]) > 0 for code in particles}
    return air.hourly(table, year | particles, seen=seen)


def _year() -> dict[str, np.ndarray]:
    """Hourly means of each pollutant, (stations, hours): four years of one, each beginning elsewhere."""
    with SERIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {
        code: np.array([np.nan if row[code] == "NA" else float(row[code]) for row in rows]) for code in POLLUTANTS
    }
    starts = np.linspace(0, len(rows) - HOURS, STATIONS).astype(int)
    return {code: np.stack([column[start : start + HOURS] for start in starts]) for code, column in columns.items()}


def _sub_index() -> float:
    table = rules.load("vn_aqi", on=DAY).data
    values = np.random.default_rng(1).gamma(2, 30, 1_000_000)
    return values.size / _best(lambda: air.sub_index(values, table["breakpoints"]["PM2.5"], table["levels"]))


def _wqi() -> float:
    table = rules.load("vn_wqi", on=DAY).data
    random = np.random.default_rng(1)
    typical = {"pH": 7, "DO": 6, "BOD5": 8, "COD": 15, "N-NH4": 0.4, "P-PO4": 0.15, "As": 0.01, "Coliform": 3000}
    values = {code: random.lognormal(np.log(centre), 0.2, 100_000) for code, centre in typical.items()}
    temperature = random.uniform(10, 30, 100_000)
    return 100_000 / _best(lambda: water.wqi(table, values, temperature))


def _best(what: Callable[[], object], rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        start = perf_counter()
        what()
        times.append(perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    for name, value in run().items():
        sys.stdout.write(f"{name}: {value}\n")
