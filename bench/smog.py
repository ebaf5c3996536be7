"""How often real air would have raised an alarm: Beijing 2013-2017 and Hà Nội 2018 under today's limits.

The years count as if they were now: QCVN 05:2023/BTNMT and VN_AQI as in force on `DAY`, whatever held then. Needs
../shared/data. Part of `python -m bench faults`; docs/FAULTS_FOUND.md tells what came out.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from bench import shipped
from bench.logan import DATA
from bench.shipped import Counting
from nonnuoc import rules
from nonnuoc.domain import air, averages, index, limits, qc, qc_limits
from nonnuoc.domain.quality import Flag, Quality, flag, usable

BEIJING = DATA / "air" / "beijing_aotizhongxin_hourly_2013_2017.csv"
HANOI = DATA / "air" / "hanoi_us_embassy_pm25_2018.csv"
DAY = date(2026, 11, 26)
HOUR = 3_600_000_000  # µs
POLLUTANTS = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")
WIDTH = {"1h": 1, "8h": 8, "24h": 24}
THRESHOLD = 75.0
HOUR_S = 3600.0
PM25 = 45.0  # µg/Nm3 over 24 h, since 1/1/2026

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Hours:
    """One series of hours, each stamped once; gaps are NaN. Shape (n,)."""

    time: NDArray[np.int64]
    value: Floats
    quality: Quality


def run() -> dict[str, object]:
    """Beijing by limit and by category, and what became of the hours in Hà Nội that its own control doubted."""
    if not BEIJING.exists():
        return {}
    hours = beijing()
    limits_told = {
        f"{code} {averaging}": story(
            hours[code], mean(hours[code], WIDTH[averaging]), level, shipped.counting(f"air-limit-{averaging}")
        )
        for code, averaging, level in levels()
    }
    city, called = hanoi()
    return {
        "beijing": limits_told | categories(hours),
        "beijing, together": together(hours),
        "hanoi": categories({"PM2.5": city})
        | {"PM2.5 24h": story(city, mean(city, 24), PM25, shipped.counting("air-limit-24h"))},
        "doubted": doubted(city, called),
    }


def beijing() -> dict[str, Hours]:
    """Six pollutants in µg/m3, judged by the shipped checks."""
    with BEIJING.open() as file:
        rows = list(csv.DictReader(file))
    stamps = [datetime(*(int(row[part]) for part in ("year", "month", "day", "hour")), tzinfo=UTC) for row in rows]
    return {
        code: judged(code, stamps, [float("nan") if row[code] == "NA" else float(row[code]) for row in rows])
        for code in POLLUTANTS
    }


def hanoi() -> tuple[Hours, NDArray[np.str_]]:
    """PM2.5 of the embassy, judged by the shipped checks alone, and what its own control called each hour."""
    with HANOI.open(encoding="utf-8-sig") as file:
        rows = {datetime.strptime(row["Date (LT)"], "%Y-%m-%d %I:%M %p"): row for row in csv.DictReader(file)}
    stamps = [moment.replace(tzinfo=UTC) for moment in sorted(rows)]
    chosen = [rows[moment] for moment in sorted(rows)]
    first = stamps[0]
    place = [round((moment - first).total_seconds() / 3600) for moment in stamps]
    called = np.full(place[-1] + 1, "Missing", dtype="<U10")
    called[place] = [row["QC Name"] for row in chosen]
    return judged("PM2.5", stamps, [float(row["Raw Conc."]) for row in chosen]), called


def judged(code: str, stamps: list[datetime], values: list[float]) -> Hours:
    """On a grid of hours, with the verdict of the shipped checks."""
    moments = np.array([round(moment.timestamp()) for moment in stamps]) * 1_000_000
    time = np.arange(moments[0], moments[-1] + HOUR, HOUR)
    value = np.full(time.size, np.nan)
    value[(moments - moments[0]) // HOUR] = values
    table = rules.load("qc", on=DAY).data
    nothing = np.zeros(time.size, np.int16)
    limit = qc_limits.thresholds(table, [qc_limits.Stream(code, "ambient_air", 3600.0)])
    quality = qc.judge(
        nothing.astype(np.intp), time, value, nothing, nothing, limit, sentinels=qc_limits.sentinels(table)
    )
    return Hours(time, value, quality)


def mean(hours: Hours, width: int) -> Floats:
    """The trailing mean; of one hour, the hour itself where it is usable."""
    if width == 1:
        return np.where(usable(hours.quality), hours.value, np.nan)
    return averages.rolling(hours.value, hours.quality, width=width, threshold=THRESHOLD).value


def levels() -> list[tuple[str, str, float]]:
    """(property, averaging time, µg/m3) of every limit of QCVN 05 in force today that these series can break."""
    data = rules.load("qcvn05", on=DAY).data
    return [
        (code, averaging, allowed.maximum)
        for code in POLLUTANTS
        for averaging in WIDTH
        if (allowed := limits.limit(data, code, averaging=averaging)) is not None and allowed.maximum is not None
    ]


def story(hours: Hours, value: Floats, level: float, counting: Counting) -> dict[str, float]:
    """Alarms with and without what keeps them calm, days with an exceedance, and the share of the time."""
    there = np.isfinite(value)
    over = there & (value > level)
    days = (hours.time - HOUR) // (24 * HOUR)  # a window that ends at midnight belongs to the day before
    years = hours.time.size / (365.25 * 24)
    plain = len(shipped.over(hours.time, value, level, Counting(), HOUR_S))
    calm = len(shipped.over(hours.time, value, level, counting, HOUR_S))
    return {
        "level": level,
        "alarms, 1 of 1, no hold": plain,
        "alarms, as shipped": calm,
        "a year": round(calm / years, 1),
        "days over": len(np.unique(days[over])),
        "percent of hours": round(100 * np.count_nonzero(over) / max(np.count_nonzero(there), 1), 2),
    }


def aqi(hours: Mapping[str, Hours]) -> Floats:
    """Hourly VN_AQI, rounded as it is shown."""
    value = {code: mean(each, 1) for code, each in hours.items()}
    particles = {code: air.nowcast(value[code]) for code in ("PM2.5", "PM10") if code in value}
    seen = {code: air.recent_hours(value[code]) > 0 for code in particles}
    return index.rounded(air.hourly(rules.load("vn_aqi", on=DAY).data, value | particles, seen=seen).value)


def categories(hours: Mapping[str, Hours]) -> dict[str, dict[str, float]]:
    """The story of each category of VN_AQI that the shipped rule of hours knows, the mildest first."""
    value = aqi(hours)
    table = rules.load("vn_aqi", on=DAY).data["category"]
    told = {}
    for step in shipped.rule("aqi-hour")["steps"]:
        entry = table[step["category"] - 1]
        told[f"VN_AQI {entry['name_en']}"] = story(
            hours["PM2.5"], value, entry["min"] - 0.5, shipped.counting("aqi-hour")
        )
    return told


def together(hours: Mapping[str, Hours]) -> dict[str, int]:
    """All rules of one station: messages if each alarm sent one, and incidents, which hold what overlaps."""
    value, first = aqi(hours), rules.load("vn_aqi", on=DAY).data["category"][2]["min"] - 0.5
    judged_by = [
        (hours[code].time, mean(hours[code], WIDTH[averaging]), level, shipped.counting(f"air-limit-{averaging}"))
        for code, averaging, level in levels()
    ]
    judged_by.append((hours["PM2.5"].time, value, first, shipped.counting("aqi-hour")))
    plain = sum(len(shipped.over(time, x, level, Counting(), HOUR_S)) for time, x, level, _ in judged_by)
    spans = []
    for time, x, level, how in judged_by:
        at = time[np.isfinite(x)]
        found = shipped.over(time, x, level, how, HOUR_S)
        spans += [(at[one.onset], at[-1] if one.cleared is None else at[one.cleared]) for one in found]
    incidents, until = 0, np.int64(0)
    for since, end in sorted(spans):
        incidents += since > until
        until = max(until, end)
    return {"alarms, 1 of 1, no hold": plain, "alarms, as shipped": len(spans), "incidents": int(incidents)}


def doubted(hours: Hours, called: NDArray[np.str_]) -> dict[str, dict[str, int]]:
    """By what the embassy's control called each hour: sent, caught by our checks, and VN_AQI alarms that began in it.

    Once with what our checks make of it, once with every number that was sent.
    """
    blind = Hours(hours.time, np.where(hours.value > -900, hours.value, np.nan), np.ones_like(hours.quality))
    told = {}
    for name in ("Valid", "Invalid", "Missing"):
        here = called == name
        sent = here & np.isfinite(hours.value)
        told[name] = {
            "sent": int(np.count_nonzero(sent)),
            "flagged": int(np.count_nonzero(sent & (flag(hours.quality) >= Flag.SUSPECT))),
            "left out": int(np.count_nonzero(sent & ~usable(hours.quality))),
            "over 45": int(np.count_nonzero(sent & (hours.value > PM25))),
            "alarms begun, checks on": _began(hours, here),
            "alarms begun, checks off": _began(blind, here),
        }
    return told


def _began(hours: Hours, here: NDArray[np.bool_]) -> int:
    """How many alarms of the hourly index began in these hours."""
    value = aqi({"PM2.5": hours})
    rows = np.flatnonzero(np.isfinite(value))
    level = rules.load("vn_aqi", on=DAY).data["category"][2]["min"] - 0.5
    found = shipped.over(hours.time, value, level, shipped.counting("aqi-hour"), HOUR_S)
    return sum(bool(here[rows[one.onset]]) for one in found)
