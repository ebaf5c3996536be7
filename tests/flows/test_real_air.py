"""Real input, end to end: series of Beijing and Hà Nội as TT 10 files, through FTP, to the station page.

The expected indices are computed here a second time, hour by hour in plain Python, from the Decision's text.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from nonnuoc.domain import air
from nonnuoc.ingest import spool, sweep, worker
from nonnuoc.records.monitoring.models import ObservedProperty
from tests import factories as f
from tests.ingest import ftp_door

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "air"
BEIJING, HANOI = DATA / "beijing_aotizhongxin_hourly_2013_2017.csv", DATA / "hanoi_us_embassy_pm25_2018.csv"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not there: nothing real to send"),
]
POLLUTANTS = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")
LEVELS = (0, 50, 100, 150, 200, 300, 400, 500)
BREAKPOINTS = {  # QĐ 1459/QĐ-TCMT, table 2
    "O3": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "CO": (0, 10000, 30000, 45000, 60000, 90000, 120000, 150000),
    "SO2": (0, 125, 350, 550, 800, 1600, 2100, 2630),
    "NO2": (0, 100, 200, 700, 1200, 2350, 3100, 3850),
    "PM10": (0, 50, 150, 250, 350, 420, 500, 600),
    "PM2.5": (0, 25, 50, 80, 150, 250, 350, 500),
}


def beijing(hours: int) -> list[dict[str, float | None]]:
    """Hourly concentrations from 1/12/2013 on, a smoggy month; None: NA."""
    with BEIJING.open() as file:
        rows = [r for r in csv.DictReader(file) if (int(r["year"]), int(r["month"])) >= (2013, 12)]
    return [{p: None if r[p] == "NA" else float(r[p]) for p in POLLUTANTS} for r in rows[:hours]]


def expected_index(series: list[dict[str, float | None]], at: int) -> tuple[int, str] | None:
    """(VN_AQI, leading parameter) of hour `at`, by the words of the Decision; None: not enough data."""
    found = {p: _sub(p, series[at][p]) for p in ("SO2", "NO2", "CO", "O3") if series[at][p] is not None}
    for p in ("PM2.5", "PM10"):
        c = _nowcast([series[i][p] if i >= 0 else None for i in range(at, at - 12, -1)])
        if c is not None:
            found[p] = _sub(p, c)
    if not found.keys() & {"PM2.5", "PM10"}:
        return None
    leading = max(found, key=lambda p: found[p])
    return math.floor(found[leading] + 0.5), leading


def _nowcast(c: list[float | None]) -> float | None:
    if sum(x is not None for x in c[:3]) < 2:
        return None
    there = [x for x in c if x is not None]
    w = max(0.5, min(there) / max(there)) if max(there) else 1.0
    if w == 0.5 and len(there) == 12:
        return sum(0.5 ** (i + 1) * x for i, x in enumerate(there))
    weights = [w**i for i, x in enumerate(c) if x is not None]
    return sum(a * x for a, x in zip(weights, there, strict=True)) / sum(weights)


def _sub(p: str, c: float) -> float:
    bp = BREAKPOINTS[p]
    if c >= bp[-1]:
        return 500.0
    i = max(i for i in range(len(bp) - 1) if bp[i] <= c)
    return (LEVELS[i + 1] - LEVELS[i]) / (bp[i + 1] - bp[i]) * (c - bp[i]) + LEVELS[i]


def files(code: str, series: list[dict[str, float | None]], end: datetime) -> Iterator[tuple[str, bytes]]:
    """One TT 10 file a day, the newest hour at `end`."""
    for start in range(0, len(series), 24):
        lines = []
        for i, hour in enumerate(series[start : start + 24], start):
            at = end - timedelta(hours=len(series) - 1 - i)
            lines += [
                f.line(p.replace(".", ","), "---" if v is None else v, at, unit="ug/Nm3") for p, v in hour.items()
            ]
        yield f.name(code, at), f.tt10(*lines)


@pytest.mark.django_db(transaction=True)
def test_a_month_of_beijing_goes_through_ftp_and_comes_out_as_the_right_index(tmp_path, client, monkeypatch):
    series = beijing(24 * 30)
    end = timezone.now().replace(minute=0, second=0, microsecond=0)
    symbols = {p.replace(".", ","): p for p in POLLUTANTS}
    thing = f.station("KK01", symbols=symbols, interval_s=3600)
    with ftp_door.opened(tmp_path) as door:
        session = ftp_door.signed_in(door)
        for name, body in files("KK01", series, end):
            assert session.storbinary(f"STOR {name}", io.BytesIO(body)).startswith("226")
        session.quit()
        drain(door.spool, tmp_path)

    rows = f.held(thing, "VN_AQI", "aqi_1h")
    names = dict(ObservedProperty.objects.values_list("id", "code"))
    told = {}
    for t, value, status in zip(rows.time.tolist(), rows.value.tolist(), rows.status.tolist(), strict=True):
        hour = len(series) - 1 - round((end.timestamp() - t / 1e6) / 3600)
        told[hour] = None if math.isnan(value) else (math.floor(value + 0.5), names[status])
    wanted = {hour: expected_index(series, hour) for hour in range(len(series))}
    assert sum(index is not None for index in wanted.values()) > 650
    wrong = {hour: (told.get(hour), index) for hour, index in wanted.items() if told.get(hour) != index}
    assert wrong == {}

    newest = wanted[len(series) - 1]
    page = client.get("/stations/KK01").content.decode()
    assert newest is not None
    assert re.search(rf">\s*{newest[0]}\s*<", page)


def drain(waiting: spool.Spool, home: Path) -> None:
    """The worker's own loop, until nothing waits."""
    import threading

    at_work = worker.Worker(waiting, sweep.Sweep(home / "sweep"), threading.Event())
    while at_work.drain_once():
        pass


def test_nowcast_agrees_with_the_one_airnow_published_for_ha_noi():
    with HANOI.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    at = [datetime.strptime(r["Date (LT)"], "%Y-%m-%d %I:%M %p") for r in rows]
    first = at[0]
    hours = round((at[-1] - first).total_seconds() / 3600) + 1
    raw, published = [math.nan] * hours, [math.nan] * hours
    for r, when in zip(rows, at, strict=True):
        hour = round((when - first).total_seconds() / 3600)
        raw[hour] = float(r["Raw Conc."]) if r["QC Name"] == "Valid" else math.nan
        published[hour] = float(r["NowCast Conc."])
    ours = air.nowcast(raw)
    both = [(o, p) for o, p in zip(ours, published, strict=True) if not math.isnan(o) and p > 0]
    assert len(both) > 7000
    # AirNow truncates to one decimal, and judges some hours otherwise than the QC column tells.
    assert sum(abs(o - p) <= 0.15 for o, p in both) / len(both) > 0.97
