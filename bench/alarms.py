"""Alarms: how much of the ingest's time the rules take, and how long from a file at the door to its incident.

All shipped rules are on, and one parameter in twenty is beyond its limits all the time.
"""

from __future__ import annotations

import ftplib
import io
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from bench import live
from bench.live import PROPERTIES, UNITS
from nonnuoc.ingest import alerting, pipeline
from nonnuoc.ingest.arrival import Arrival
from nonnuoc.records.alerts.models import Alarm, AlarmRule, Incident
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.monitoring.models import ObservedProperty

STATIONS = 500  # of the share; live are live.STATIONS
BEYOND = 0.05  # of all (station, parameter)
HISTORY_H, STEADY_H = 26, 2
STEP = timedelta(minutes=5)
BATCH_FILES = 500
LIVE_S = 40
ONE_IN = 8  # live files, one tells of something new
#: A rule of its own, so that one file of one moment is enough: shipped ones judge means of hours.
AT_ONCE = {
    "code": "bench-at-once",
    "version": 1,
    "kind": AlarmRule.Kind.LIMIT,
    "procedure": "raw",
    "steps": [{"severity": 2, "above": 800.0}],
    "enabled": True,
    "valid_from": datetime(2020, 1, 1, tzinfo=UTC),
    **dict.fromkeys(("name_vi", "name_en", "meaning_vi", "meaning_en", "action_vi", "action_en", "article"), "bench"),
}
#: Over and under the limits of QCVN 05:2023/BTNMT for any averaging time, in µg/Nm³ (and °C, %).
HIGH = np.array([120, 200, 700, 400, 60_000, 400, 30, 600, 30, 70], float)
LOW = np.array([20, 40, 30, 30, 1_000, 40, 30, 80, 30, 70], float)


def run() -> dict[str, object]:
    """The share of evaluation in the time of steady ingest; then incidents of live stations."""
    rules.load_shipped()
    AlarmRule.objects.update(enabled=True)
    return {"share": _share(), "live": _live()}


def _live() -> dict[str, object]:
    """2,000 stations at their pace through the FTP door; one file in eight is of a station that passes a level."""
    AlarmRule.objects.create(observed_property=ObservedProperty.objects.get(code="SO2"), **AT_ONCE)
    keys = live.network("ALARM", live.STATIONS)
    codes = list(keys)
    np.random.default_rng(1).shuffle(codes)
    ended: dict[str, float] = {}
    seen: dict[str, float] = {}
    stop = threading.Event()
    with live.product() as port:
        watcher = threading.Thread(target=_watch, args=(seen, stop))
        watcher.start()
        pace, began = live.PERIOD_S / live.STATIONS, time.perf_counter()
        for n, code in enumerate(codes[: int(LIVE_S / pace)]):
            time.sleep(max(0.0, began + n * pace - time.perf_counter()))
            _send(port, code, keys[code], high=n % ONE_IN == 0)
            if n % ONE_IN == 0:
                ended[code] = time.perf_counter()
        until = time.perf_counter() + 30
        while len(seen) < len(ended) and time.perf_counter() < until:
            time.sleep(0.05)
        stop.set()
        watcher.join()
    assert seen.keys() == ended.keys(), (len(seen), len(ended))
    waits = np.array([seen[code] - at for code, at in ended.items()])
    p50, p95 = np.percentile(waits, [50, 95])
    told = {"p50_s": round(float(p50), 3), "p95_s": round(float(p95), 3), "worst_s": round(float(waits.max()), 3)}
    return {"incidents": len(waits), **told}


def _send(port: int, code: str, key: str, *, high: bool) -> None:
    stamp = (datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=7)).strftime("%Y%m%d%H%M%S")
    values = [900.0 if high and symbol == "SO2" else 20.0 for symbol in PROPERTIES]
    body = _body([stamp], [[f"{value:.2f}" for value in values]])
    with ftplib.FTP() as ftp:
        ftp.connect("127.0.0.1", port, timeout=60)
        ftp.login(code, key)
        ftp.storbinary(f"STOR CB_CS_{code}_{stamp}.txt", io.BytesIO(body))


def _watch(seen: dict[str, float], stop: threading.Event) -> None:
    """When each station's incident can be seen by another connection."""
    last = Incident.objects.order_by("-id").values_list("id", flat=True).first() or 0
    while not stop.is_set():
        for id_, code in Incident.objects.filter(id__gt=last).values_list("id", "thing__code").order_by("id"):
            seen.setdefault(code, time.perf_counter())
            last = id_
        time.sleep(0.01)
    connection.close()


def _share() -> dict[str, object]:
    """Two networks alike take turns, the one with the rules and the other without: how much longer it takes."""
    end = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=10)
    networks = {name: list(live.network(name, STATIONS)) for name in ("WITH", "WITHOUT")}
    level = _levels(np.random.default_rng(3))
    start = end - timedelta(hours=HISTORY_H + STEADY_H)
    for codes in networks.values():
        for batch in _batches(codes, level, start, HISTORY_H * 12, moments=HISTORY_H * 12):
            pipeline.accept(batch)
    took = dict.fromkeys(networks, 0.0)
    files = dict.fromkeys(networks, 0)
    begin = start + timedelta(hours=HISTORY_H)
    turns = [_batches(codes, level, begin, STEADY_H * 12, moments=1) for codes in networks.values()]
    for both in zip(*turns, strict=True):
        for name, batch in zip(networks, both, strict=True):
            with _rules(on=name == "WITH"):
                began = time.perf_counter()
                pipeline.accept(batch)
                took[name] += time.perf_counter() - began
                files[name] += len(batch)
    on = Alarm.objects.filter(thing__code__startswith="WITH-", cleared=None)
    return {
        "files": files["WITH"],
        "alarms_on": on.count(),
        "incidents": Incident.objects.count(),
        "files_per_s": {name: round(files[name] / took[name]) for name in networks},
        "share": round(1 - took["WITHOUT"] / took["WITH"], 3),
    }


def _levels(rng: np.random.Generator) -> NDArray[np.float64]:
    """About which value each parameter of each station moves. Shape (stations, parameters)."""
    return np.where(rng.random((STATIONS, len(PROPERTIES))) < BEYOND, HIGH, LOW)


def _batches(
    codes: list[str], level: NDArray[np.float64], start: datetime, count: int, *, moments: int
) -> Iterator[list[Arrival]]:
    """Files of so many moments each, station after station, in batches as the worker takes them."""
    rng = np.random.default_rng(11)
    size = max(1, BATCH_FILES // moments)
    for first in range(0, count, moments):
        stamps = [(start + STEP * (first + n) + timedelta(hours=7)).strftime("%Y%m%d%H%M%S") for n in range(moments)]
        received = start + STEP * (first + moments)
        text = np.char.mod("%.2f", level * rng.normal(1, 0.05, (moments, *level.shape)))
        files = [_file(code, stamps, text[:, place], received) for place, code in enumerate(codes)]
        yield from (files[n : n + size] for n in range(0, len(files), size))


def _body(stamps: list[str], text: Sequence[Sequence[str]]) -> bytes:
    """A file of some moments; `text` (moments, parameters)."""
    lines = [
        f"{symbol}\t{value}\t{unit}\t{stamp}\t00"
        for stamp, values in zip(stamps, text, strict=True)
        for symbol, value, unit in zip(PROPERTIES, values, UNITS, strict=True)
    ]
    return "\r\n".join(lines).encode()


def _file(code: str, stamps: list[str], text: NDArray[np.str_], received: datetime) -> Arrival:
    return Arrival(
        door="command",
        bound="",
        station_code=code,
        name=f"CB_CS_{code}_{stamps[0]}.txt",
        body=_body(stamps, text.tolist()),
        received=received,
        by=None,
        profile=None,
    )


@contextmanager
def _rules(*, on: bool) -> Iterator[None]:
    """Whether values meet the rules of alarm."""
    alert = alerting.alert
    if not on:
        alerting.alert = lambda *_, **__: None  # type: ignore[assignment]
    try:
        yield
    finally:
        alerting.alert = alert
