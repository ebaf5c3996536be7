"""Memory of the ingest process while a gigabyte arrives: half as files of a day, half as files of 50 MB."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from django.conf import settings

from bench.live import PROPERTIES, UNITS, network
from nonnuoc.ingest.spool import Envelope, Spool
from nonnuoc.records.monitoring.models import Delivery

STATIONS = 128
START = datetime(2025, 1, 1, tzinfo=UTC)
HALF = 500_000_000
LARGEST = 50_000_000
DAY = 288


def run() -> dict[str, object]:
    """Peak and growth of the worker's resident memory, in MB, and how fast it went."""
    codes = list(network("MEM", STATIONS))
    spool = Spool(Path(settings.HOME))
    before = Delivery.objects.count()
    sizes = []
    for n, body in enumerate(_bodies()):
        code = codes[n % len(codes)]
        spool.put(Envelope("ftp", code, f"CB_CS_{code}_{n:014}.txt"), body)
        sizes.append(len(body))
    began = time.perf_counter()
    worker = subprocess.Popen([sys.executable, "-m", "nonnuoc.config", "serve", "worker"], env=dict(os.environ))
    resident: list[float] = []
    try:
        while spool.state().waiting and worker.poll() is None:
            time.sleep(0.5)
            resident.append(_resident_mb(worker.pid))
    finally:
        worker.terminate()
        worker.wait(60)
    took = time.perf_counter() - began
    quarter = max(1, len(resident) // 4)
    return {
        "megabytes": round(sum(sizes) / 1e6),
        "files": len(sizes),
        "deliveries": Delivery.objects.count() - before,
        "megabytes_per_s": round(sum(sizes) / 1e6 / took, 1),
        "peak_mb": round(max(resident)),
        "median_of_second_quarter_mb": round(float(np.median(resident[quarter : 2 * quarter]))),
        "median_of_last_quarter_mb": round(float(np.median(resident[-quarter:]))),
    }


def _bodies() -> Iterator[bytes]:
    """Files of a day, one station after the other; then files as large as a door takes, a year and more each."""
    day = _body(0, DAY)
    for n in range(HALF // len(day)):
        yield _body(n // STATIONS * DAY, DAY)
    moments = LARGEST // (len(day) // DAY)
    for _ in range(HALF // LARGEST):
        yield _body(60 * DAY, moments)


def _body(first: int, moments: int) -> bytes:
    values = np.char.mod(
        "%.2f", 30 + 5 * np.sin(np.arange(first, first + moments)[:, None] / 50 + np.arange(len(PROPERTIES)))
    )
    lines = []
    for i in range(moments):
        stamp = (START + timedelta(minutes=5 * (first + i))).strftime("%Y%m%d%H%M%S")
        lines += [f"{p}\t{v}\t{u}\t{stamp}\t00" for p, v, u in zip(PROPERTIES, values[i], UNITS, strict=True)]
    return "\r\n".join(lines).encode()


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
